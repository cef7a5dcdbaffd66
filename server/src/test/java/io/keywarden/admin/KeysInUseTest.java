package io.keywarden.admin;

import static io.keywarden.admin.Failures.failure;
import static io.keywarden.admin.Fixtures.createToken;
import static io.keywarden.admin.Fixtures.token;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.FieldMask;
import io.keywarden.admin.v1.GetServerInfoRequest;
import io.keywarden.admin.v1.KeyUse;
import io.keywarden.admin.v1.ListKeyUsesRequest;
import io.keywarden.admin.v1.RevealSecretRequest;
import io.keywarden.admin.v1.RevokeTokenRequest;
import io.keywarden.admin.v1.SecretVisibility;
import io.keywarden.admin.v1.ServerServiceGrpc;
import io.keywarden.admin.v1.Tenant;
import io.keywarden.admin.v1.Token;
import io.keywarden.admin.v1.TokenPolicy;
import io.keywarden.admin.v1.UpdateTenantRequest;
import io.keywarden.policy.Explainer;
import io.keywarden.store.RecordKey;
import io.keywarden.store.RecordSigner;
import io.keywarden.store.StoredRecord;
import io.keywarden.store.v1.RecordKind;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Rotations of signing keys, sealing keys and peppers, with an Admin that is started again after each step, and checks that lag behind. */
final class KeysInUseTest {
    @RegisterExtension
    private final AdminHarness admin = new AdminHarness();

    private KeyWorld world;

    @BeforeEach
    void makeWorld() {
        world = new KeyWorld(admin);
    }

    @Nested
    final class Signing {
        @Test
        void rotation_stepByStep_tokenIsAllowedAllAlong() throws IOException {
            Explainer before = admin.explainer();
            admin.keys.distributeSigning();
            admin.restart();
            Explainer distributed = admin.explainer();
            assertThat(world.decisions(before, distributed)).containsOnly(KeyWorld.ALLOWED);
            admin.keys.activateSigning();
            admin.restart();
            assertThat(world.decisions(before, distributed, admin.explainer())).containsOnly(KeyWorld.ALLOWED);
            assertThat(world.uses(KeyUse.Kind.SIGNING, 7)).isNotEmpty();
            assertThat(world.uses(KeyUse.Kind.SIGNING, 8)).isEmpty();

            world.tick();
            assertThat(world.uses(KeyUse.Kind.SIGNING, 7)).isEmpty();
            assertThat(world.decisions(distributed, admin.explainer())).containsOnly(KeyWorld.ALLOWED);
            assertThat(world.decision(before)).isEqualTo("RECORD_TAMPERED");

            admin.keys.retireSigning();
            admin.restart();
            assertThat(world.decisions(distributed, admin.explainer())).containsOnly(KeyWorld.ALLOWED);
        }

        @Test
        void tick_records_nothingOfThemButTheSignatureIsDifferent() throws IOException {
            Token token = world.get();
            Map<RecordKey, StoredRecord> before = world.records();
            activate();
            world.tick();
            Map<RecordKey, StoredRecord> after = world.records();
            assertThat(after.keySet()).isEqualTo(before.keySet());
            before.forEach((key, record) -> {
                StoredRecord now = Objects.requireNonNull(after.get(key));
                assertThat(now.bytes()).isNotEqualTo(record.bytes());
                assertThat(now.version()).isEqualTo(record.version());
                assertThat(now.uid()).isEqualTo(record.uid());
                assertThat(now.chain()).isEqualTo(record.chain());
                assertThat(now.payload()).isEqualTo(record.payload());
            });
            assertThat(world.get()).isEqualTo(token);
            assertThat(world.moved).isEqualTo(before.size());
            admin.clock.advance(KeyMoves.REST);
            world.tick();
            assertThat(world.moved).isEqualTo(before.size());
        }

        @Test
        void tick_allKindsOfRecords_signedAgain() throws IOException {
            admin.owners().createOwner(Fixtures.owner("jane").build());
            world.strict();
            Fixtures.make(admin, KeyWorld.strictToken());
            Token gone = Fixtures.make(admin, createToken(token("gone"))).getToken();
            world.delete(gone.getName());
            admin.clock.advance(DeleteToken.KEPT);
            world.tick();
            assertThat(world.records().keySet())
                    .extracting(RecordKey::kind)
                    .contains(
                            RecordKind.STORE,
                            RecordKind.ALIAS,
                            RecordKind.TENANT,
                            RecordKind.CATALOG,
                            RecordKind.MODULE,
                            RecordKind.TOKEN,
                            RecordKind.OWNER);
            activate();
            assertThat(world.uses(KeyUse.Kind.SIGNING, 7))
                    .extracting(KeyUse::getName)
                    .contains(
                            "store",
                            "catalogs/shop",
                            "catalogs/shop/modules/orders",
                            "tenants/system",
                            "tenants/acme",
                            "tenants/acme/owners/jane",
                            world.made.getToken().getName(),
                            gone.getName());
            world.tick();
            assertThat(world.uses(KeyUse.Kind.SIGNING, 7)).isEmpty();
            admin.keys.retireSigning();
            // After the test every record has to be genuine: by the new key alone.
            admin.restart();
            assertThat(world.records()).isNotEmpty();
        }

