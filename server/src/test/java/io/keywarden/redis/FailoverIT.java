package io.keywarden.redis;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.keywarden.store.Commit;
import io.keywarden.store.Commit.RecordChange;
import io.keywarden.store.Commits;
import io.keywarden.store.RecordKey;
import io.keywarden.store.RecordReader.Fetched;
import io.keywarden.store.RecordWriter.Durability;
import io.keywarden.store.RecordWriter.Outcome;
import io.keywarden.testkit.Eventually;
import io.keywarden.testkit.NeedsRedis7;
import io.keywarden.testkit.RedisCluster;
import io.keywarden.testkit.RedisNode;
import io.keywarden.testkit.RedisProcess;
import io.keywarden.testkit.RedisSentinels;
import io.keywarden.token.SlotTag;
import io.keywarden.token.Uid;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

/** Where commits go when masters change, and how that is told. */
@NeedsRedis7
class FailoverIT {
    private static final Duration LIMIT = Duration.ofSeconds(2);
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final Outcome CONFIRMED = new Outcome.Committed(Durability.CONFIRMED);

    private final RecordKey key = RecordKey.tenant(SlotTag.random(RANDOM), Uid.random(RANDOM));

    @Test
    void standalone_restarted_anotherEpoch() {
        try (RedisProcess redis = RedisProcess.durable();
                RedisStore store = Stores.connected(redis)) {
            String before = epoch(store);
            assertThat(epoch(store)).isEqualTo(before);

            redis.restart();
            Eventually.within(PATIENCE, () -> assertThat(epoch(store)).isNotEqualTo(before));
            assertThat(now(store.commit(write("a", "b"), LIMIT))).isInstanceOf(Outcome.Conflict.class);
        }
    }

    @Test
    void standalone_away_nothingIsKnown() {
        try (RedisProcess redis = RedisProcess.durable();
                RedisStore store = Stores.connected(redis)) {
            redis.kill();

            Eventually.within(PATIENCE, () -> assertThat(store.now()).isEmpty());
        }
    }

    @Test
    void standalone_becomesAReplica_isLeft() {
        try (RedisProcess redis = RedisProcess.durable();
                RedisStore store = Stores.connected(redis)) {
            redis.command("REPLICAOF", "127.0.0.1", "1");

            Eventually.within(
                    PATIENCE,
                    () -> assertThat(store.obstacle())
                            .hasValueSatisfying(why -> assertThat(why).contains("replica")));
        }
    }

    @Test
    void sentinels_masterKilled_commitsGoToTheNewOneInAnotherEpoch() {
        try (RedisSentinels redis = RedisSentinels.start(RedisSentinels.Setup.usual());
                RedisStore store = Stores.connected(redis, 1)) {
            assertThat(now(store.commit(write("a"), LIMIT))).isEqualTo(CONFIRMED);
            String before = epoch(store);
            RedisNode old = redis.master();

            old.kill();
            Eventually.within(PATIENCE, () -> assertThat(store.obstacle()).isPresent());
            assertThat(now(store.commit(write("a", "x"), LIMIT))).isInstanceOf(Outcome.Refused.class);
            redis.awaitFailover(old, PATIENCE);

            Eventually.within(
                    PATIENCE,
                    () -> assertThat(now(store.commit(write("a", "b"), LIMIT))).isEqualTo(CONFIRMED));
            assertThat(epoch(store)).isNotEqualTo(before);
        }
    }

    @Test
    void sentinels_failoverByAnOperator_commitsGoToTheNewMaster() {
        try (RedisSentinels redis = RedisSentinels.start(RedisSentinels.Setup.usual());
                RedisStore store = Stores.connected(redis, 1)) {
            assertThat(now(store.commit(write("a"), LIMIT))).isEqualTo(CONFIRMED);
            RedisNode old = redis.master();

            redis.failover();
            RedisNode now = redis.awaitFailover(old, PATIENCE);

            Eventually.within(
                    PATIENCE,
                    () -> assertThat(now(store.commit(write("a", "b"), LIMIT))).isEqualTo(CONFIRMED));
            assertThat(now.command("GET", key.text())).isEqualTo("b");
        }
    }

    @Test
    void cluster_failoverByAnOperator_noCommitIsLost() {
        try (RedisCluster redis = RedisCluster.start(RedisCluster.Setup.usual());
                RedisStore store = Stores.connected(redis, 1)) {
            assertThat(now(store.commit(write("0"), LIMIT))).isEqualTo(CONFIRMED);
            String before = epoch(store);
            int slot = redis.slot(key.text());
            RedisNode old = redis.owner(slot, redis.nodes().get(0));

            redis.failover(redis.replicasOf(old).get(0));
            RedisNode now = redis.awaitFailover(old, slot, PATIENCE);
            assertThat(now(store.commit(write("0", "1"), LIMIT)))
                    .as("MOVED is followed")
                    .isInstanceOf(Outcome.Committed.class);

            assertThat(now.command("GET", key.text())).isEqualTo("1");
            assertThat(epoch(store)).isNotEqualTo(before);
        }
    }

