package io.keywarden.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import io.keywarden.chaos.History.Answer;
import io.keywarden.credential.TokenText;
import io.keywarden.redis.RedisSettings;
import io.keywarden.redis.TrackedSidecars.Guards;
import io.keywarden.testkit.NeedsRedis7;
import io.keywarden.testkit.RedisProcess;
import io.keywarden.token.Base62;
import io.keywarden.token.TokenId;
import io.keywarden.token.TokenSecret;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** Token ids that somebody made up, with the right checksum. With {@code -Dkeywarden.flood=1000000} it is the long form. */
@NeedsRedis7
final class FloodIT {
    private static final int IDS = Integer.getInteger("keywarden.flood", 50_000);
    /** Heartbeats read the marker four times in a lease; a few more for what else may be. */
    private static final int HEARTBEATS_A_SECOND = 8;

    private final SecureRandom random = new SecureRandom();

    @Test
    void madeUpIds_asManyAsThereAre_evictNothingAndCostNoRead() {
        try (RedisProcess redis = RedisProcess.durable();
                Arena arena = Arena.open(Arena.Plan.on(RedisSettings.local(redis.port()), Guards.ALL, 10, 100))) {
            Load.pause(Duration.ofSeconds(1));
            long entries = arena.tracked().status().entries();
            long reads = reads(redis);
            long start = System.nanoTime();
            AtomicLong denied = new AtomicLong();
            AtomicLong answered = new AtomicLong();
            for (int i = 0; i < IDS; i++) {
                arena.sidecar().check(madeUp().request(), answer -> {
                    answered.incrementAndGet();
                    denied.addAndGet(answer == Answer.DENY ? 1 : 0);
                });
            }
            assertThat(Load.await(Duration.ofSeconds(20), () -> answered.get() == IDS))
                    .isTrue();
            long seconds = 1 + Duration.ofNanos(System.nanoTime() - start).toSeconds();
            long more = reads(redis) - reads;
            System.out.println(IDS + " made-up ids: " + denied + " denied, " + more + " reads of Redis in " + seconds
                    + " s, " + (arena.tracked().status().entries() - entries) + " entries more");

            assertThat(denied.get()).isEqualTo(IDS);
            assertThat(more).isLessThanOrEqualTo(HEARTBEATS_A_SECOND * seconds);
            assertThat(arena.tracked().status().entries()).isEqualTo(entries);
        }
    }

    private Subject madeUp() {
        StringBuilder id = new StringBuilder();
        for (int i = 0; i < TokenId.LENGTH; i++) {
            id.append(Base62.ALPHABET.charAt(random.nextInt(62)));
        }
        String text = TokenText.format("kw", new TokenId(id.toString()), TokenSecret.random(random));
        return Subject.of("made up", "Bearer " + text, "tenant0.chaos.example");
    }

    private static long reads(RedisProcess redis) {
        return redis.command("INFO", "commandstats")
                .lines()
                .filter(line -> line.startsWith("cmdstat_get:") || line.startsWith("cmdstat_mget:"))
                .mapToLong(line -> Long.parseLong(line.substring(line.indexOf("calls=") + 6, line.indexOf(','))))
                .sum();
    }
}
