package io.keywarden.admin;

import static io.keywarden.admin.Failures.failure;
import static io.keywarden.admin.Fixtures.createToken;
import static io.keywarden.admin.Fixtures.token;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.keywarden.admin.v1.CreateTenantRequest;
import io.keywarden.admin.v1.CreateTokenRequest;
import io.keywarden.admin.v1.CreateTokenResponse;
import io.keywarden.admin.v1.CredentialSource;
import io.keywarden.admin.v1.DeleteOwnerRequest;
import io.keywarden.admin.v1.DeleteTokenRequest;
import io.keywarden.admin.v1.GetTokenRequest;
import io.keywarden.admin.v1.ListTokensRequest;
import io.keywarden.admin.v1.Token;
import io.keywarden.admin.v1.UndeleteTokenRequest;
import io.keywarden.credential.Proof;
import io.keywarden.credential.TokenText;
import io.keywarden.store.Commit;
import io.keywarden.store.RecordCompiler;
import io.keywarden.store.RecordKey;
import io.keywarden.store.RecordWriter.Outcome;
import io.keywarden.store.StoredRecord;
import io.keywarden.store.v1.EventRecord;
import io.keywarden.store.v1.RecordKind;
import io.keywarden.store.v1.TokenRecord;
import io.keywarden.token.TokenId;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

final class PurgeTest {
    private static final String ANN = "tenants/acme/owners/ann";

    @RegisterExtension
    private final AdminHarness admin = new AdminHarness();

    private int purged;
    private String name = "";
    private String text = "";

    @BeforeEach
    void makeShop() {
        Fixtures.shop(admin);
        admin.owners().createOwner(Fixtures.owner("ann").build());
    }

    @Test
    void tick_untilThePurgeTime_nothing() {
        make(createToken(token("CI")));
        delete();
        StoredRecord before = record();
        admin.clock.advance(DeleteToken.KEPT.minusNanos(1));
        tick();
        assertThat(record()).isEqualTo(before);
        assertThat(purged).isZero();
    }

    @Test
    void tick_purgeTimePast_namesAreFreeAndNothingLeadsToIt() {
        make(createToken(token("CI").setOwner(ANN).setCredentialId("SU-1")));
        delete();
        admin.clock.advance(DeleteToken.KEPT);

        tick();

        assertThat(purged).isEqualTo(1);
        assertThat(failure(this::get).what()).isEqualTo("NOT_FOUND TOKEN_NOT_FOUND");
        assertThat(failure(this::undelete).what()).isEqualTo("NOT_FOUND TOKEN_NOT_FOUND");
        assertThat(failure(this::delete).what()).isEqualTo("NOT_FOUND TOKEN_NOT_FOUND");
        assertThat(list()).isEmpty();
        assertThat(admin.history(key()))
                .extracting(EventRecord::getKind)
                .containsExactly("CreateToken", "DeleteToken", "PurgeToken");
        assertThat(admin.history(key()).get(2).getPrincipal()).isEqualTo("keywarden");
        String old = name;
        make(createToken(token("CI").setOwner(ANN).setCredentialId("SU-1")));
        assertThat(name).isNotEqualTo(old);
        assertThat(list()).extracting(Token::getName).containsExactly(name);
    }

    @Test
    void tick_purgeTimePast_onlyIdentityIsKept() {
        make(createToken(token("CI").putLabels("team", "blue")));
        StoredRecord before = record();
        delete();
        admin.clock.advance(DeleteToken.KEPT);
        tick();
        assertThat(record().uid()).isEqualTo(before.uid());
        assertThat(record().version()).isEqualTo(3);
        TokenRecord remains = Entry.of(record(), TokenRecord.parser()).payload();
        assertThat(remains.getAllFields().keySet())
                .extracting(field -> field.getName())
                .containsExactlyInAnyOrder("id", "tenant_uid", "state", "create_time", "update_time");
    }

    @Test
    void tick_purgeTimePast_theSecretIsAsUnknown() {
        make(createToken(token("CI")));
        delete();
        assertThat(proof()).isEqualTo(Proof.Kind.PROVEN);
        admin.clock.advance(DeleteToken.KEPT);
        tick();
        assertThat(proof()).isEqualTo(Proof.Kind.WRONG);
    }

