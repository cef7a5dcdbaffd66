package io.keywarden.envoy.e2e;

import static io.keywarden.envoy.e2e.fixture.AnswerAssert.assertThatAnswer;

import io.keywarden.admin.v1.DisableTenantRequest;
import io.keywarden.admin.v1.DisableTokenRequest;
import io.keywarden.admin.v1.RevokeTokenRequest;
import io.keywarden.envoy.e2e.fixture.Answer;
import io.keywarden.envoy.e2e.fixture.BreakableDeployment;
import io.keywarden.envoy.e2e.fixture.Deployment;
import io.keywarden.envoy.e2e.fixture.IssuedToken;
import io.keywarden.envoy.e2e.fixture.RawRedis;
import io.keywarden.envoy.e2e.fixture.RawRequest;
import io.keywarden.envoy.e2e.fixture.Records;
import io.keywarden.envoy.e2e.fixture.Shop;
import io.keywarden.store.RecordKey;
import io.keywarden.testkit.Eventually;
import io.keywarden.testkit.NeedsRedis7;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Somebody who can write to Redis and knows the records, but has none of Admin's keys: moves, spoils and removes them. */
@NeedsRedis7
final class ForgerIT {
    @RegisterExtension
    static final BreakableDeployment BREAKABLE = new BreakableDeployment();

    private static final RawRequest LIST = RawRequest.get("/v1/orders");
    private static final int FLIPS = 12;
    private static final Duration LEASE_AND_MORE = Duration.ofSeconds(5);

    private Deployment deployment;
    private RawRedis redis;
    private Records records;
    private IssuedToken weak;
    private IssuedToken mighty;
    private IssuedToken rivals;
    private long alarms;

    @BeforeEach
    void issueTokens() {
        deployment = BREAKABLE.get();
        redis = deployment.rawRedis();
        records = deployment.records();
        weak = deployment.admin().issue(Shop.ACME);
        mighty = deployment.admin().issue(Shop.ACME, Shop.EVERYTHING);
        rivals = deployment.admin().issue(Shop.RIVAL, Shop.EVERYTHING);
        Eventually.within(LEASE_AND_MORE, () -> assertThatAnswer(list(mighty)).isAllowed());
        assertThatAnswer(list(weak)).isForbidden("PERMISSION_DENIED");
        assertThatAnswer(list(rivals)).isForbidden("WRONG_TENANT");
        alarms = deployment.keywarden().checks("RECORD_TAMPERED");
    }

    @Test
    void tokenRecord_copiedToAnotherId_tampered() {
        copy(records.of(mighty), records.of(weak));

        assertAlarm(weak);
    }

    @Test
    void tokenRecord_copiedToAnotherTenant_tampered() {
        copy(records.of(mighty), records.of(rivals));

        assertAlarm(rivals);
    }

    @Test
    void tokenRecord_copiedToAnotherKind_tampered() {
        for (RecordKey other : List.of(
                records.ofHost(Shop.ACME_HOST), records.ofTenant(Shop.ACME_HOST), records.ofCatalog(Shop.ACME_HOST))) {
            byte[] own = redis.get(other).orElseThrow();
            copy(records.of(mighty), other);
            assertAlarm(mighty);
            putBack(other, own);
        }
    }

    @Test
    void tenantRecord_copiedToAToken_tampered() {
        copy(records.ofTenant(Shop.ACME_HOST), records.of(weak));

        assertAlarm(weak);
    }

    @Test
    void hostClaim_copiedToAnotherHost_tampered() {
        copy(records.ofHost(Shop.RIVAL_HOST), records.ofHost(Shop.ACME_HOST));

        assertAlarm(rivals);
    }

    @Test
    void tenantRecord_copiedToAnotherTenant_tampered() {
        copy(records.ofTenant(Shop.RIVAL_HOST), records.ofTenant(Shop.ACME_HOST));

        assertAlarm(rivals);
        assertAlarm(mighty);
    }

    @Test
    void anyRecord_oneBitFlipped_tampered() {
        assertNoFlipAllows(records.of(mighty));
        assertNoFlipAllows(records.ofHost(Shop.ACME_HOST));
        assertNoFlipAllows(records.ofTenant(Shop.ACME_HOST));
        assertNoFlipAllows(records.ofCatalog(Shop.ACME_HOST));
        assertNoFlipAllows(RecordKey.STORE);
    }

    /** A catalog that was read stays compiled, so this one is read for the first time. */
    @Test
    void moduleRecord_oneBitFlippedBeforeItIsRead_tampered() {
        Shop.catalog(deployment.admin(), "unread");
        Shop.tenantOf(deployment.admin(), "unread", "unread", "unread.example");
        IssuedToken token = deployment.admin().issue("unread", Shop.EVERYTHING);
        RecordKey module = records.ofModules("unread.example").get(0);
        byte[] spoilt = redis.get(module).orElseThrow();
        spoilt[spoilt.length / 2] ^= 1;
        redis.set(module, spoilt);

        assertAlarm(LIST.host("unread.example").bearer(token));
    }