        @Test
        void tick_purgedToken_staysUnknownAndNotTampered() throws IOException {
            world.delete(world.made.getToken().getName());
            admin.clock.advance(DeleteToken.KEPT);
            world.tick();
            activate();
            world.tick();
            admin.keys.retireSigning();
            admin.restart();
            assertThat(world.decision(admin.explainer())).isEqualTo("INVALID_CREDENTIAL");
        }

        @Test
        void tick_revokedBetween_staysRevoked() throws IOException {
            activate();
            String id = world.made.getToken().getName();
            admin.store.beforeCommit(
                    commit -> commit.records().stream()
                            .anyMatch(change -> change.key().equals(KeyWorld.key(id))),
                    () -> {
                        var unused = admin.tokens()
                                .revokeToken(RevokeTokenRequest.newBuilder()
                                        .setName(id)
                                        .build());
                    });
            world.tick();
            assertThat(world.get().getState()).isEqualTo(Token.State.REVOKED);
            assertThat(world.uses(KeyUse.Kind.SIGNING, 7)).isEmpty();
        }

        @Test
        void tick_roundThatMovedNothing_nextOneIsFarOff() throws IOException {
            admin.keys.distributeSigning();
            admin.restart();
            var lagging = admin.tokens();
            admin.keys.activateSigning();
            admin.startBeside();
            Upkeep upkeep = admin.upkeep();
            rounds(upkeep);
            admin.clock.advance(KeyMoves.REST);
            rounds(upkeep);
            admin.told(lagging.createToken(createToken(token("late")).build())
                    .getPlain()
                    .getSecret());
            admin.clock.advance(KeyMoves.REST);
            rounds(upkeep);
            assertThat(world.uses(KeyUse.Kind.SIGNING, 7)).hasSize(1);
            admin.clock.advance(KeyMoves.LONG_REST);
            rounds(upkeep);
            assertThat(world.uses(KeyUse.Kind.SIGNING, 7)).isEmpty();
        }

        private void rounds(Upkeep upkeep) {
            for (int i = 0; i < 20; i++) {
                upkeep.tick();
            }
        }

        @Test
        void tick_noSecondKey_nothingIsRead() {
            List<Object> before = admin.store.inner().contents();
            world.tick();
            assertThat(admin.store.inner().contents()).isEqualTo(before);
            assertThat(world.moved).isZero();
        }

        @Test
        void tick_oneTamperedRecord_thoseOfOtherTenantsAreSigned() throws IOException {
            admin.tenants().createTenant(Fixtures.tenant("beta"));
            String other = Fixtures.make(admin, createToken(token("CI")).setParent("tenants/beta"))
                    .getToken()
                    .getName();
            RecordKey bad = KeyWorld.key(world.made.getToken().getName());
            admin.store.inner().overwrite(bad, Optional.of(ByteString.copyFromUtf8("nonsense")));
            activate();
            world.tick(Upkeep.RETRY);
            assertThat(RecordSigner.keyOf(admin.record(KeyWorld.key(other)).orElseThrow()))
                    .isEqualTo(8);
            assertThat(failure(() -> world.uses(KeyUse.Kind.SIGNING, 7)).what())
                    .isEqualTo("UNAVAILABLE RECORD_TAMPERED");
            admin.store.inner().overwrite(bad, Optional.empty());
        }

        private void activate() throws IOException {
            admin.keys.distributeSigning();
            admin.keys.activateSigning();
            admin.restart();
        }
    }

    @Nested
    final class Sealing {
        @Test
        void rotation_stepByStep_secretIsToldAllAlong() throws IOException {
            recoverable();
            String secret = world.rotate(0);
            admin.keys.sealing().distribute();
            admin.restart();
            assertThat(reveal()).isEqualTo(secret);
            admin.keys.sealing().activate();
            admin.restart();
            assertThat(reveal()).isEqualTo(secret);
            assertThat(world.uses(KeyUse.Kind.SEALING, 1))
                    .containsExactly(KeyUse.newBuilder()
                            .setName(world.made.getToken().getName())
                            .setHow(KeyUse.How.SEALED_SECRET)
                            .setSecretNumber(2)
                            .build());
            long version = world.record().version();
            world.tick();
            assertThat(world.uses(KeyUse.Kind.SEALING, 1)).isEmpty();
            assertThat(world.record().version()).isEqualTo(version + 1);
            assertThat(reveal()).isEqualTo(secret);
            admin.keys.sealing().retire();
            admin.restart();
            assertThat(reveal()).isEqualTo(secret);
            assertThat(world.decision(admin.explainer(), secret)).isEqualTo(KeyWorld.ALLOWED);
        }

