package io.keywarden.envoy.e2e;

import static io.keywarden.envoy.e2e.fixture.AnswerAssert.assertThatAnswer;
import static org.assertj.core.api.Assertions.assertThat;

import io.keywarden.envoy.e2e.fixture.Answer;
import io.keywarden.envoy.e2e.fixture.BreakableDeployment;
import io.keywarden.envoy.e2e.fixture.Deployment;
import io.keywarden.envoy.e2e.fixture.IssuedToken;
import io.keywarden.envoy.e2e.fixture.RawRequest;
import io.keywarden.envoy.e2e.fixture.Replica;
import io.keywarden.envoy.e2e.fixture.Shop;
import io.keywarden.policy.Reason;
import io.keywarden.store.RecordKey;
import io.keywarden.testkit.Eventually;
import io.keywarden.testkit.NeedsRedis7;
import io.keywarden.token.Uid;
import java.security.SecureRandom;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Every reason not to be able to tell, in a deployment whose Redis is broken and put back for each of them. */
@NeedsRedis7
final class StoreReasonsIT {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final RawRequest LIST = RawRequest.get("/v1/orders").host(Shop.ACME_HOST);

    @RegisterExtension
    static final BreakableDeployment BREAKABLE = new BreakableDeployment();

    private Deployment deployment;
    private IssuedToken token;

    @BeforeEach
    void issueToken() {
        deployment = BREAKABLE.get();
        token = Eventually.within(PATIENCE, () -> deployment.admin().issue(Shop.ACME, Shop.READ_ORDERS));
        Eventually.within(PATIENCE, () -> assertThatAnswer(send(token)).isAllowed());
    }

    @Test
    @Answers(Reason.STORE_UNAVAILABLE)
    void refuse_redisGone_storeUnavailable() {
        deployment.redis().kill();
        try {
            assertUntoldSoon(token, "STORE_UNAVAILABLE");
        } finally {
            deployment.redis().restart();
        }
        Eventually.within(PATIENCE, () -> assertThatAnswer(send(token)).isAllowed());
    }

    @Test
    @Answers(Reason.STALE_STATE)
    void refuse_redisEmptied_staleState() {
        deployment.redis().flushAll();

        assertUntoldSoon(token, "STALE_STATE");
        assertUntoldSoon(new IssuedToken(token.name(), token.textWithWrongSecret()), "STALE_STATE");
    }

    @Test
    void refuse_storeOfAnotherIncarnation_staleState() {
        deployment.records().exchangeStore(Uid.random(new SecureRandom()));

        assertUntoldSoon(token, "STALE_STATE");
    }

    @Test
    @Answers(Reason.RECORD_TAMPERED)
    void refuse_changedRecord_recordTampered() {
        RecordKey key = deployment.records().of(token);
        byte[] bytes = deployment.rawRedis().get(key).orElseThrow();
        bytes[bytes.length - 1] ^= 1;
        deployment.rawRedis().set(key, bytes);

        assertUntoldSoon(token, "RECORD_TAMPERED");
        deployment.keywarden().awaitMoreChecks("RECORD_TAMPERED", 0);
    }

    @Test
    @Answers(Reason.INTERNAL)
    void refuse_pepperNotHere_internal() {
        String otherPepper = deployment.checkKeys().replace("peppers:\n  - {id: 1,", "peppers:\n  - {id: 2,");
        assertThat(otherPepper).isNotEqualTo(deployment.checkKeys());
        try (Replica replica = deployment.replica(otherPepper)) {
            assertUntold(replica.gateway().send(LIST.bearer(token)), "INTERNAL");
        }
    }

    private Answer send(IssuedToken presented) {
        return deployment.gateway().send(LIST.bearer(presented));
    }

    /** What is known may be gone by until its lease is over. */
    private void assertUntoldSoon(IssuedToken presented, String reason) {
        Eventually.within(PATIENCE, () -> assertUntold(send(presented), reason));
    }

    private static void assertUntold(Answer answer, String reason) {
        assertThatAnswer(answer)
                .isUntold(reason)
                .namesNoToken()
                .isLoggedAs("ERROR", reason)
                .isLoggedWithoutToken();
    }
}
