package io.keywarden.admin;

import static io.keywarden.admin.Failures.failure;
import static io.keywarden.admin.Fixtures.createToken;
import static io.keywarden.admin.Fixtures.token;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.FieldMask;
import com.google.protobuf.InvalidProtocolBufferException;
import io.keywarden.admin.v1.Change;
import io.keywarden.admin.v1.CreateTokenResponse;
import io.keywarden.admin.v1.DeleteTokenRequest;
import io.keywarden.admin.v1.DisableTokenRequest;
import io.keywarden.admin.v1.EnableTokenRequest;
import io.keywarden.admin.v1.Event;
import io.keywarden.admin.v1.HistoryProblem;
import io.keywarden.admin.v1.HistoryServiceGrpc;
import io.keywarden.admin.v1.KnownEvent;
import io.keywarden.admin.v1.ListEventsRequest;
import io.keywarden.admin.v1.ListEventsResponse;
import io.keywarden.admin.v1.Token;
import io.keywarden.admin.v1.UpdateTokenRequest;
import io.keywarden.admin.v1.VerifyHistoryRequest;
import io.keywarden.admin.v1.VerifyHistoryResponse;
import io.keywarden.store.RecordKey;
import io.keywarden.store.StoredRecord;
import io.keywarden.store.v1.EventRecord;
import io.keywarden.token.TokenId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class HistoryServiceTest {
    @RegisterExtension
    private final AdminHarness admin = new AdminHarness();

    private String name = "";
    private CreateTokenResponse made = CreateTokenResponse.getDefaultInstance();

    @BeforeEach
    void makeToken() {
        Fixtures.shop(admin);
        made = Fixtures.make(
                admin, createToken(token("CI").setDescription("old")).setRequestId("first"));
        name = made.getToken().getName();
    }

    @Test
    void list_token_tellsWhoDidWhatNewestFirst() {
        update("new");

        ListEventsResponse events = list(name, 0, "");
        assertThat(events.getEventsList()).extracting(Event::getKind).containsExactly("UpdateToken", "CreateToken");
        Event update = events.getEvents(0);
        assertThat(update.getName()).isEqualTo(name + "/events/2");
        assertThat(update.getActor().getPrincipal()).isEqualTo("bootstrap");
        assertThat(update.getTime()).isEqualTo(RecordWrites.timestamp(admin.clock.instant()));
        assertThat(update.getPreviousHash()).isEqualTo(events.getEvents(1).getHash());
        assertThat(update.getChangesList())
                .containsExactly(Change.newBuilder()
                        .setPath("description")
                        .setBefore("\"old\"")
                        .setAfter("\"new\"")
                        .build());
        assertThat(events.getEvents(1).getRequestId()).isEqualTo("first");
        assertThat(events.getNextPageToken()).isEmpty();
    }

    @Test
    void list_pages_coverAllWhileMoreIsWritten() {
        for (int i = 0; i < 10; i++) {
            update("text " + i);
        }
        List<Long> seen = new ArrayList<>();
        String token = "";
        do {
            ListEventsResponse page = list(name, 4, token);
            page.getEventsList().forEach(event -> seen.add(event.getSequence()));
            token = page.getNextPageToken();
            update("more " + seen.size());
        } while (!token.isEmpty());

        assertThat(seen).containsExactly(11L, 10L, 9L, 8L, 7L, 6L, 5L, 4L, 3L, 2L, 1L);
    }

    @Test
    void list_everyKindOfResource_hasAHistory() {
        admin.owners().createOwner(Fixtures.owner("ann").build());

        for (String parent : List.of(
                "tenants/acme", "tenants/acme/owners/ann", "catalogs/shop", "catalogs/shop/modules/orders", name)) {
            assertThat(list(parent, 0, "").getEventsList()).as(parent).isNotEmpty();
            assertThat(verify(parent).getProblemsList()).as(parent).isEmpty();
        }
    }

    @Test
    void list_deletedToken_staysReadable() {
        admin.tokens().deleteToken(DeleteTokenRequest.newBuilder().setName(name).build());

        assertThat(list(name, 0, "").getEvents(0).getKind()).isEqualTo("DeleteToken");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "tenants", "tenants/A_B", "tenants/acme/tokens/x", "tenants/acme/things/x", "a/b/c/d/e/f"})
    void list_nameOfNothing_refused(String parent) {
        assertThat(failure(() -> list(parent, 0, "")).fields()).containsExactly("parent");
    }

    @Test
    void list_nothingThere_notFound() {
        assertThat(failure(() -> list("tenants/none", 0, "")).reason()).isEqualTo("TENANT_NOT_FOUND");
        assertThat(failure(() -> list("tenants/acme/owners/none", 0, "")).reason())
                .isEqualTo("OWNER_NOT_FOUND");
        assertThat(failure(() -> list("catalogs/shop/modules/none", 0, "")).reason())
                .isEqualTo("MODULE_NOT_FOUND");
        assertThat(failure(() -> list(name, 0, "bm8")).fields()).containsExactly("page_token");
        assertThat(failure(() -> list(name, 1001, "")).fields()).containsExactly("page_size");
    }

    @Test
    void list_byATokenOfTheTenant_refused() {
        assertThat(failure(() -> HistoryServiceGrpc.newBlockingStub(
                                        admin.as("Bearer " + made.getPlain().getSecret()))
                                .listEvents(ListEventsRequest.newBuilder()
                                        .setParent(name)
                                        .build()))
                        .code())
                .isEqualTo(io.grpc.Status.Code.UNAUTHENTICATED);
    }

    @Test
    void verify_longHistory_isWhole() {
        for (int i = 0; i < HistoryWalk.PART + 20; i++) {
            toggle(i);
        }
        VerifyHistoryResponse verified = verify(name);

        assertThat(verified.getProblemsList()).isEmpty();
        assertThat(verified.getEventCount()).isEqualTo(HistoryWalk.PART + 21);
        assertThat(verified.getVerifiedCount()).isEqualTo(verified.getEventCount());
        assertThat(verified.getNewestHash())
                .isEqualTo(list(name, 1, "").getEvents(0).getHash());
    }

    @Test
    void verify_editedEvent_isFoundWhereItShows() throws InvalidProtocolBufferException {
        update("new");
        update("newer");
        EventRecord second = admin.history(key()).get(1);
        ByteString edited = second.toBuilder().setPrincipal("somebody").build().toByteString();
        tampered(2, Optional.of(edited));

        assertThat(problems(verify(name))).containsExactly("BROKEN 3");
        assertThat(verify(name).getVerifiedCount()).isEqualTo(2);
        tampered(2, Optional.of(second.toByteString()));
    }

    @Test
    void verify_editedLastEvent_isFound() {
        update("new");
        EventRecord last = admin.history(key()).get(1);
        tampered(2, Optional.of(last.toBuilder().setKind("GetToken").build().toByteString()));

        assertThat(problems(verify(name))).containsExactly("BROKEN 2");
        tampered(2, Optional.of(last.toByteString()));
    }

    @Test
    void verify_droppedEvent_isFound() {
        update("new");
        update("newer");
        ByteString second = admin.history(key()).get(1).toByteString();
        tampered(2, Optional.empty());

        assertThat(problems(verify(name))).containsExactly("BROKEN 2");
        assertThat(list(name, 0, "").getEventsList()).hasSize(2);
        tampered(2, Optional.of(second));
    }

    @Test
    void verify_droppedLastEvent_isFound() {
        update("new");
        ByteString last = admin.history(key()).get(1).toByteString();
        tampered(2, Optional.empty());

        assertThat(problems(verify(name))).containsExactly("END_MISSING 2");
        tampered(2, Optional.of(last));
    }

    @Test
    void verify_eventPutInAtTheEnd_isFound() {
        ByteString forged =
                admin.history(key()).get(0).toBuilder().setSequence(2).build().toByteString();
        tampered(2, Optional.of(forged));

        assertThat(problems(verify(name))).containsExactly("BEYOND_END 2");
        tampered(2, Optional.empty());
    }

    @Test
    void verify_recordAndHistoryPutBackTogether_isFoundByWhatTheLogKnows() {
        StoredRecord before = admin.record(key()).orElseThrow();
        update("new");
        Event newest = list(name, 1, "").getEvents(0);
        KnownEvent known = KnownEvent.newBuilder()
                .setSequence(newest.getSequence())
                .setHash(newest.getHash())
                .build();
        assertThat(verify(name, known).getProblemsList()).isEmpty();
        assertThat(verify(
                                name,
                                known.toBuilder()
                                        .setHash(newest.getPreviousHash())
                                        .build())
                        .getProblemsList())
                .hasSize(1);
        ByteString bytes = admin.record(key()).orElseThrow().bytes();
        ByteString last = admin.history(key()).get(1).toByteString();
        admin.store.inner().overwrite(key(), Optional.of(before.bytes()));
        tampered(2, Optional.empty());

        HistoryServiceGrpc.HistoryServiceBlockingStub afresh = afresh();
        VerifyHistoryRequest request =
                VerifyHistoryRequest.newBuilder().setParent(name).build();
        assertThat(afresh.verifyHistory(request).getProblemsList()).isEmpty();
        assertThat(problems(afresh.verifyHistory(
                        request.toBuilder().setKnownEvent(known).build())))
                .containsExactly("KNOWN_EVENT_MISSING 2");
        admin.store.inner().overwrite(key(), Optional.of(bytes));
        tampered(2, Optional.of(last));
    }

    @Test
    void verify_knownEventThatIsNone_refused() {
        assertThat(failure(() -> verify(name, KnownEvent.getDefaultInstance())).fields())
                .containsExactly("known_event.sequence", "known_event.hash");
    }

    /** An Admin that has seen nothing of the store yet, and so believes an older record. */
    private HistoryServiceGrpc.HistoryServiceBlockingStub afresh() {
        try {
            admin.restart();
        } catch (java.io.IOException e) {
            throw new AssertionError(e);
        }
        return admin.histories();
    }

    private void tampered(long sequence, Optional<ByteString> bytes) {
        admin.store.inner().overwrite(key(), sequence, bytes);
    }

    private static List<String> problems(VerifyHistoryResponse response) {
        return response.getProblemsList().stream()
                .map((HistoryProblem problem) -> problem.getKind() + " " + problem.getSequence())
                .toList();
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

    private ListEventsResponse list(String parent, int size, String token) {
        return admin.histories()
                .listEvents(ListEventsRequest.newBuilder()
                        .setParent(parent)
                        .setPageSize(size)
                        .setPageToken(token)
                        .build());
    }

    private VerifyHistoryResponse verify(String parent) {
        return admin.histories()
                .verifyHistory(
                        VerifyHistoryRequest.newBuilder().setParent(parent).build());
    }

    private VerifyHistoryResponse verify(String parent, KnownEvent known) {
        return admin.histories()
                .verifyHistory(VerifyHistoryRequest.newBuilder()
                        .setParent(parent)
                        .setKnownEvent(known)
                        .build());
    }

    private RecordKey key() {
        return RecordKey.token(new TokenId(name.substring("tenants/acme/tokens/".length())));
    }
}
