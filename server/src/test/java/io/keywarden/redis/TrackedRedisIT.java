package io.keywarden.redis;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.keywarden.cache.CacheLimits;
import io.keywarden.cache.CacheObserver;
import io.keywarden.cache.CacheObserver.Event;
import io.keywarden.cache.Feed;
import io.keywarden.cache.Lease;
import io.keywarden.cache.SteadyClock;
import io.keywarden.store.HighWater;
import io.keywarden.store.RecordJudge;
import io.keywarden.store.RecordKey;
import io.keywarden.store.Records;
import io.keywarden.store.StoreMarker;
import io.keywarden.store.v1.TokenRecord.State;
import io.keywarden.testkit.Consistently;
import io.keywarden.testkit.Eventually;
import io.keywarden.testkit.RedisProcess;
import io.keywarden.testkit.Signals;
import io.keywarden.token.TokenId;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.output.NestedMultiOutput;
import io.lettuce.core.protocol.CommandArgs;
import io.lettuce.core.protocol.ProtocolKeyword;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TrackedRedisIT {
    private static final Duration LIMIT = Duration.ofSeconds(10);
    private static final Duration LEASE = Duration.ofSeconds(1);
    /** Well below a lease: only a push is so quick. */
    private static final Duration PUSHED = Duration.ofMillis(500);

    private static final int RACES = 10_000;
    private static final int RACES_AT_ONCE = 100;

    private final RedisProcess redis = RedisProcess.durable();
    private final TrackedWorld world = new TrackedWorld();

    @BeforeEach
    void begin() {
        world.found(redis.port()).start(RedisSettings.local(redis.port()));
        awaitState("ACTIVE");
    }

    @AfterEach
    void end() {
        world.close();
        redis.close();
    }

    @Test
    void read_knownFromThenOnWithoutRedis() {
        assertThat(world.known(world.id)).contains("ACTIVE");
    }

    @Test
    void write_pushedOutWithinMilliseconds() {
        world.write(redis.port(), 2, State.REVOKED);

        Eventually.within(PUSHED, () -> assertThat(world.state()).isEqualTo("REVOKED"));
        assertThat(world.events).contains(Event.INVALIDATED);
    }

    @Test
    void otherKeys_pushNothing() {
        redis.command("SET", "kw:h:{a8Z}:t:x", "1");
        redis.command("SET", "kw:b:{a8Z}", "1");

        Consistently.during(PUSHED, () -> assertThat(world.events).doesNotContain(Event.INVALIDATED, Event.FLUSHED));
    }

    @Test
    void strangeRecordKey_everythingIsForgotten() {
        redis.command("SET", "kw:r:strange", "1");

        Eventually.within(PUSHED, () -> assertThat(world.events).contains(Event.FLUSHED));
        assertThat(world.known(world.id)).isEmpty();
    }

    @Test
    void flushAll_everythingIsForgottenAndTheStoreIsStale() {
        redis.flushAll();

        Eventually.within(PUSHED, () -> assertThat(world.events).contains(Event.FLUSHED));
        awaitState("STALE_STATE");
    }

    @Test
    void flushAllAndFoundAgain_laterPushesAreSeen() {
        redis.flushAll();
        world.found(redis.port());
        awaitState("ACTIVE");

        world.write(redis.port(), 2, State.REVOKED);
        Eventually.within(PUSHED, () -> assertThat(world.state()).isEqualTo("REVOKED"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"CLIENT TRACKING OFF", "RESET", "HELLO 2"})
    void tampered_generationReplaced(String command) {
        TrackedConnection before = world.connection();
        String[] words = command.split(" ");
        CommandArgs<byte[], byte[]> arguments = new CommandArgs<>(ByteArrayCodec.INSTANCE);
        List.of(words).subList(1, words.length).forEach(arguments::add);
        var answer = before.commands()
                .dispatch(new Keyword(words[0]), new NestedMultiOutput<>(ByteArrayCodec.INSTANCE), arguments);
        answer.toCompletableFuture().handle((reply, failure) -> reply).join();

        assertReplaced(before);
    }

    private record Keyword(String text) implements ProtocolKeyword {
        @Override
        public byte[] getBytes() {
            return text.getBytes(StandardCharsets.US_ASCII);
        }

        @Override
        public String toString() {
            return text;
        }
    }

    /** A write that nobody was pushed is seen within a lease, since what was learnt before it is not believed any more. */
    private void assertReplaced(TrackedConnection before) {
        world.write(redis.port(), 2, State.REVOKED);
        long start = System.nanoTime();
        awaitState("REVOKED");
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(LEASE.plus(PUSHED));
        assertThat(world.connection()).isNotSameAs(before);
        assertThat(before.closed()).isDone();

        world.write(redis.port(), 3, State.ACTIVE);
        Eventually.within(PUSHED, () -> assertThat(world.state()).isEqualTo("ACTIVE"));
    }

    @Test
    void clientKill_newGenerationAtOnce() {
        TrackedConnection before = world.connection();
        world.events.clear();
        redis.command("CLIENT", "KILL", "TYPE", "NORMAL");

        Eventually.within(PUSHED, () -> assertThat(world.events).contains(Event.GENERATION_STARTED));
        assertThat(world.connection()).isNotSameAs(before);
        Consistently.during(
                LEASE.multipliedBy(2), () -> assertThat(world.state()).isEqualTo("ACTIVE"));
    }

    @Test
    void killedAndRestarted_comesBack() {
        redis.kill();
        awaitState("STORE_UNAVAILABLE");

        redis.restart();
        awaitState("ACTIVE");
    }

    @Test
    void killedAndRestartedEmpty_stale() {
        redis.kill();
        awaitState("STORE_UNAVAILABLE");
        redis.restart();
        redis.flushAll();

        awaitState("STALE_STATE");
    }

    @Test
    void stopped_leaseRunsOutAndGenerationEnds_comesBack() {
        TrackedConnection before = world.connection();
        long start = System.nanoTime();
        Signals.stop(redis.pid());
        try {
            Eventually.within(LIMIT, () -> assertThat(world.known(world.id)).isEmpty());
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(LEASE.plus(PUSHED));
            Eventually.within(
                    LEASE.multipliedBy(2), () -> assertThat(before.closed()).isDone());
            assertThat(world.state()).isEqualTo("STORE_UNAVAILABLE");
        } finally {
            Signals.resume(redis.pid());
        }
        awaitState("ACTIVE");
    }

    @Test
    void stopped_readsUnderWay_answeredWhenTheGenerationEnds() {
        TrackedConnection before = world.connection();
        Signals.stop(redis.pid());
        try {
            var reply = before.read(RecordKey.STORE).toCompletableFuture();
            Eventually.within(LEASE.multipliedBy(3), () -> assertThat(reply).isCompleted());
        } finally {
            Signals.resume(redis.pid());
        }
    }

    @Test
    void swapDb_stale() {
        redis.command("SWAPDB", "0", "1");

        awaitState("STALE_STATE");
        redis.command("SWAPDB", "0", "1");
        awaitState("ACTIVE");
    }

    @Test
    void becameReplica_noMoreLease() {
        redis.command("REPLICAOF", "127.0.0.1", "1");
        Eventually.within(LIMIT, () -> assertThat(world.known(world.id)).isEmpty());
        assertThat(world.state()).isEqualTo("STORE_UNAVAILABLE");

        redis.command("REPLICAOF", "NO", "ONE");
        awaitState("ACTIVE");
    }

    @Test
    void fullAndWritesRefused_leaseGoesOnAndNewGenerationsBegin() {
        redis.command("CONFIG", "SET", "maxmemory", "1");
        redis.command("CLIENT", "KILL", "TYPE", "NORMAL");

        awaitState("ACTIVE");
        Consistently.during(
                LEASE.multipliedBy(2), () -> assertThat(world.state()).isEqualTo("ACTIVE"));
    }

    @Test
    void markerWithAnotherLease_newGenerationHasIt() {
        Duration shorter = Duration.ofMillis(400);
        world.hand(redis.port()).set(RecordKey.STORE, world.marker(2, shorter, 1));

        Eventually.within(
                LIMIT,
                () -> assertThat(world.tracked()
                                .keepers()
                                .get(0)
                                .generation()
                                .lease()
                                .lengthNanos())
                        .isEqualTo(shorter.toNanos()));
        awaitState("ACTIVE");
    }

    /** A reply that waits for its verification while a push overtakes it is what makes a cache wrong for good. */
    @Test
    void readsRaceWrites_nothingStaysWrong() {
        List<TokenId> ids = Stream.generate(() -> world.id(world.id.slot()))
                .limit(RACES_AT_ONCE)
                .toList();
        for (int version = 1; version <= RACES / RACES_AT_ONCE; version++) {
            State state = version % 2 == 0 ? State.REVOKED : State.ACTIVE;
            List<CompletableFuture<String>> reads = new ArrayList<>();
            for (TokenId id : ids) {
                RecordKey key = RecordKey.token(id);
                ByteString next = world.token(id, version, state);
                world.tracked().keepers().get(0).generation().invalidate(key);
                reads.add(world.read(id));
                world.hand(redis.port()).set(key, next);
                reads.add(world.read(id));
            }
            CompletableFuture.allOf(reads.toArray(CompletableFuture[]::new)).join();

            Eventually.within(
                    PUSHED,
                    () -> assertThat(ids)
                            .allSatisfy(id -> assertThat(world.state(id)).isEqualTo(state.name())));
        }
        assertThat(world.events).doesNotContain(Event.MISSED_PUSH);
    }

    @Test
    void readsAboveTheBound_unavailableAtOnce() {
        Signals.stop(redis.pid());
        try {
            TrackedConnection connection = world.connection();
            List<CompletableFuture<Feed.Reply>> replies = new ArrayList<>();
            for (int i = 0; i <= CacheLimits.DEFAULT.readsInFlight(); i++) {
                replies.add(connection.read(RecordKey.STORE).toCompletableFuture());
            }
            assertThat(replies.get(replies.size() - 1))
                    .isCompletedWithValueMatching(reply -> reply instanceof Feed.Reply.Unavailable);
            assertThat(world.events).contains(Event.IN_FLIGHT_BOUND);
        } finally {
            Signals.resume(redis.pid());
        }
    }

    @Test
    void readsSentOn_asManyAsMayBe_heartbeatsAreSentStill() {
        Signals.stop(redis.pid());
        try {
            TrackedConnection connection = world.connection();
            List<CompletableFuture<Feed.Reply>> replies = new ArrayList<>();
            for (int i = 0; i < CacheLimits.DEFAULT.readsInFlight(); i++) {
                replies.add(connection
                        .readRedirected(RecordKey.STORE, true, new Lease(Duration.ofSeconds(1), System.nanoTime()))
                        .toCompletableFuture());
            }
            CompletableFuture<String> other = connection.commands().ping().toCompletableFuture();

            assertThat(replies).noneMatch(CompletableFuture::isDone);
            assertThat(other).isNotCompletedExceptionally();
        } finally {
            Signals.resume(redis.pid());
        }
    }

    @Test
    void close_threadIsStuck_endedAllTheSame() throws Exception {
        CompletableFuture<Thread> stuck = new CompletableFuture<>();
        TrackedRedis.Needs needs = new TrackedRedis.Needs(
                routing -> {
                    stuck.complete(Thread.currentThread());
                    LockSupport.park(this);
                },
                new StoreMarker(new RecordJudge(new Records().opener(), new HighWater(10)), Optional.empty()),
                new SteadyClock(InstantSource.system(), System::nanoTime),
                CacheLimits.DEFAULT,
                CacheObserver.NONE);
        TrackedRedis tracked = TrackedRedis.start(RedisSettings.local(redis.port()), needs);
        Thread thread = stuck.get(LIMIT.toMillis(), TimeUnit.MILLISECONDS);

        tracked.close();

        Eventually.within(LIMIT, () -> assertThat(thread.isAlive()).isFalse());
    }

    @Test
    void status_sane() {
        var status = world.tracked().status();

        assertThat(status.masters()).isEqualTo(1);
        assertThat(status.live()).isEqualTo(1);
        assertThat(status.leaseLeft()).isPositive().isLessThanOrEqualTo(LEASE);
        assertThat(status.leaseAge()).isLessThan(LEASE);
        assertThat(status.entries()).isPositive();
        assertThat(status.clockSkew()).isBetween(Duration.ofSeconds(-1), Duration.ofSeconds(1));
    }

    private void awaitState(String state) {
        Eventually.within(LIMIT, () -> assertThat(world.state()).isEqualTo(state));
    }
}
