package io.keywarden.admin;

import static io.keywarden.admin.Failures.failure;
import static io.keywarden.admin.Fixtures.createToken;
import static io.keywarden.admin.Fixtures.token;
import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.StatusRuntimeException;
import io.keywarden.admin.v1.CreateTokenRequest;
import io.keywarden.admin.v1.CreateTokenResponse;
import io.keywarden.admin.v1.KeyUse;
import io.keywarden.admin.v1.RevokeTokenRequest;
import io.keywarden.policy.Explainer;
import io.keywarden.store.Aliases;
import io.keywarden.store.RecordKey;
import io.keywarden.store.RecordWriter;
import io.keywarden.store.v1.AliasRecord.Namespace;
import io.keywarden.store.v1.RecordKind;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Rotations of tag keys: ids, and names, under either of two keys. */
final class TagKeysTest {
    @RegisterExtension
    private final AdminHarness admin = new AdminHarness();

    private KeyWorld world;

    @BeforeEach
    void makeWorld() {
        world = new KeyWorld(admin);
    }

    @Test
    void rotation_stepByStep_everyCredentialWorksAllAlong() throws IOException {
        world.strict();
        String alone = KeyWorld.secretOf(Fixtures.make(admin, KeyWorld.strictToken()));
        admin.keys.tags().distribute();
        admin.restart();
        Explainer lagging = admin.explainer();
        assertAllAllowed(lagging, alone);
        admin.keys.tags().activate();
        admin.restart();
        assertAllAllowed(lagging, alone);
        assertAllAllowed(admin.explainer(), alone);
        // What is made from now on is found by those that lag behind, too.
        String host = "new.acme.example";
        admin.tenants().createTenant(Fixtures.tenant("young", host));
        CreateTokenResponse young =
                Fixtures.make(admin, createToken(token("CI")).setParent("tenants/young"));
        String authorization = young.getPlain().getAuthorization();
        assertThat(KeyWorld.decision(lagging, host, authorization)).isEqualTo(KeyWorld.ALLOWED);
        assertThat(KeyWorld.decision(admin.explainer(), host, authorization)).isEqualTo(KeyWorld.ALLOWED);
        assertThat(world.uses(KeyUse.Kind.TAG, 2))
                .extracting(KeyUse::getName)
                .contains("tenants/young", young.getToken().getName());

        assertThat(world.uses(KeyUse.Kind.TAG, 1))
                .extracting(use -> use.getName() + " " + use.getHow() + " " + use.getAlias())
                .contains(
                        "catalogs/shop NAME shop",
                        "tenants/acme NAME acme",
                        "tenants/acme NAME " + KeyWorld.HOST,
                        "tenants/system NAME system",
                        world.made.getToken().getName() + " NAME SU-1",
                        world.made.getToken().getName() + " ID_TAG ");
        world.tick();
        // In both places now: the old one goes in a later round.
        assertThat(world.uses(KeyUse.Kind.TAG, 1))
                .extracting(use -> use.getName() + " " + use.getHow() + " " + use.getAlias())
                .contains("tenants/acme NAME acme", "tenants/acme NAME " + KeyWorld.HOST);
        assertAllAllowed(lagging, alone);
        assertAllAllowed(admin.explainer(), alone);
        admin.clock.advance(KeyMoves.REST);
        world.tick();
        assertAllAllowed(lagging, alone);
        assertAllAllowed(admin.explainer(), alone);
        // What hangs on the ids and secrets that people have stays.
        assertThat(world.uses(KeyUse.Kind.TAG, 1))
                .extracting(use -> use.getHow() + " " + use.getSecretNumber())
                .containsExactlyInAnyOrder("ID_TAG 0", "ID_TAG 0", "NAME 1");
    }

    @Test
    void retired_afterTheMoveAndNewTokens_nothingIsLost() throws IOException {
        rotateTag();
        world.tick();
        admin.clock.advance(KeyMoves.REST);
        world.tick();
        admin.tokens()
                .revokeToken(RevokeTokenRequest.newBuilder()
                        .setName(world.made.getToken().getName())
                        .build());
        assertThat(world.uses(KeyUse.Kind.TAG, 1)).isEmpty();
        world.delete(world.made.getToken().getName());
        admin.clock.advance(DeleteToken.KEPT);
        world.tick();
        CreateTokenResponse next =
                Fixtures.make(admin, createToken(token("importer").setCredentialId("SU-1")));
        admin.keys.tags().retire();
        admin.restart();
        assertThat(KeyWorld.decision(
                        admin.explainer(), KeyWorld.HOST, next.getPlain().getAuthorization()))
                .isEqualTo(KeyWorld.ALLOWED);
    }

    @Test
    void claim_hostUnderTheOtherKey_isTaken() throws IOException {
        rotateTag();
        assertThat(failure(() -> admin.tenants().createTenant(Fixtures.tenant("rival", KeyWorld.HOST)))
                        .what())
                .isEqualTo("ALREADY_EXISTS HOST_TAKEN");
        assertThat(failure(() -> admin.tenants().createTenant(Fixtures.tenant("acme")))
                        .what())
                .isEqualTo("ALREADY_EXISTS ID_TAKEN");
        assertThat(failure(() -> admin.catalogs().createCatalog(Fixtures.catalog("shop")))
                        .what())
                .isEqualTo("ALREADY_EXISTS ID_TAKEN");
        assertThat(failure(() -> Fixtures.make(admin, createToken(token("other").setCredentialId("SU-1"))))
                        .what())
                .isEqualTo("ALREADY_EXISTS CREDENTIAL_ID_TAKEN");
    }

