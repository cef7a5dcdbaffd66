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
import io.keywarden.testkit.NeedsRedis7;
import io.keywarden.testkit.RedisCluster;
import io.keywarden.testkit.RedisNode;
import io.keywarden.testkit.RedisProcess;
import io.keywarden.testkit.RedisSentinels;
import io.keywarden.token.SlotTag;
import io.keywarden.token.Uid;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

/** Whether a commit says that it outlives the loss of a server. */
@NeedsRedis7
class DurabilityIT {
    private static final Duration LIMIT = Duration.ofSeconds(5);
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final Outcome CONFIRMED = new Outcome.Committed(Durability.CONFIRMED);
    private static final Outcome UNCONFIRMED = new Outcome.Committed(Durability.UNCONFIRMED);

    @Test
    void standalone_everyWriteOnDisk_confirmed() {
        try (RedisProcess redis = RedisProcess.durable();
                RedisStore store = Stores.connected(redis)) {
            assertThat(commit(store)).isEqualTo(CONFIRMED);
        }
    }

    @Test
    void standalone_diskOncePerSecond_unconfirmed() {
        try (RedisProcess redis =
                        RedisProcess.started("--save", "", "--appendonly", "yes", "--appendfsync", "everysec");
                RedisStore store = Stores.connected(redis)) {
            assertThat(commit(store)).isEqualTo(UNCONFIRMED);
        }
    }

    @Test
    void standalone_noFile_unconfirmed() {
        try (RedisProcess redis = RedisProcess.started("--save", "", "--appendonly", "no", "--appendfsync", "always");
                RedisStore store = Stores.connected(redis)) {
            assertThat(commit(store)).isEqualTo(UNCONFIRMED);
        }
    }

    @Test
    void standalone_configMayNotBeRead_unconfirmed() {
        try (RedisProcess redis = RedisProcess.durable()) {
            assertThat(redis.command("ACL", "SETUSER", "default", "-config|get"))
                    .isEqualTo("OK");
            try (RedisStore store = Stores.connected(redis)) {
                assertThat(commit(store)).isEqualTo(UNCONFIRMED);
            }
        }
    }

    @Test
    void sentinels_replicasAnswer_confirmedAsManyAsWanted() {
        try (RedisSentinels redis = start();
                RedisStore one = Stores.connected(redis, 1);
                RedisStore both = Stores.connected(redis, 2);
                RedisStore more = Stores.connected(redis, 3);
                RedisStore none = Stores.connected(redis, 0)) {
            assertThat(commit(one)).isEqualTo(CONFIRMED);
            assertThat(commit(both)).isEqualTo(CONFIRMED);
            assertThat(commit(more)).isEqualTo(UNCONFIRMED);
            assertThat(commit(none)).isEqualTo(UNCONFIRMED);

            redis.replicas().get(0).pause();
            assertThat(commit(one)).isEqualTo(CONFIRMED);
            assertThat(commit(both)).isEqualTo(UNCONFIRMED);
        }
    }

