package io.keywarden.admin;

import static io.keywarden.admin.Failures.failure;
import static io.keywarden.admin.Fixtures.createToken;
import static io.keywarden.admin.Fixtures.token;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.keywarden.admin.JournalObserver.Outcome;
import io.keywarden.admin.v1.DeleteModuleRequest;
import io.keywarden.admin.v1.DeleteTokenRequest;
import io.keywarden.admin.v1.DisableOwnerRequest;
import io.keywarden.admin.v1.DisableTenantRequest;
import io.keywarden.admin.v1.DisableTokenRequest;
import io.keywarden.admin.v1.EnableOwnerRequest;
import io.keywarden.admin.v1.EnableTokenRequest;
import io.keywarden.admin.v1.GetOwnerRequest;
import io.keywarden.admin.v1.GetTenantRequest;
import io.keywarden.admin.v1.GetTokenRequest;
import io.keywarden.admin.v1.ListModulesRequest;
import io.keywarden.admin.v1.Owner;
import io.keywarden.admin.v1.RevokeReason;
import io.keywarden.admin.v1.RevokeTokenRequest;
import io.keywarden.admin.v1.Tenant;
import io.keywarden.admin.v1.Token;
import io.keywarden.admin.v1.UpdateOwnerRequest;
import io.keywarden.store.Commit;
import io.keywarden.store.RecordKey;
import io.keywarden.store.RecordWriter;
import io.keywarden.store.StoredRecord;
import io.keywarden.store.v1.EventRecord;
import io.keywarden.token.TokenId;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

final class LostWritesTest {
    @RegisterExtension
    private final AdminHarness admin = new AdminHarness();

    private String name = "";

    @BeforeEach
    void makeToken() {
        Fixtures.shop(admin);
        name = Fixtures.make(admin, createToken(token("CI"))).getToken().getName();
    }

    @Test
    void look_revokeLost_madeAgainInAHigherVersion() {
        Runnable older = admin.store.inner().snapshot();
        Instant revoked = admin.clock.instant();
        revoke();
        assertThat(get().getState()).isEqualTo(Token.State.REVOKED);
        long seen = record().version();
        admin.clock.advance(Duration.ofSeconds(3));
        older.run();
        assertThat(failure(this::get).what()).isEqualTo("UNAVAILABLE RECORD_TAMPERED");
        admin.condition.epoch("second");
        admin.lostWrites().look();
        assertThat(get().getState()).isEqualTo(Token.State.REVOKED);
        assertThat(get().getRevokeReason()).isEqualTo(RevokeReason.COMPROMISED);
        assertThat(record().version()).isGreaterThan(seen);
        EventRecord event = admin.history(key()).get(1);
        assertThat(event.getPrincipal()).isEqualTo("journal");
        assertThat(event.getKind()).isEqualTo("RevokeToken");
        assertThat(event.getOriginalTime()).isEqualTo(RecordWrites.timestamp(revoked));
        assertThat(admin.lost).containsExactly(Outcome.AGAIN);
    }

    @Test
    void look_epochAsBefore_nothingIsLookedFor() {
        LostWrites lost = admin.lostWrites();
        Runnable older = admin.store.inner().snapshot();
        revoke();
        older.run();
        lost.look();
        assertThat(admin.lost).isEmpty();
        admin.condition.epoch("second");
        lost.look();
        lost.look();
        assertThat(admin.lost).containsExactly(Outcome.AGAIN);
    }

    @Test
    void look_revokeLostTwice_madeAgainTwice() {
        LostWrites lost = admin.lostWrites();
        Runnable older = admin.store.inner().snapshot();
        Runnable olderAgain = admin.store.inner().snapshot();
        revoke();
        older.run();
        admin.condition.epoch("second");
        lost.look();
        long seen = record().version();
        olderAgain.run();
        admin.condition.epoch("third");
        lost.look();
        assertThat(get().getState()).isEqualTo(Token.State.REVOKED);
        assertThat(record().version()).isGreaterThan(seen);
    }

    @Test
    void look_revokeSurvived_stays() {
        revoke();
        StoredRecord before = record();
        admin.condition.epoch("second");
        admin.lostWrites().look();
        assertThat(record()).isEqualTo(before);
        assertThat(admin.lost).isEmpty();
    }

    @Test
    void look_adminWasStoppedMeanwhile_madeAgainAtItsStart() throws IOException {
        Runnable older = admin.store.inner().snapshot();
        revoke();
        older.run();
        admin.lostWritesAfterRestart().look();
        assertThat(get().getState()).isEqualTo(Token.State.REVOKED);
    }

    @Test
    void look_enabledSince_staysEnabled() throws IOException {
        disable();
        Runnable older = admin.store.inner().snapshot();
        admin.tokens().enableToken(EnableTokenRequest.newBuilder().setName(name).build());
        Runnable enabled = admin.store.inner().snapshot();
        older.run();
        enabled.run();
        admin.condition.epoch("second");
        admin.lostWrites().look();
        admin.lostWritesAfterRestart().look();
        assertThat(get().getState()).isEqualTo(Token.State.ACTIVE);
        assertThat(admin.lost).isEmpty();
    }