    @Test
    void cluster_masterKilled_commitsGoToTheNewOne() {
        try (RedisCluster redis = RedisCluster.start(RedisCluster.Setup.usual());
                RedisStore store = Stores.connected(redis, 1)) {
            assertThat(now(store.commit(write("a"), LIMIT))).isEqualTo(CONFIRMED);
            int slot = redis.slot(key.text());
            RedisNode old = redis.owner(slot, redis.nodes().get(0));

            old.kill();
            redis.awaitFailover(old, slot, PATIENCE);
            Eventually.within(
                    PATIENCE,
                    () -> assertThat(now(store.commit(write("a", "b"), LIMIT))).isInstanceOf(Outcome.Committed.class));
        }
    }

    @Test
    void cluster_slotMoved_readsAndCommitsFollow() {
        try (RedisCluster redis = RedisCluster.start(RedisCluster.Setup.usual());
                RedisStore store = Stores.connected(redis, 1)) {
            assertThat(now(store.commit(write("a"), LIMIT))).isEqualTo(CONFIRMED);
            int slot = redis.slot(key.text());
            RedisNode from = redis.owner(slot, redis.nodes().get(0));
            RedisNode to = otherMaster(redis, from);

            redis.moveSlot(slot, from, to);
            assertThat(value(store)).isEqualTo("a");
            assertThat(now(store.commit(write("a", "b"), LIMIT))).isEqualTo(CONFIRMED);
            assertThat(to.command("GET", key.text())).isEqualTo("b");
        }
    }

    @Test
    void cluster_slotIsBeingMoved_commitWaitsForItsEnd() {
        try (RedisCluster redis = RedisCluster.start(RedisCluster.Setup.usual());
                RedisStore store = Stores.connected(redis, 1)) {
            assertThat(now(store.commit(write("a"), LIMIT))).isEqualTo(CONFIRMED);
            int slot = redis.slot(key.text());
            RedisNode from = redis.owner(slot, redis.nodes().get(0));
            RedisNode to = otherMaster(redis, from);
            String number = Integer.toString(slot);
            to.command("CLUSTER", "SETSLOT", number, "IMPORTING", from.command("CLUSTER", "MYID"));
            from.command("CLUSTER", "SETSLOT", number, "MIGRATING", to.command("CLUSTER", "MYID"));

            RecordKey sibling = RecordKey.tenant(key.slot(), Uid.random(RANDOM));
            Commit growing = new Commits(key.slot())
                    .record(RecordChange.write(key, Optional.of(bytes("a")), bytes("b")))
                    .record(RecordChange.write(sibling, Optional.empty(), bytes("new")))
                    .build();
            assertThat(now(store.commit(growing, Duration.ofMillis(300))))
                    .as("TRYAGAIN until the time is over")
                    .isInstanceOf(Outcome.Refused.class);
            assertThat(value(store)).isEqualTo("a");

            CompletableFuture<Outcome> waiting = store.commit(growing, PATIENCE).toCompletableFuture();
            assertThat(waiting).isNotCompleted();
            redis.moveSlot(slot, from, to);
            assertThat(now(waiting)).isEqualTo(CONFIRMED);
            assertThat(value(store)).isEqualTo("b");
        }
    }

    private static RedisNode otherMaster(RedisCluster redis, RedisNode from) {
        return redis.masters().stream().filter(node -> node != from).findFirst().orElseThrow();
    }

    private String value(RedisStore store) {
        Fetched fetched = now(store.fetch(List.of(key), LIMIT));
        assertThat(fetched).isInstanceOf(Fetched.Values.class);
        return ((Fetched.Values) fetched)
                .values()
                .get(0)
                .map(ByteString::toStringUtf8)
                .orElse("");
    }

    private static String epoch(RedisStore store) {
        return store.now().orElseThrow().epoch();
    }

    private Commit write(String text) {
        return new Commits(key.slot())
                .record(RecordChange.write(key, Optional.empty(), bytes(text)))
                .build();
    }

    private Commit write(String before, String text) {
        return new Commits(key.slot())
                .record(RecordChange.write(key, Optional.of(bytes(before)), bytes(text)))
                .build();
    }

    private static ByteString bytes(String text) {
        return ByteString.copyFromUtf8(text);
    }

    private static <T> T now(CompletionStage<T> stage) {
        return stage.toCompletableFuture().join();
    }
}