    @Test
    void sentinels_replicasStopped_committedAndUnconfirmedWithinTheLimit() {
        try (RedisSentinels redis = start();
                RedisStore store = Stores.connected(redis, 1)) {
            redis.replicas().forEach(RedisNode::pause);

            long start = System.nanoTime();
            assertThat(commit(store)).isEqualTo(UNCONFIRMED);
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(2));

            redis.nodes().forEach(RedisNode::resume);
            assertThat(commit(store)).isEqualTo(CONFIRMED);
        }
    }

    @Test
    void sentinels_replicasStoppedAndManyCommits_shareTheWaiting() {
        try (RedisSentinels redis = start();
                RedisStore store = Stores.connected(redis, 1)) {
            redis.replicas().forEach(RedisNode::pause);

            List<CompletableFuture<Outcome>> outcomes = new ArrayList<>();
            for (int i = 0; i < 30; i++) {
                outcomes.add(store.commit(write(key(), "a"), LIMIT).toCompletableFuture());
            }
            long start = System.nanoTime();
            outcomes.forEach(outcome -> assertThat(now(outcome)).isEqualTo(UNCONFIRMED));
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(3));
            redis.nodes().forEach(RedisNode::resume);
        }
    }

    @Test
    void sentinels_noTimeForTheWaiting_committed() {
        try (RedisSentinels redis = start();
                RedisStore store = Stores.connected(redis, 1)) {
            redis.replicas().forEach(RedisNode::pause);
            RecordKey key = key();

            assertThat(now(store.commit(write(key, "a"), Duration.ofMillis(250))))
                    .isEqualTo(UNCONFIRMED);
            assertThat(now(store.fetch(List.of(key), LIMIT)))
                    .isEqualTo(new Fetched.Values(List.of(Optional.of(ByteString.copyFromUtf8("a")))));
            redis.nodes().forEach(RedisNode::resume);
        }
    }

    @Test
    void sentinels_userMayNotWait_committedAndUnconfirmed() {
        try (RedisSentinels redis = start()) {
            assertThat(redis.master().command("ACL", "SETUSER", "default", "-wait"))
                    .isEqualTo("OK");
            try (RedisStore store = Stores.connected(redis, 1)) {
                assertThat(commit(store)).isEqualTo(UNCONFIRMED);
            }
        }
    }

    @Test
    void standalone_confirm_byTheDisk() {
        try (RedisProcess redis = RedisProcess.durable();
                RedisStore store = Stores.connected(redis)) {
            assertThat(now(store.confirm(key().slot(), 0, LIMIT))).isEqualTo(Durability.CONFIRMED);
        }
    }

    @Test
    void sentinels_confirm_whatWasWrittenBeforeAndAsManyAsWanted() {
        try (RedisSentinels redis = start();
                RedisStore writer = Stores.connected(redis, 1);
                RedisStore store = Stores.connected(redis, 1)) {
            RecordKey key = key();
            redis.replicas().forEach(RedisNode::pause);
            assertThat(now(writer.commit(write(key, "a"), LIMIT))).isEqualTo(UNCONFIRMED);
            assertThat(now(store.confirm(key.slot(), 0, LIMIT))).isEqualTo(Durability.UNCONFIRMED);

            redis.replicas().get(0).resume();
            assertThat(now(store.confirm(key.slot(), 0, LIMIT))).isEqualTo(Durability.CONFIRMED);
            assertThat(now(store.confirm(key.slot(), 2, LIMIT))).isEqualTo(Durability.UNCONFIRMED);
            redis.nodes().forEach(RedisNode::resume);
            assertThat(now(store.confirm(key.slot(), 2, LIMIT))).isEqualTo(Durability.CONFIRMED);
        }
    }

    @Test
    void sentinels_conflict_asksNoReplica() {
        try (RedisSentinels redis = start();
                RedisStore store = Stores.connected(redis, 1)) {
            RecordKey key = key();
            assertThat(now(store.commit(write(key, "a"), LIMIT))).isEqualTo(CONFIRMED);
            redis.master().command("CONFIG", "RESETSTAT");

            assertThat(now(store.commit(write(key, "b"), LIMIT))).isInstanceOf(Outcome.Conflict.class);
            assertThat(redis.master().command("INFO", "commandstats"))
                    .contains("cmdstat_evalsha")
                    .doesNotContain("cmdstat_wait");
        }
    }

    @Test
    void cluster_replicaOfTheSlotStopped_unconfirmedThereAndConfirmedElsewhere() {
        try (RedisCluster redis = RedisCluster.start(RedisCluster.Setup.usual());
                RedisStore store = Stores.connected(redis, 1)) {
            RecordKey key = key();
            RedisNode master = redis.owner(redis.slot(key.text()), redis.nodes().get(0));
            assertThat(now(store.commit(write(key, "a"), LIMIT))).isEqualTo(CONFIRMED);

            redis.replicasOf(master).forEach(RedisNode::pause);
            RecordKey sibling = RecordKey.tenant(key.slot(), Uid.random(RANDOM));
            assertThat(now(store.commit(write(sibling, "a"), LIMIT))).isEqualTo(UNCONFIRMED);
            RecordKey other = elsewhere(redis, master);
            assertThat(now(store.commit(write(other, "a"), LIMIT))).isEqualTo(CONFIRMED);
            redis.nodes().forEach(RedisNode::resume);
        }
    }

    private static RecordKey elsewhere(RedisCluster redis, RedisNode master) {
        RecordKey key = key();
        while (redis.owner(redis.slot(key.text()), redis.nodes().get(0)) == master) {
            key = key();
        }
        return key;
    }

    /** Masters that write whatever their replicas do. */
    private static RedisSentinels start() {
        return RedisSentinels.start(RedisSentinels.Setup.usual().with(Duration.ofSeconds(30), 0));
    }

    private static Outcome commit(RedisStore store) {
        return now(store.commit(write(key(), "a"), LIMIT));
    }

    private static Commit write(RecordKey key, String text) {
        return new Commits(key.slot())
                .record(RecordChange.write(key, Optional.empty(), ByteString.copyFromUtf8(text)))
                .build();
    }

    private static RecordKey key() {
        return RecordKey.tenant(SlotTag.random(RANDOM), Uid.random(RANDOM));
    }

    private static <T> T now(CompletionStage<T> stage) {
        return stage.toCompletableFuture().join();
    }
}
