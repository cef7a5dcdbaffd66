package io.keywarden.admin;

import static io.keywarden.admin.Fixtures.createToken;
import static io.keywarden.admin.Fixtures.token;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.FieldMask;
import io.grpc.Channel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.StreamObserver;
import io.keywarden.admin.v1.Catalog;
import io.keywarden.admin.v1.CreateCatalogRequest;
import io.keywarden.admin.v1.CreateTokenResponse;
import io.keywarden.admin.v1.DeleteCatalogRequest;
import io.keywarden.admin.v1.DisableTokenRequest;
import io.keywarden.admin.v1.EnableTokenRequest;
import io.keywarden.admin.v1.Event;
import io.keywarden.admin.v1.HistoryServiceGrpc;
import io.keywarden.admin.v1.Token;
import io.keywarden.admin.v1.UpdateTokenRequest;
import io.keywarden.admin.v1.WatchEventsRequest;
import io.keywarden.admin.v1.WatchEventsResponse;
import io.keywarden.store.RecordKey;
import io.keywarden.store.StoredRecord;
import io.keywarden.store.v1.EventRecord;
import io.keywarden.token.TokenId;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class WatchEventsTest {
    @RegisterExtension
    private final AdminHarness admin = new AdminHarness();

    private String name = "";

    @BeforeEach
    void makeToken() {
        Fixtures.shop(admin);
        name = Fixtures.make(admin, createToken(token("CI"))).getToken().getName();
    }

    @Test
    void watch_fromTheStart_getsAllAndThenEachNewOne() {
        update("one");
        Watched watched = watch("");
        assertThat(watched.kinds()).containsExactly("CreateToken", "UpdateToken");
        assertThat(watched.events()).extracting(Event::getName).containsExactly(name + "/events/1", name + "/events/2");

        admin.watching.fire();
        assertThat(watched.all).hasSize(1);
        update("two");
        update("three");
        admin.watching.fire();
        assertThat(watched.all).hasSize(2);
        assertThat(watched.events()).extracting(Event::getSequence).containsExactly(1L, 2L, 3L, 4L);
        assertThat(watched.ended).isEmpty();
    }

    @Test
    void watch_resumed_getsWhatCameAfter() throws IOException {
        String resume = watch("").resume();
        update("one");
        admin.restart();

        Watched watched = watch(resume);
        assertThat(watched.events()).extracting(Event::getSequence).containsExactly(2L);
        assertThat(watch(watched.resume()).all).isEmpty();
    }

    @Test
    void watch_longHistory_comesInParts() {
        for (int i = 0; i < WatchEvents.PART + 3; i++) {
            toggle(i);
        }
        Watched watched = watch("");
        assertThat(watched.events()).hasSize(WatchEvents.PART);
        admin.watching.fire();

        assertThat(watched.events()).hasSize(WatchEvents.PART + 4);
        assertThat(watched.all).hasSize(2);
        assertThat(watched.ended).isEmpty();
    }

    @Test
    void watch_editedEvent_endsBeforeIt() {
        update("one");
        Watched watched = watch("");
        update("two");
        update("three");
        EventRecord third = admin.history(key()).get(2);
        tampered(3, Optional.of(third.toBuilder().setPrincipal("nobody").build().toByteString()));
        admin.watching.fire();

        assertThat(watched.events()).hasSize(2);
        assertThat(watched.ended).isEqualTo("UNAVAILABLE RECORD_TAMPERED");
        assertThat(watch("").ended).isEqualTo("UNAVAILABLE RECORD_TAMPERED");
        tampered(3, Optional.of(third.toByteString()));
    }

    @Test
    void watch_editedNewestEvent_ends() {
        update("one");
        EventRecord second = admin.history(key()).get(1);
        tampered(2, Optional.of(second.toBuilder().setKind("GetToken").build().toByteString()));

        assertThat(watch("").ended).isEqualTo("UNAVAILABLE RECORD_TAMPERED");
        tampered(2, Optional.of(second.toByteString()));
    }

    @Test
    void watch_droppedNewestEvent_ends() {
        update("one");
        ByteString second = admin.history(key()).get(1).toByteString();
        tampered(2, Optional.empty());

        assertThat(watch("").ended).isEqualTo("UNAVAILABLE RECORD_TAMPERED");
        tampered(2, Optional.of(second));
    }

    @Test
    void watch_resumedBehindAnEventThatIsAnotherNow_ends() {
        update("one");
        String resume = watch("").resume();
        update("two");
        EventRecord second = admin.history(key()).get(1);
        tampered(2, Optional.of(second.toBuilder().setKind("GetToken").build().toByteString()));

        assertThat(watch(resume).ended).isEqualTo("UNAVAILABLE RECORD_TAMPERED");
        tampered(2, Optional.of(second.toByteString()));
    }

    @Test
    void watch_resumedWhereAllWasPutBack_ends() throws IOException {
        StoredRecord before = admin.record(key()).orElseThrow();
        update("one");
        String resume = watch("").resume();
        ByteString record = admin.record(key()).orElseThrow().bytes();
        ByteString second = admin.history(key()).get(1).toByteString();
        admin.store.inner().overwrite(key(), Optional.of(before.bytes()));
        tampered(2, Optional.empty());
        admin.restart();

        assertThat(watch("").events()).hasSize(1);
        assertThat(watch(resume).ended).isEqualTo("UNAVAILABLE RECORD_TAMPERED");
        admin.store.inner().overwrite(key(), Optional.of(record));
        tampered(2, Optional.of(second));
    }

    @Test
    void watch_anotherResourceTookTheName_beginsAgain() {
        catalog();
        Watched watched = watch("catalogs/spare", "");
        String resume = watched.resume();
        admin.catalogs()
                .deleteCatalog(DeleteCatalogRequest.newBuilder()
                        .setName("catalogs/spare")
                        .build());
        catalog();
        admin.watching.fire();

        assertThat(watched.kinds()).containsExactly("CreateCatalog", "CreateCatalog");
        assertThat(watched.events()).extracting(Event::getSequence).containsExactly(1L, 1L);
        assertThat(watch("catalogs/spare", resume).ended).isEqualTo("INVALID_ARGUMENT FIELD_INVALID");
    }

    @ParameterizedTest
    @ValueSource(strings = {"x", "AAAA", "!", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"})
    void watch_resumeTokenThatIsNone_refused(String resume) {
        assertThat(watch(resume).ended).isEqualTo("INVALID_ARGUMENT FIELD_INVALID");
        assertThat(admin.watches.open()).isZero();
    }

    @Test
    void watch_resumeTokenOfAnotherResource_refused() {
        assertThat(watch(watch("tenants/acme", "").resume()).ended).isEqualTo("INVALID_ARGUMENT FIELD_INVALID");
    }

    @Test
    void watch_byATokenForItsOwnerAlone_seesNothingElse() {
        OwnedTokens owned = new OwnedTokens(admin);
        owned.changeTenant(tenant -> tenant.setOwnerSelfService(true));
        String secret =
                owned.token("ann's", owned.owner("ann", List.of())).getPlain().getSecret();

        assertThat(watch(admin.as("Bearer " + secret), name, "").ended).startsWith("PERMISSION_DENIED");
        assertThat(watch(admin.as("Bearer " + secret), "tenants/acme", "").ended)
                .startsWith("PERMISSION_DENIED");
    }

    @Test
    void watch_callersTokenDisabled_ends() {
        CreateTokenResponse caller = SystemTokens.make(
                admin,
                admin.histories().getChannel(),
                SystemTokens.token("reader", List.of(SystemTokens.operation("WatchEvents", "*"))));
        Watched watched = watch(admin.as("Bearer " + caller.getPlain().getSecret()), name, "");
        assertThat(watched.events()).hasSize(1);
        admin.tokens()
                .disableToken(DisableTokenRequest.newBuilder()
                        .setName(caller.getToken().getName())
                        .build());
        update("one");
        admin.watching.fire();

        assertThat(watched.events()).hasSize(1);
        assertThat(watched.ended).startsWith("UNAUTHENTICATED");
    }

    private void catalog() {
        var unused = admin.catalogs()
                .createCatalog(CreateCatalogRequest.newBuilder()
                        .setCatalogId("spare")
                        .setCatalog(Catalog.newBuilder().setDisplayName("Spare"))
                        .build());
    }

    private Watched watch(String resume) {
        return watch(name, resume);
    }

    private Watched watch(String parent, String resume) {
        return watch(admin.histories().getChannel(), parent, resume);
    }

    private static Watched watch(Channel channel, String parent, String resume) {
        Watched watched = new Watched();
        HistoryServiceGrpc.newStub(channel)
                .watchEvents(
                        WatchEventsRequest.newBuilder()
                                .setParent(parent)
                                .setResumeToken(resume)
                                .build(),
                        watched);
        return watched;
    }

    private void update(String description) {
        var unused = admin.tokens()
                .updateToken(UpdateTokenRequest.newBuilder()
                        .setToken(Token.newBuilder().setName(name).setDescription(description))
                        .setUpdateMask(FieldMask.newBuilder().addPaths("description"))
                        .build());
    }

    private void toggle(int i) {
        if (i % 2 == 0) {
            admin.tokens()
                    .disableToken(DisableTokenRequest.newBuilder().setName(name).build());
        } else {
            admin.tokens()
                    .enableToken(EnableTokenRequest.newBuilder().setName(name).build());
        }
    }

    private void tampered(long sequence, Optional<ByteString> bytes) {
        admin.store.inner().overwrite(key(), sequence, bytes);
    }

    private RecordKey key() {
        return RecordKey.token(new TokenId(name.substring("tenants/acme/tokens/".length())));
    }

    /** What a caller was sent. Everything is on the thread of the test. */
    private static final class Watched implements StreamObserver<WatchEventsResponse> {
        private final List<WatchEventsResponse> all = new ArrayList<>();
        private String ended = "";

        @Override
        public void onNext(WatchEventsResponse response) {
            all.add(response);
        }

        @Override
        public void onError(Throwable failure) {
            ended = failure instanceof StatusRuntimeException status
                    ? Failures.of(status).what()
                    : Status.fromThrowable(failure).getCode().name();
        }

        @Override
        public void onCompleted() {
            ended = "OK";
        }

        private List<Event> events() {
            return all.stream()
                    .flatMap(response -> response.getEventsList().stream())
                    .toList();
        }

        private List<String> kinds() {
            return events().stream().map(Event::getKind).toList();
        }

        private String resume() {
            return all.get(all.size() - 1).getResumeToken();
        }
    }
}