    @Test
    void tick_secretsAlone_nothingLeadsToItAnyMore() {
        CreateTenantRequest.Builder tenant = Fixtures.tenant("alone").toBuilder();
        tenant.getTenantBuilder()
                .addCredentialSources(CredentialSource.newBuilder()
                        .setAuthorizationScheme("SalureToken")
                        .setForm(CredentialSource.Form.OPAQUE));
        admin.tenants().createTenant(tenant.build());
        long aliases = aliases();
        make(createToken(token("CI")).setParent("tenants/alone"));
        assertThat(aliases()).isEqualTo(aliases + 1);
        delete();
        admin.clock.advance(DeleteToken.KEPT);
        tick();
        assertThat(aliases()).isEqualTo(aliases);
    }

    @Test
    void tick_tokenOfSystem_purged() {
        name = SystemTokens.make(
                        admin,
                        admin.as("Bearer " + admin.bootstrapToken()),
                        SystemTokens.token("old", List.of(SystemTokens.operation("GetToken", "*"))))
                .getToken()
                .getName();
        delete();
        admin.clock.advance(DeleteToken.KEPT);
        tick();
        assertThat(purged).isEqualTo(1);
    }

    @Test
    void tick_manyTokensAndTenants_allAreReachedInSomeTicks() {
        for (int i = 0; i < 3; i++) {
            admin.tenants().createTenant(Fixtures.tenant("t" + i));
            for (int j = 0; j < 101; j++) {
                make(createToken(token("CI " + j)).setParent("tenants/t" + i));
                delete();
            }
        }
        admin.clock.advance(DeleteToken.KEPT);
        Upkeep upkeep = upkeep();
        upkeep.tick();
        assertThat(purged).isBetween(100, 302);
        for (int i = 0; i < 3; i++) {
            upkeep.tick();
        }
        assertThat(purged).isEqualTo(303);
    }

    @Test
    void tick_afterARound_restsAndBeginsAgain() {
        make(createToken(token("first")));
        delete();
        admin.clock.advance(Duration.ofMinutes(1));
        make(createToken(token("second")));
        delete();
        admin.clock.advance(DeleteToken.KEPT.minusMinutes(1));
        Upkeep upkeep = upkeep();
        upkeep.tick();
        assertThat(purged).isEqualTo(1);
        admin.clock.advance(Upkeep.REST.minusNanos(1));
        upkeep.tick();
        assertThat(purged).isEqualTo(1);
        admin.clock.advance(Duration.ofNanos(1));
        upkeep.tick();
        assertThat(purged).isEqualTo(2);
    }

    @Test
    void tick_undeletedBetween_stays() {
        make(createToken(token("CI")));
        delete();
        admin.clock.advance(DeleteToken.KEPT.minusSeconds(1));
        Upkeep upkeep = upkeep();
        admin.store.beforeNextCommit(() -> {
            admin.clock.advance(Duration.ofSeconds(-1));
            undelete();
        });
        admin.clock.advance(Duration.ofSeconds(1));
        upkeep.tick();
        assertThat(purged).isZero();
        assertThat(get().getState()).isEqualTo(Token.State.DISABLED);
    }

    @Test
    void tick_anotherAdminWasFirst_purgedOnce() {
        make(createToken(token("CI")));
        delete();
        admin.clock.advance(DeleteToken.KEPT);
        Upkeep other = upkeep();
        admin.store.beforeNextCommit(other::tick);
        tick();
        assertThat(purged).isEqualTo(1);
        assertThat(admin.history(key())).hasSize(3);
    }

    @Test
    void tick_storeRefuses_triedAgainInALaterRound() {
        make(createToken(token("CI")));
        delete();
        admin.clock.advance(DeleteToken.KEPT);
        Upkeep upkeep = upkeep();
        admin.store.breakCommits(commit -> true, new Outcome.Refused("full"), false);
        upkeep.tick();
        assertThat(purged).isZero();
        admin.store.repair();
        admin.clock.advance(Upkeep.RETRY.minusNanos(1));
        upkeep.tick();
        admin.clock.advance(Duration.ofNanos(1));
        upkeep.tick();
        assertThat(purged).isZero();
        admin.clock.advance(Upkeep.REST);
        upkeep.tick();
        assertThat(purged).isEqualTo(1);
    }

    @Test
    void tick_oneTamperedRecord_thoseOfOtherTenantsArePurged() {
        make(createToken(token("bad")));
        RecordKey bad = key();
        admin.tenants().createTenant(Fixtures.tenant("beta"));
        make(createToken(token("CI")).setParent("tenants/beta"));
        delete();
        admin.store.inner().overwrite(bad, Optional.of(ByteString.copyFromUtf8("nonsense")));
        admin.clock.advance(DeleteToken.KEPT);
        Upkeep upkeep = upkeep();
        upkeep.tick();
        assertThat(purged).isZero();
        admin.clock.advance(Upkeep.RETRY);
        upkeep.tick();
        assertThat(purged).isEqualTo(1);
        admin.store.inner().overwrite(bad, Optional.empty());
    }