    /** An Admin in the step before claims under the old key while this one claims under the new one. */
    @Test
    void claim_sameHostByAdminsOfTwoSteps_neverBothOfThem() throws IOException {
        admin.keys.tags().distribute();
        admin.restart();
        var lagging = admin.tenants();
        admin.keys.tags().activate();
        admin.startBeside();
        String host = "wanted.example";
        List<String> won = new ArrayList<>();
        RecordKey claim = new Aliases(admin.keys.tagKeys()).key(Namespace.HOST, host);
        admin.store.beforeCommit(
                commit -> commit.records().stream()
                        .anyMatch(change -> change.key().equals(claim)),
                () -> attempt(won, () -> lagging.createTenant(Fixtures.tenant("old", host))));
        attempt(won, () -> admin.tenants().createTenant(Fixtures.tenant("young", host)));
        assertThat(won).hasSize(1);
        assertThat(holders(host)).isEqualTo(1);
    }

    /** Its maker broke off under the old key; whoever looks there first must not stop at what it left. */
    @Test
    void claim_voidOneUnderTheOtherKey_doesNotStandInTheWay() throws IOException {
        admin.keys.tags().distribute();
        admin.restart();
        Explainer lagging = admin.explainer();
        String host = "left.example";
        admin.store.breakCommits(
                commit -> commit.records().stream()
                        .anyMatch(change -> change.key().kind() == RecordKind.TENANT),
                new RecordWriter.Outcome.Unknown("no answer"),
                false);
        assertThat(failure(() -> admin.tenants().createTenant(Fixtures.tenant("gone", host)))
                        .what())
                .isEqualTo("UNAVAILABLE STORE_UNAVAILABLE");
        admin.store.repair();
        admin.keys.tags().activate();
        admin.restart();
        assertThat(failure(() -> admin.tenants().createTenant(Fixtures.tenant("young", host)))
                        .code()
                        .name())
                .isEqualTo("ABORTED");
        admin.clock.advance(Claims.VOID_AFTER.plusSeconds(1));
        admin.tenants().createTenant(Fixtures.tenant("young", host));
        CreateTokenResponse young =
                Fixtures.make(admin, createToken(token("CI")).setParent("tenants/young"));
        for (Explainer explainer : List.of(lagging, admin.explainer())) {
            assertThat(KeyWorld.decision(explainer, host, young.getPlain().getAuthorization()))
                    .isEqualTo(KeyWorld.ALLOWED);
        }
    }

    @Test
    void claim_sameCredentialIdByAdminsOfTwoSteps_onlyOneOfThem() throws IOException {
        admin.keys.tags().distribute();
        admin.restart();
        var lagging = admin.tokens();
        admin.keys.tags().activate();
        admin.startBeside();
        List<String> won = new ArrayList<>();
        CreateTokenRequest old =
                createToken(token("old").setCredentialId("SU-2")).build();
        admin.store.beforeNextCommit(() -> attempt(won, () -> told(lagging.createToken(old))));
        attempt(won, () -> Fixtures.make(admin, createToken(token("young").setCredentialId("SU-2"))));
        assertThat(won).hasSize(1);
    }

    @Test
    void createToken_sameRequestIdAfterTheStep_isTheSameToken() throws IOException {
        CreateTokenRequest.Builder request = createToken(token("CI")).setRequestId("once");
        String first = Fixtures.make(admin, request).getToken().getName();
        rotateTag();
        assertThat(Fixtures.make(admin, request).getToken().getName()).isEqualTo(first);
    }

    private void told(CreateTokenResponse response) {
        admin.told(response.getPlain().getSecret());
    }

    private long holders(String host) {
        return world.records().values().stream()
                .filter(record -> record.key().kind() == RecordKind.TENANT)
                .filter(record -> record.payload().toStringUtf8().contains(host))
                .count();
    }

    private void rotateTag() throws IOException {
        admin.keys.tags().distribute();
        admin.keys.tags().activate();
        admin.restart();
    }

    private void assertAllAllowed(Explainer explainer, String alone) {
        String secret = world.made.getPlain().getSecret();
        assertThat(world.decision(explainer)).isEqualTo(KeyWorld.ALLOWED);
        assertThat(KeyWorld.decision(
                        explainer,
                        KeyWorld.HOST,
                        "ApiKey SU-1:" + secret.substring(secret.length() - 49, secret.length() - 6)))
                .isEqualTo(KeyWorld.ALLOWED);
        assertThat(KeyWorld.decision(explainer, "strict.example", "SalureToken " + alone))
                .isEqualTo(KeyWorld.ALLOWED);
    }

    private void attempt(List<String> won, Runnable call) {
        try {
            call.run();
            won.add("won");
        } catch (StatusRuntimeException e) {
            assertThat(e.getStatus().getCode().name()).isIn("ALREADY_EXISTS", "ABORTED");
        }
    }
}