    @Test
    void look_disableAndEnableLost_staysEnabled() throws IOException {
        Runnable older = admin.store.inner().snapshot();
        disable();
        admin.tokens().enableToken(EnableTokenRequest.newBuilder().setName(name).build());
        older.run();
        admin.condition.epoch("second");
        admin.lostWrites().look();
        admin.lostWritesAfterRestart().look();
        assertThat(admin.lost).isEmpty();
        assertThat(admin.history(key())).hasSize(1);
    }

    @Test
    void look_somethingNarrowerIsThere_stays() {
        disable();
        revoke();
        admin.tokens().deleteToken(DeleteTokenRequest.newBuilder().setName(name).build());
        StoredRecord before = record();
        admin.condition.epoch("second");
        admin.lostWrites().look();
        assertThat(record()).isEqualTo(before);
    }

    @Test
    void look_disableRevokeAndDeleteLost_allMadeAgain() {
        Runnable older = admin.store.inner().snapshot();
        disable();
        revoke();
        admin.tokens().deleteToken(DeleteTokenRequest.newBuilder().setName(name).build());
        older.run();
        admin.condition.epoch("second");
        admin.lostWrites().look();
        assertThat(get().getState()).isEqualTo(Token.State.DELETED);
        assertThat(admin.history(key()))
                .extracting(EventRecord::getKind)
                .containsExactly("CreateToken", "DisableToken", "RevokeToken", "DeleteToken");
    }

    @Test
    void look_ownerDisabledAndUpdatedAndBothLost_disabledAgain() {
        String owner = "tenants/acme/owners/ann";
        admin.owners().createOwner(Fixtures.owner("ann").build());
        Runnable older = admin.store.inner().snapshot();
        admin.owners()
                .disableOwner(DisableOwnerRequest.newBuilder().setName(owner).build());
        admin.owners()
                .updateOwner(UpdateOwnerRequest.newBuilder()
                        .setOwner(Owner.newBuilder().setName(owner).setDisplayName("Ann"))
                        .build());
        older.run();
        admin.condition.epoch("second");
        admin.lostWrites().look();
        assertThat(admin.owners()
                        .getOwner(GetOwnerRequest.newBuilder().setName(owner).build())
                        .getOwner()
                        .getState())
                .isEqualTo(Owner.State.DISABLED);
        assertThat(admin.lost).containsExactly(Outcome.AGAIN);
    }

    @Test
    void look_ownerEnabledSince_staysEnabled() throws IOException {
        String owner = "tenants/acme/owners/ann";
        admin.owners().createOwner(Fixtures.owner("ann").build());
        Runnable older = admin.store.inner().snapshot();
        admin.owners()
                .disableOwner(DisableOwnerRequest.newBuilder().setName(owner).build());
        admin.owners()
                .enableOwner(EnableOwnerRequest.newBuilder().setName(owner).build());
        older.run();
        admin.condition.epoch("second");
        admin.lostWrites().look();
        admin.lostWritesAfterRestart().look();
        assertThat(admin.lost).isEmpty();
    }

    @Test
    void look_tenantAndModuleLost_madeAgain() {
        Runnable older = admin.store.inner().snapshot();
        admin.tenants()
                .disableTenant(DisableTenantRequest.newBuilder()
                        .setName("tenants/acme")
                        .build());
        admin.catalogs()
                .deleteModule(DeleteModuleRequest.newBuilder()
                        .setName("catalogs/shop/modules/orders")
                        .build());
        older.run();
        admin.condition.epoch("second");
        admin.lostWrites().look();
        assertThat(admin.tenants()
                        .getTenant(GetTenantRequest.newBuilder()
                                .setName("tenants/acme")
                                .build())
                        .getTenant()
                        .getState())
                .isEqualTo(Tenant.State.DISABLED);
        assertThat(admin.catalogs()
                        .listModules(ListModulesRequest.newBuilder()
                                .setParent("catalogs/shop")
                                .build())
                        .getModulesList())
                .isEmpty();
        assertThat(admin.lost).containsExactly(Outcome.AGAIN, Outcome.AGAIN);
    }

    @Test
    void look_noAnswerCameAndItWasNotWritten_made() {
        admin.store.breakCommits(commit -> true, new RecordWriter.Outcome.Unknown("cut"), false);
        assertThat(failure(this::revoke).what()).isEqualTo("UNAVAILABLE STORE_UNAVAILABLE");
        admin.store.repair();
        admin.condition.epoch("second");
        admin.lostWrites().look();
        assertThat(get().getState()).isEqualTo(Token.State.REVOKED);
    }

    @Test
    void look_tokenGoneToo_told() {
        Runnable older = admin.store.inner().snapshot();
        name = Fixtures.make(admin, createToken(token("CD"))).getToken().getName();
        revoke();
        older.run();
        admin.condition.epoch("second");
        admin.lostWrites().look();
        assertThat(admin.lost).containsExactly(Outcome.GONE);
    }