        @Test
        void listKeyUses_withoutTheMove_lostWithTheKey() throws IOException {
            recoverable();
            world.rotate(0);
            admin.keys.sealing().distribute();
            admin.keys.sealing().activate();
            admin.keys.sealing().retire();
            admin.restart();
            assertThat(failure(() -> reveal()).reason()).isEqualTo("SECRET_NOT_RECOVERABLE");
        }

        private String reveal() {
            return admin.tokens()
                    .revealSecret(RevealSecretRequest.newBuilder()
                            .setName(world.made.getToken().getName())
                            .build())
                    .getPlain()
                    .getSecret();
        }

        private void recoverable() {
            var unused = admin.tenants()
                    .updateTenant(UpdateTenantRequest.newBuilder()
                            .setTenant(Tenant.newBuilder()
                                    .setName("tenants/acme")
                                    .setTokenPolicy(
                                            TokenPolicy.newBuilder().setSecretVisibility(SecretVisibility.RECOVERABLE)))
                            .setUpdateMask(FieldMask.newBuilder().addPaths("token_policy.secret_visibility"))
                            .build());
        }
    }

    @Nested
    final class Pepper {
        @Test
        void rotation_stepByStep_tokenIsAllowedAllAlong() throws IOException {
            admin.keys.peppers().distribute();
            admin.restart();
            Explainer lagging = admin.explainer();
            assertThat(world.decision(lagging)).isEqualTo(KeyWorld.ALLOWED);
            admin.keys.peppers().activate();
            admin.restart();
            assertThat(world.decisions(lagging, admin.explainer())).containsOnly(KeyWorld.ALLOWED);
            assertThat(world.uses(KeyUse.Kind.PEPPER, 1))
                    .containsExactly(KeyUse.newBuilder()
                            .setName(world.made.getToken().getName())
                            .setHow(KeyUse.How.SECRET_DIGEST)
                            .setSecretNumber(1)
                            .build());

            String secret = world.rotate(3_600);
            assertThat(List.of(world.decision(lagging), world.decision(lagging, secret)))
                    .containsOnly(KeyWorld.ALLOWED);
            assertThat(world.uses(KeyUse.Kind.PEPPER, 1)).hasSize(1);
            admin.clock.advance(Duration.ofHours(1));
            assertThat(world.uses(KeyUse.Kind.PEPPER, 1)).isEmpty();

            admin.keys.peppers().retire();
            admin.restart();
            assertThat(world.decision(admin.explainer(), secret)).isEqualTo(KeyWorld.ALLOWED);
            assertThat(world.decision(lagging, secret)).isEqualTo(KeyWorld.ALLOWED);
            // The old one has ended, so that nothing hangs on its digest but the word for it.
            assertThat(world.decision(admin.explainer())).isEqualTo("INVALID_CREDENTIAL");
            assertThat(world.decision(lagging)).isEqualTo("SECRET_ROTATED");
        }

        @Test
        void retired_withSecretsUnderIt_cannotBeTold() throws IOException {
            rotatePepper();
            admin.keys.peppers().retire();
            admin.restart();
            assertThat(world.decision(admin.explainer())).isEqualTo("INTERNAL");
        }

        @Test
        void listKeyUses_bootstrapToken_listedUntilItIsShown() throws IOException {
            String other = SystemTokens.make(
                            admin,
                            admin.as("Bearer " + admin.bootstrapToken()),
                            SystemTokens.token("lists", List.of(SystemTokens.operation("ListKeyUses", "*"))))
                    .getPlain()
                    .getSecret();
            rotatePepper();
            var lists = ServerServiceGrpc.newBlockingStub(admin.as("Bearer " + other));
            ListKeyUsesRequest request = KeyWorld.request(KeyUse.Kind.PEPPER, 1).build();
            assertThat(lists.listKeyUses(request).getUsesList())
                    .extracting(KeyUse::getName)
                    .contains("bootstrap");
            var unused = admin.servers().getServerInfo(GetServerInfoRequest.getDefaultInstance());
            assertThat(lists.listKeyUses(request).getUsesList())
                    .extracting(KeyUse::getName)
                    .doesNotContain("bootstrap");
            admin.keys.peppers().retire();
            admin.restart();
            assertThat(admin.servers()
                            .getServerInfo(GetServerInfoRequest.getDefaultInstance())
                            .hasServerInfo())
                    .isTrue();
        }

        @Test
        void listKeyUses_revokedToken_hangsOnNone() throws IOException {
            rotatePepper();
            admin.tokens()
                    .revokeToken(RevokeTokenRequest.newBuilder()
                            .setName(world.made.getToken().getName())
                            .build());
            assertThat(world.uses(KeyUse.Kind.PEPPER, 1)).isEmpty();
            admin.keys.peppers().retire();
            admin.restart();
            assertThat(world.decision(admin.explainer())).isEqualTo("INVALID_CREDENTIAL");
        }

        private void rotatePepper() throws IOException {
            admin.keys.peppers().distribute();
            admin.keys.peppers().activate();
            admin.restart();
        }
    }
}