    @Test
    void list_entryOfAPurgedTokenPutIn_skipped() {
        make(createToken(token("CI").setOwner(ANN)));
        delete();
        admin.clock.advance(DeleteToken.KEPT);
        tick();
        List<Commit.Listing> gone =
                last().listings().stream().filter(entry -> !entry.present()).toList();
        assertThat(gone).hasSize(2);
        gone.forEach(entry -> put(List.of(), List.of(new Commit.Listing(entry.index(), entry.member(), true))));
        assertThat(list()).isEmpty();
        tick();
        assertThat(purged).isEqualTo(1);
    }

    @Test
    void tick_nameIsAnothersByNow_purgedAndTheNameStaysTheirs() {
        make(createToken(token("CI")));
        String first = name;
        Commit.NameClaim claim = last().names().get(0);
        put(List.of(Commit.NameClaim.release(claim.index(), claim.name(), claim.holder())), List.of());
        make(createToken(token("CI")));
        name = first;
        delete();
        admin.clock.advance(DeleteToken.KEPT);
        tick();
        assertThat(purged).isEqualTo(1);
        assertThat(failure(() -> make(createToken(token("CI")))).what()).isEqualTo("ALREADY_EXISTS NAME_TAKEN");
    }

    private Commit last() {
        List<Commit> all = admin.store.committed();
        return all.get(all.size() - 1);
    }

    private void put(List<Commit.NameClaim> names, List<Commit.Listing> listings) {
        Commit commit =
                new Commit(key().slot(), Commit.Urgency.GROWS, List.of(), names, listings, List.of(), Optional.empty());
        assertThat(admin.store
                        .inner()
                        .commit(commit, Duration.ofSeconds(1))
                        .toCompletableFuture()
                        .join())
                .isInstanceOf(Outcome.Committed.class);
    }

    @Test
    void tick_full_purgesAllTheSame() {
        make(createToken(token("CI")));
        delete();
        admin.clock.advance(DeleteToken.KEPT);
        tick();
        assertThat(last().urgency()).isEqualTo(Commit.Urgency.NARROWS);
    }

    @Test
    void tick_ownerGoneMeanwhile_purged() {
        make(createToken(token("CI").setOwner(ANN)));
        delete();
        admin.owners().deleteOwner(DeleteOwnerRequest.newBuilder().setName(ANN).build());
        admin.clock.advance(DeleteToken.KEPT);
        tick();
        assertThat(purged).isEqualTo(1);
    }

    private Upkeep upkeep() {
        return admin.upkeep(new UpkeepObserver() {
            @Override
            public void purged() {
                purged++;
            }
        });
    }

    private void tick() {
        upkeep().tick();
    }

    private void make(CreateTokenRequest.Builder request) {
        CreateTokenResponse made = Fixtures.make(admin, request);
        name = made.getToken().getName();
        text = made.getPlain().getSecret();
    }

    private RecordKey key() {
        return RecordKey.token(new TokenId(name.substring(name.lastIndexOf('/') + 1)));
    }

    private StoredRecord record() {
        return admin.record(key()).orElseThrow();
    }

    private long aliases() {
        return admin.records().stream()
                .filter(record -> record.key().kind() == RecordKind.ALIAS)
                .count();
    }

    private Proof.Kind proof() {
        return admin.keys
                .hasher()
                .prove(
                        RecordCompiler.token(record()).fold(Optional::of, absent -> Optional.empty(), unknown -> {
                            throw new AssertionError(unknown.detail());
                        }),
                        TokenText.parse(text).orElseThrow().secret(),
                        admin.clock.instant())
                .kind();
    }

    private Token get() {
        return admin.tokens()
                .getToken(GetTokenRequest.newBuilder().setName(name).build())
                .getToken();
    }

    private List<Token> list() {
        return admin.tokens()
                .listTokens(ListTokensRequest.newBuilder()
                        .setParent("tenants/acme")
                        .setShowDeleted(true)
                        .build())
                .getTokensList();
    }

    private void delete() {
        var unused = admin.tokens()
                .deleteToken(DeleteTokenRequest.newBuilder().setName(name).build());
    }

    private void undelete() {
        var unused = admin.tokens()
                .undeleteToken(UndeleteTokenRequest.newBuilder().setName(name).build());
    }
}
