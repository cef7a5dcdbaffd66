package io.keywarden.admin;

import static io.keywarden.admin.Failures.failure;
import static io.keywarden.admin.Fixtures.createToken;
import static io.keywarden.admin.Fixtures.token;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.groups.Tuple.tuple;

import com.google.protobuf.ByteString;
import com.google.protobuf.FieldMask;
import com.google.protobuf.util.Durations;
import io.keywarden.admin.v1.Event;
import io.keywarden.admin.v1.HistoryProblem;
import io.keywarden.admin.v1.ListEventsRequest;
import io.keywarden.admin.v1.ListEventsResponse;
import io.keywarden.admin.v1.Owner;
import io.keywarden.admin.v1.Tenant;
import io.keywarden.admin.v1.Token;
import io.keywarden.admin.v1.UpdateOwnerRequest;
import io.keywarden.admin.v1.UpdateTenantRequest;
import io.keywarden.admin.v1.UpdateTokenRequest;
import io.keywarden.admin.v1.VerifyHistoryRequest;
import io.keywarden.admin.v1.VerifyHistoryResponse;
import io.keywarden.store.RecordKey;
import io.keywarden.store.v1.EventRecord;
import io.keywarden.token.TokenId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

final class HistoryRetentionTest {
    @RegisterExtension
    private final AdminHarness admin = new AdminHarness();

    private String name = "";

    @BeforeEach
    void makeToken() {
        Fixtures.shop(admin);
        name = Fixtures.make(admin, createToken(token("CI"))).getToken().getName();
    }

    @Test
    void tick_eventsThatAreOld_goAndTheRestIsProven() {
        keep(30);
        update("one");
        days(20);
        update("two");
        days(14);
        tick();

        assertThat(kinds(name)).containsExactly("DropEvents", "UpdateToken");
        VerifyHistoryResponse verified = verify(name);
        assertThat(verified.getProblemsList()).isEmpty();
        assertThat(verified.getFirstSequence()).isEqualTo(3);
        assertThat(verified.getVerifiedCount()).isEqualTo(4);
        assertThat(verified.getEventCount()).isEqualTo(4);
        Event drop = list(name, 1, "").getEvents(0);
        assertThat(drop.getActor().getPrincipal()).isEqualTo("keywarden");
        assertThat(drop.getChanges(0).getPath()).isEqualTo("dropped_through_sequence");
        assertThat(drop.getChanges(0).getAfter()).isEqualTo("2");
        update("three");
        assertThat(verify(name).getProblemsList()).isEmpty();
    }

    @Test
    void tick_withoutARetention_keepsEverything() {
        update("one");
        days(4_000);
        tick();
        assertThat(kinds(name)).containsExactly("UpdateToken", "CreateToken");
    }

    @Test
    void tick_notOlderByATenth_isKept() {
        keep(30);
        update("one");
        days(32);
        tick();
        assertThat(kinds(name)).containsExactly("UpdateToken", "CreateToken");
        days(2);
        tick();
        assertThat(kinds(name)).containsExactly("DropEvents");
    }

    @Test
    void tick_againAndAgain_doesNotDropItsOwnEventsForever() {
        keep(1);
        for (int i = 0; i < 20; i++) {
            days(3);
            tick();
        }
        assertThat(kinds(name)).containsExactly("DropEvents");
        assertThat(list(name, 1, "").getEvents(0).getSequence()).isEqualTo(2);
        update("one");
        days(3);
        tick();
        assertThat(kinds(name)).containsExactly("DropEvents");
        assertThat(list(name, 1, "").getEvents(0).getSequence()).isEqualTo(4);
        assertThat(verify(name).getProblemsList()).isEmpty();
    }

    @Test
    void tick_tenantAndOwners_becomeShorterToo() {
        admin.owners().createOwner(Fixtures.owner("ann").build());
        keep(1);
        days(3);
        tick();

        for (String parent : List.of("tenants/acme", "tenants/acme/owners/ann")) {
            assertThat(kinds(parent)).as(parent).containsExactly("DropEvents");
            assertThat(verify(parent).getProblemsList()).as(parent).isEmpty();
        }
        var unused = admin.owners()
                .updateOwner(UpdateOwnerRequest.newBuilder()
                        .setOwner(Owner.newBuilder()
                                .setName("tenants/acme/owners/ann")
                                .setDisplayName("Ann"))
                        .setUpdateMask(FieldMask.newBuilder().addPaths("display_name"))
                        .build());
        assertThat(kinds("tenants/acme/owners/ann")).containsExactly("UpdateOwner", "DropEvents");
    }