    @Test
    void disabledToken_olderRecordPutBack_tampered() {
        byte[] enabled = redis.get(records.of(mighty)).orElseThrow();
        deployment
                .admin()
                .tokens()
                .disableToken(
                        DisableTokenRequest.newBuilder().setName(mighty.name()).build());
        assertThatAnswer(list(mighty)).isUnauthenticated("DISABLED", "invalid_token");

        redis.set(records.of(mighty), enabled);

        assertAlarm(mighty);
    }

    @Test
    void revokedToken_olderRecordPutBack_tampered() {
        byte[] active = redis.get(records.of(mighty)).orElseThrow();
        deployment
                .admin()
                .tokens()
                .revokeToken(
                        RevokeTokenRequest.newBuilder().setName(mighty.name()).build());
        assertThatAnswer(list(mighty)).isUnauthenticated("REVOKED", "invalid_token");

        redis.set(records.of(mighty), active);

        assertAlarm(mighty);
    }

    @Test
    void disabledTenant_olderRecordPutBack_tampered() {
        Shop.tenant(deployment.admin(), "fallen", "fallen.example");
        IssuedToken token = deployment.admin().issue("fallen", Shop.EVERYTHING);
        RawRequest request = LIST.host("fallen.example").bearer(token);
        assertThatAnswer(deployment.gateway().send(request)).isAllowed();
        byte[] active = redis.get(records.ofTenant("fallen.example")).orElseThrow();
        deployment
                .admin()
                .tenants()
                .disableTenant(DisableTenantRequest.newBuilder()
                        .setName("tenants/fallen")
                        .build());
        assertThatAnswer(deployment.gateway().send(request)).isUnauthenticated("TENANT_DISABLED", "invalid_token");

        redis.set(records.ofTenant("fallen.example"), active);

        assertAlarm(request);
    }

    @Test
    void seenRecord_deleted_tampered() {
        for (RecordKey key :
                List.of(records.of(mighty), records.ofTenant(Shop.ACME_HOST), records.ofCatalog(Shop.ACME_HOST))) {
            byte[] own = redis.get(key).orElseThrow();
            redis.delete(key);
            assertAlarm(mighty);
            putBack(key, own);
        }
    }

    @Test
    void hostClaim_deleted_hostIsNobodys() {
        redis.delete(records.ofHost(Shop.ACME_HOST));

        Eventually.within(LEASE_AND_MORE, () -> assertThatAnswer(list(mighty)).isForbidden("WRONG_TENANT"));
    }

    @Test
    void marker_deleted_staleState() {
        redis.delete(RecordKey.STORE);

        // Until the lease is over what is known is gone by.
        Eventually.within(LEASE_AND_MORE, () -> assertThatAnswer(list(mighty)).isUntold("STALE_STATE"));
    }

    @Test
    void record_replacedByAnotherType_tampered() {
        String key = records.of(mighty).text();
        redis.send("DEL", key);
        redis.send("RPUSH", key, "x");

        assertAlarm(mighty);
    }

    private Answer list(IssuedToken token) {
        return deployment.gateway().send(LIST.host(Shop.ACME_HOST).bearer(token));
    }

    private void copy(RecordKey from, RecordKey to) {
        redis.set(to, redis.get(from).orElseThrow());
    }

    /** Waits for the good answer, for the next alarm to be about the next damage. */
    private void putBack(RecordKey key, byte[] genuine) {
        redis.set(key, genuine);
        Eventually.within(LEASE_AND_MORE, () -> assertThatAnswer(list(mighty)).isAllowed());
    }

    private void assertNoFlipAllows(RecordKey key) {
        byte[] genuine = redis.get(key).orElseThrow();
        for (int i = 0; i < FLIPS; i++) {
            byte[] spoilt = genuine.clone();
            spoilt[i * (genuine.length - 1) / (FLIPS - 1)] ^= (byte) (1 << (i % 8));
            redis.set(key, spoilt);
            assertAlarm(mighty);
            putBack(key, genuine);
        }
    }

    private void assertAlarm(IssuedToken token) {
        assertAlarm(LIST.host(Shop.ACME_HOST).bearer(token));
    }

    /** What is known may be gone by until Redis has told of the write, or until its lease is over. */
    private void assertAlarm(RawRequest request) {
        Eventually.within(
                LEASE_AND_MORE,
                () -> assertThatAnswer(deployment.gateway().send(request))
                        .isUntold("RECORD_TAMPERED")
                        .namesNoToken());
        deployment.keywarden().awaitMoreChecks("RECORD_TAMPERED", alarms);
    }
}