    @Test
    void look_storeAway_triedAgain() {
        LostWrites lost = admin.lostWrites();
        Runnable older = admin.store.inner().snapshot();
        revoke();
        older.run();
        admin.condition.away();
        lost.look();
        admin.condition.epoch("second");
        admin.store.inner().setAway(true);
        lost.look();
        assertThat(admin.lost).isEmpty();
        admin.store.inner().setAway(false);
        lost.look();
        assertThat(admin.lost).containsExactly(Outcome.AGAIN);
    }

    @Test
    void look_oneRecordTampered_othersMadeAgainAndItselfWhenItIsRightAgain() {
        String first = name;
        RecordKey firstKey = key();
        name = Fixtures.make(admin, createToken(token("CD"))).getToken().getName();
        String second = name;
        Runnable older = admin.store.inner().snapshot();
        name = first;
        revoke();
        name = second;
        revoke();
        older.run();
        StoredRecord right = admin.record(firstKey).orElseThrow();
        admin.store.inner().overwrite(firstKey, Optional.of(ByteString.copyFromUtf8("not signed")));
        admin.condition.epoch("second");
        LostWrites lost = admin.lostWrites();
        lost.look();
        assertThat(get().getState()).isEqualTo(Token.State.REVOKED);
        assertThat(admin.lost).containsExactly(Outcome.AGAIN);
        admin.store.inner().overwrite(firstKey, Optional.of(right.bytes()));
        lost.look();
        name = first;
        assertThat(get().getState()).isEqualTo(Token.State.REVOKED);
        assertThat(admin.lost).containsExactly(Outcome.AGAIN, Outcome.AGAIN);
    }

    @Test
    void look_othersWriteAllTheTime_triedAgain() {
        Runnable older = admin.store.inner().snapshot();
        revoke();
        older.run();
        admin.condition.epoch("second");
        LostWrites lost = admin.lostWrites();
        admin.store.breakCommits(commit -> true, new RecordWriter.Outcome.Conflict(Commit.Expected.RECORD), false);
        lost.look();
        assertThat(admin.lost).isEmpty();
        admin.store.repair();
        lost.look();
        assertThat(get().getState()).isEqualTo(Token.State.REVOKED);
        assertThat(admin.lost).containsExactly(Outcome.AGAIN);
    }

    @Test
    void look_enablingIsNotedAfterALaterRevoke_revokeIsMadeAgain() {
        disable();
        Runnable older = admin.store.inner().snapshot();
        // The revoke comes when the enabling is written, and before it is noted.
        admin.store.afterNextCommit(this::revoke);
        admin.tokens().enableToken(EnableTokenRequest.newBuilder().setName(name).build());
        older.run();
        admin.condition.epoch("second");
        admin.lostWrites().look();
        assertThat(get().getState()).isEqualTo(Token.State.REVOKED);
    }

    @Test
    void look_adminEndedBeforeTheJournalKnew_repeatIsMadeAgain() throws IOException {
        Runnable older = admin.store.inner().snapshot();
        revoke();
        disableTenant();
        // As if the process had ended between the commits and the journal.
        Files.delete(admin.journalFile());
        admin.restart();
        revoke();
        disableTenant();
        older.run();
        admin.condition.epoch("second");
        admin.lostWritesAfterRestart().look();
        assertThat(admin.lost).containsExactly(Outcome.AGAIN, Outcome.AGAIN);
    }

    @Test
    void look_enabledAndAdminEndedBeforeTheJournalKnew_repeatStaysEnabled() throws IOException {
        Runnable older = admin.store.inner().snapshot();
        disable();
        String journal = Files.readString(admin.journalFile());
        enable();
        Files.writeString(admin.journalFile(), journal);
        admin.restart();
        enable();
        older.run();
        admin.condition.epoch("second");
        admin.lostWrites().look();
        assertThat(admin.lost).isEmpty();
        assertThat(admin.history(key())).hasSize(1);
    }

    @Test
    void look_writtenADayAgo_nothingIsDone() {
        Runnable older = admin.store.inner().snapshot();
        revoke();
        admin.clock.advance(Journal.KEPT);
        older.run();
        admin.condition.epoch("second");
        admin.lostWrites().look();
        assertThat(List.copyOf(admin.lost)).isEmpty();
    }

    private void revoke() {
        admin.tokens()
                .revokeToken(RevokeTokenRequest.newBuilder()
                        .setName(name)
                        .setReason(RevokeReason.COMPROMISED)
                        .build());
    }

    private void disableTenant() {
        admin.tenants()
                .disableTenant(DisableTenantRequest.newBuilder()
                        .setName("tenants/acme")
                        .build());
    }

    private void enable() {
        admin.tokens().enableToken(EnableTokenRequest.newBuilder().setName(name).build());
    }

    private void disable() {
        admin.tokens()
                .disableToken(DisableTokenRequest.newBuilder().setName(name).build());
    }

    private Token get() {
        return admin.tokens()
                .getToken(GetTokenRequest.newBuilder().setName(name).build())
                .getToken();
    }

    private RecordKey key() {
        return RecordKey.token(new TokenId(name.substring("tenants/acme/tokens/".length())));
    }

    private StoredRecord record() {
        return admin.record(key()).orElseThrow();
    }
}