    @Test
    void tick_longHistory_goesInParts() {
        keep(1);
        for (int i = 0; i < HistoryRetention.MOST + 50; i++) {
            update("text " + i);
        }
        days(3);
        tick();
        assertThat(verify(name).getFirstSequence()).isEqualTo(HistoryRetention.MOST + 1);
        admin.clock.advance(Upkeep.REST);
        tick();
        assertThat(kinds(name)).containsExactly("DropEvents", "DropEvents");
        assertThat(verify(name).getProblemsList()).isEmpty();
    }

    @Test
    void tick_historyThatIsNotWhole_isLeftAsItIs() {
        keep(1);
        update("one");
        EventRecord second = admin.history(key()).get(1);
        overwrite(
                2, Optional.of(second.toBuilder().setPrincipal("nobody").build().toByteString()));
        days(3);
        tick();

        assertThat(kinds(name)).containsExactly("UpdateToken", "CreateToken");
        assertThat(verify(name).getProblemsList()).hasSize(1);
        overwrite(2, Optional.of(second.toByteString()));
    }

    @Test
    void tick_byTwoAdminsAtOnce_dropsOnce() {
        keep(1);
        update("one");
        days(3);
        admin.store.beforeNextCommit(this::tick);
        tick();

        assertThat(kinds(name)).containsExactly("DropEvents");
        assertThat(verify(name).getProblemsList()).isEmpty();
    }

    @Test
    void verify_oldestEventsGoneWithoutAWord_isFound() {
        update("one");
        update("two");
        ByteString first = admin.history(key()).get(0).toByteString();
        overwrite(1, Optional.empty());

        VerifyHistoryResponse verified = verify(name);
        assertThat(verified.getProblemsList())
                .extracting(HistoryProblem::getKind, HistoryProblem::getSequence)
                .containsExactly(tuple(HistoryProblem.Kind.BROKEN, 1L));
        assertThat(verified.getVerifiedCount()).isZero();
        overwrite(1, Optional.of(first));
    }

    @Test
    void verify_moreGoneThanWasDropped_isFound() {
        keep(30);
        update("one");
        days(20);
        update("two");
        update("three");
        days(14);
        tick();
        ByteString third = admin.history(key()).get(0).toByteString();
        overwrite(3, Optional.empty());

        assertThat(verify(name).getProblemsList()).hasSize(1);
        overwrite(3, Optional.of(third));
    }

    @Test
    void list_pages_endWhereEventsWereDropped() {
        keep(30);
        update("one");
        days(20);
        for (int i = 0; i < 5; i++) {
            update("text " + i);
        }
        days(14);
        tick();
        List<Long> seen = new ArrayList<>();
        String token = "";
        int pages = 0;
        do {
            ListEventsResponse page = list(name, 2, token);
            page.getEventsList().forEach(event -> seen.add(event.getSequence()));
            token = page.getNextPageToken();
            pages++;
        } while (!token.isEmpty());

        assertThat(seen).containsExactly(8L, 7L, 6L, 5L, 4L, 3L);
        assertThat(pages).isEqualTo(3);
    }

    @Test
    void update_retentionOutOfRange_refused() {
        assertThat(failure(() -> keep(0)).fields()).containsExactly("tenant.history_retention");
        assertThat(failure(() -> keep(3_661)).fields()).containsExactly("tenant.history_retention");
    }

    private void keep(int days) {
        var unused = admin.tenants()
                .updateTenant(UpdateTenantRequest.newBuilder()
                        .setTenant(Tenant.newBuilder()
                                .setName("tenants/acme")
                                .setHistoryRetention(Durations.fromDays(days)))
                        .setUpdateMask(FieldMask.newBuilder().addPaths("history_retention"))
                        .build());
    }

    private void days(int days) {
        admin.clock.advance(Duration.ofDays(days));
    }

    /** A whole round. */
    private void tick() {
        Upkeep upkeep = admin.upkeep();
        for (int i = 0; i < 5; i++) {
            upkeep.tick();
        }
    }

    private void update(String description) {
        var unused = admin.tokens()
                .updateToken(UpdateTokenRequest.newBuilder()
                        .setToken(Token.newBuilder().setName(name).setDescription(description))
                        .setUpdateMask(FieldMask.newBuilder().addPaths("description"))
                        .build());
    }

    private List<String> kinds(String parent) {
        return list(parent, 0, "").getEventsList().stream().map(Event::getKind).toList();
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

    private void overwrite(long sequence, Optional<ByteString> bytes) {
        admin.store.inner().overwrite(key(), sequence, bytes);
    }

    private RecordKey key() {
        return RecordKey.token(new TokenId(name.substring("tenants/acme/tokens/".length())));
    }
}
