package io.keywarden.redis;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.keywarden.store.Commit;
import io.keywarden.store.Commit.RecordChange;
import io.keywarden.store.Commits;
import io.keywarden.store.IndexKey;
import io.keywarden.store.Lookup;
import io.keywarden.store.RecordKey;
import io.keywarden.store.RecordReader.Fetched;
import io.keywarden.store.RecordWriter.Outcome;
import io.keywarden.testkit.Eventually;
import io.keywarden.testkit.NeedsRedis7;
import io.keywarden.testkit.RedisProcess;
import io.keywarden.token.SlotTag;
import io.keywarden.token.Uid;
import java.io.IOException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class RedisOutageIT {
    private static final Duration LIMIT = Duration.ofMillis(300);
    /** How late an answer may come on a busy machine. */
    private static final Duration SLACK = Duration.ofMillis(700);

    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final Duration RECOVERY = Duration.ofSeconds(2);

    private final RedisProcess redis = RedisProcess.durable();
    private final SlotTag slot = SlotTag.random(new SecureRandom());
    private final RecordKey key = RecordKey.tenant(slot, Uid.random(new SecureRandom()));
    private final RedisStore store = Stores.connected(redis);

    @AfterEach
    void end() {
        store.close();
        redis.close();
    }

    @Test
    void killed_everyCall_refusedAtOnceAndRecoversAfterRestart() {
        assertThat(now(store.commit(write("a"), PATIENCE))).isInstanceOf(Outcome.Committed.class);

        redis.kill();
        Eventually.within(PATIENCE, () -> assertThat(store.obstacle()).isPresent());

        assertThat(now(store.fetch(List.of(key), LIMIT))).isInstanceOf(Fetched.Unavailable.class);
        assertThat(now(store.commit(write("b"), LIMIT))).isInstanceOf(Outcome.Refused.class);
        assertThat(now(store.list(IndexKey.TENANTS, "", 1, LIMIT))).isInstanceOf(Lookup.CannotTell.class);

        redis.restart();
        Eventually.within(
                RECOVERY,
                () -> assertThat(now(store.fetch(List.of(key), LIMIT)))
                        .isEqualTo(new Fetched.Values(List.of(Optional.of(bytes("a"))))));
    }

    @Test
    void killedWithCommitsUnderWay_eachIsCommittedRefusedOrUnknown() {
        List<CompletableFuture<Outcome>> outcomes = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            RecordKey other = RecordKey.tenant(slot, Uid.random(new SecureRandom()));
            Commit commit = new Commits(slot)
                    .record(RecordChange.write(other, Optional.empty(), bytes("a")))
                    .build();
            outcomes.add(store.commit(commit, PATIENCE).toCompletableFuture());
            if (i == 100) {
                redis.kill();
            }
        }

        for (CompletableFuture<Outcome> outcome : outcomes) {
            assertThat(outcome.orTimeout(PATIENCE.toSeconds() * 2, TimeUnit.SECONDS)
                            .join())
                    .isInstanceOfAny(Outcome.Committed.class, Outcome.Refused.class, Outcome.Unknown.class);
        }
    }

    @Test
    void stopped_callsEndWithinTheLimit_andRecover() throws IOException, InterruptedException {
        signal("-STOP");
        try {
            long start = System.nanoTime();
            assertThat(now(store.fetch(List.of(key), LIMIT))).isInstanceOf(Fetched.Unavailable.class);
            assertThat(now(store.commit(write("a"), LIMIT))).isInstanceOf(Outcome.Unknown.class);
            assertThat(Duration.ofNanos(System.nanoTime() - start))
                    .isLessThan(LIMIT.multipliedBy(2).plus(SLACK));
        } finally {
            signal("-CONT");
        }

        Eventually.within(
                RECOVERY,
                () -> assertThat(now(store.fetch(List.of(key), LIMIT)))
                        .as("what was unknown was written in the end")
                        .isEqualTo(new Fetched.Values(List.of(Optional.of(bytes("a"))))));
    }

    @Test
    void stopped_manyCalls_refusedAboveTheBound() throws IOException, InterruptedException {
        signal("-STOP");
        List<CompletableFuture<Fetched>> fetches = new ArrayList<>();
        try {
            for (int i = 0; i < 3_000; i++) {
                fetches.add(store.fetch(List.of(key), LIMIT).toCompletableFuture());
            }
            assertThat(fetches.get(fetches.size() - 1))
                    .as("no waiting for a place")
                    .isCompleted();
            fetches.forEach(fetch -> assertThat(now(fetch)).isInstanceOf(Fetched.Unavailable.class));
        } finally {
            signal("-CONT");
        }

        Eventually.within(
                RECOVERY,
                () -> assertThat(now(store.fetch(List.of(key), LIMIT))).isInstanceOf(Fetched.Values.class));
    }

    @Test
    void awayFromTheStart_connectsWhenItComes() {
        redis.kill();
        RedisStore late = Stores.connecting(redis.port());
        try {
            assertThat(now(late.fetch(List.of(key), LIMIT))).isInstanceOf(Fetched.Unavailable.class);
            redis.restart();
            Eventually.within(
                    RECOVERY,
                    () -> assertThat(now(late.fetch(List.of(key), LIMIT))).isInstanceOf(Fetched.Values.class));
        } finally {
            late.close();
        }
    }

    @Test
    void close_whileStopped_returnsInTimeAndAnswersAll() throws IOException, InterruptedException {
        signal("-STOP");
        try {
            CompletableFuture<Outcome> waiting =
                    store.commit(write("a"), PATIENCE).toCompletableFuture();
            long start = System.nanoTime();
            store.close();
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(4));
            assertThat(waiting.orTimeout(1, TimeUnit.SECONDS).join()).isInstanceOf(Outcome.Unknown.class);
            assertThat(now(store.fetch(List.of(key), LIMIT))).isInstanceOf(Fetched.Unavailable.class);
        } finally {
            signal("-CONT");
        }
    }

    @Test
    @NeedsRedis7
    void full_growingRefusedNarrowingTaken() {
        assertThat(now(store.commit(write("a"), PATIENCE))).isInstanceOf(Outcome.Committed.class);
        redis.command("CONFIG", "SET", "maxmemory", "1");

        RecordKey other = RecordKey.tenant(slot, Uid.random(new SecureRandom()));
        Commit growing = new Commits(slot)
                .record(RecordChange.write(other, Optional.empty(), bytes("x")))
                .name(new Commit.NameClaim(IndexKey.tokenNames(slot, Uid.random(new SecureRandom())), "n", "h"))
                .event(new Commit.NewEvent(other, 1, bytes("event")))
                .build();
        assertThat(now(store.commit(growing, PATIENCE))).isInstanceOf(Outcome.Refused.class);
        assertThat(redis.command("DBSIZE")).as("nothing but the first record").isEqualTo("1");

        Commit narrowing = new Commits(slot)
                .narrows()
                .record(RecordChange.write(key, Optional.of(bytes("a")), bytes("revoked")))
                .event(new Commit.NewEvent(key, 1, bytes("event")))
                .build();
        assertThat(now(store.commit(narrowing, PATIENCE))).isInstanceOf(Outcome.Committed.class);
    }

    @Test
    void readOnlyReplica_notUsed() {
        redis.command("REPLICAOF", "127.0.0.1", "1");
        RedisStore other = Stores.connecting(redis.port());
        try {
            Eventually.within(
                    PATIENCE,
                    () -> assertThat(other.obstacle())
                            .hasValueSatisfying(why -> assertThat(why).contains("replica")));
            assertThat(now(store.commit(write("a"), PATIENCE)))
                    .as("who was connected before is refused")
                    .isInstanceOf(Outcome.Refused.class);
        } finally {
            other.close();
        }
    }

    private Commit write(String text) {
        return new Commits(slot)
                .record(RecordChange.write(key, Optional.empty(), bytes(text)))
                .build();
    }

    private void signal(String name) throws IOException, InterruptedException {
        int status = new ProcessBuilder("kill", name, Long.toString(redis.pid()))
                .inheritIO()
                .start()
                .waitFor();
        assertThat(status).isZero();
    }

    private static ByteString bytes(String text) {
        return ByteString.copyFromUtf8(text);
    }

    private static <T> T now(CompletionStage<T> stage) {
        return stage.toCompletableFuture().join();
    }
}
