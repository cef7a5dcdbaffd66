package io.keywarden.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.keywarden.cache.CacheObserver;
import io.keywarden.store.RecordKey;
import io.keywarden.store.v1.TokenRecord.State;
import io.keywarden.testkit.Consistently;
import io.keywarden.testkit.Eventually;
import io.keywarden.testkit.NeedsRedis7;
import io.keywarden.testkit.RedisCluster;
import io.keywarden.testkit.RedisNode;
import io.keywarden.testkit.RedisSentinels;
import io.keywarden.token.SlotTag;
import io.keywarden.token.TokenId;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

@NeedsRedis7
class TrackedFailoverIT {
    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final Duration LEASE = Duration.ofSeconds(1);
    private static final Duration PUSHED = Duration.ofMillis(500);

    private final TrackedWorld world = new TrackedWorld();

    @AfterEach
    void end() {
        world.close();
    }

    @Test
    void sentinel_masterStopped_theNewOneIsReadAndPushes() {
        try (RedisSentinels redis = RedisSentinels.start(RedisSentinels.Setup.usual())) {
            RedisNode old = redis.master();
            world.found(old.port()).start(RedisSettings.sentinel(RedisSentinels.NAME, redis.sentinelPorts()));
            awaitState("ACTIVE");

            old.pause();
            try {
                Eventually.within(
                        LEASE.plus(PUSHED),
                        () -> assertThat(world.known(world.id)).isEmpty());
                RedisNode now = redis.awaitFailover(old, LIMIT);
                awaitState("ACTIVE");
                world.write(now.port(), 2, State.REVOKED);
                Eventually.within(PUSHED, () -> assertThat(world.state()).isEqualTo("REVOKED"));
            } finally {
                old.resume();
            }
            Consistently.during(
                    LEASE.multipliedBy(3), () -> assertThat(world.state()).isIn("REVOKED", "STORE_UNAVAILABLE"));
            awaitState("REVOKED");
        }
    }

    @Test
    void sentinel_masterCutOffButNotFromHere_itsLeaseRunsOut() {
        try (RedisSentinels redis = RedisSentinels.start(RedisSentinels.Setup.usual())) {
            RedisNode old = redis.master();
            CoherenceRules fenceAlone = CoherenceRules.ALL.without(CoherenceRules.Rule.FOLLOW_TOPOLOGY);
            world.found(old.port())
                    .start(RedisSettings.sentinel(RedisSentinels.NAME, redis.sentinelPorts()), fenceAlone);
            awaitState("ACTIVE");

            redis.isolate(old);
            RedisNode now = redis.awaitFailover(old, LIMIT);
            world.write(now.port(), 2, State.REVOKED);

            Consistently.during(
                    LEASE.multipliedBy(2),
                    () -> assertThat(world.known(world.id)).isEmpty());
            assertThat(world.beats).contains(CacheObserver.Heartbeat.UNPROVEN);
            redis.heal();
        }
    }

    @Test
    void sentinel_masterCutOffButNotFromHere_theNewOneIsFollowed() {
        try (RedisSentinels redis = RedisSentinels.start(RedisSentinels.Setup.usual())) {
            RedisNode old = redis.master();
            world.found(old.port()).start(RedisSettings.sentinel(RedisSentinels.NAME, redis.sentinelPorts()));
            awaitState("ACTIVE");

            redis.isolate(old);
            RedisNode now = redis.awaitFailover(old, LIMIT);
            world.write(now.port(), 2, State.REVOKED);

            awaitState("REVOKED");
            redis.heal();
            Consistently.during(
                    LEASE.multipliedBy(2), () -> assertThat(world.state()).isNotEqualTo("ACTIVE"));
        }
    }

    @Test
    void cluster_tokenOfEachMaster_readAndPushed() {
        try (RedisCluster redis = RedisCluster.start(RedisCluster.Setup.usual())) {
            found(redis);
            world.start(RedisSettings.cluster(redis.ports().subList(0, 1)));
            for (String slot : List.of("000", "a8Z", "zz1", "Q2x")) {
                TokenId id = world.id(new SlotTag(slot));
                write(redis, id, 1, State.ACTIVE);
                Eventually.within(LIMIT, () -> assertThat(world.state(id)).isEqualTo("ACTIVE"));
                write(redis, id, 2, State.REVOKED);
                Eventually.within(PUSHED, () -> assertThat(world.state(id)).isEqualTo("REVOKED"));
            }
        }
    }

    @Test
    void cluster_masterStopped_otherSlotsAreServedAndTheNewMasterIsFollowed() {
        try (RedisCluster redis = RedisCluster.start(RedisCluster.Setup.usual())) {
            found(redis);
            RedisNode root = owner(redis, RecordKey.STORE);
            TokenId there = world.id(tagOfAnother(redis, root));
            TokenId here = world.id(tagOf(redis, root));
            write(redis, there, 1, State.ACTIVE);
            write(redis, here, 1, State.ACTIVE);
            world.start(RedisSettings.cluster(redis.ports()));
            Eventually.within(LIMIT, () -> assertThat(world.state(there)).isEqualTo("ACTIVE"));
            Eventually.within(LIMIT, () -> assertThat(world.state(here)).isEqualTo("ACTIVE"));

            RedisNode old = owner(redis, RecordKey.token(there));
            int slot = redis.slot(RecordKey.token(there).text());
            old.pause();
            try {
                Eventually.within(
                        LEASE.plus(PUSHED), () -> assertThat(world.known(there)).isEmpty());
                assertThat(world.state(here)).as("another master's").isEqualTo("ACTIVE");
                RedisNode now = redis.awaitFailover(old, slot, LIMIT);
                Eventually.within(LIMIT, () -> assertThat(world.state(there)).isEqualTo("ACTIVE"));
                world.hand(now.port()).set(RecordKey.token(there), world.token(there, 2, State.REVOKED));
                Eventually.within(PUSHED, () -> assertThat(world.state(there)).isEqualTo("REVOKED"));
            } finally {
                old.resume();
            }
        }
    }

    @Test
    void cluster_slotMoved_readWhereItIsNow() {
        try (RedisCluster redis = RedisCluster.start(RedisCluster.Setup.usual())) {
            found(redis);
            TokenId id = world.id(new SlotTag("a8Z"));
            write(redis, id, 1, State.ACTIVE);
            world.start(RedisSettings.cluster(redis.ports()));
            Eventually.within(LIMIT, () -> assertThat(world.state(id)).isEqualTo("ACTIVE"));

            RedisNode from = owner(redis, RecordKey.token(id));
            RedisNode to = redis.masters().stream()
                    .filter(node -> node != from)
                    .findFirst()
                    .orElseThrow();
            redis.moveSlot(redis.slot(RecordKey.token(id).text()), from, to);
            world.hand(to.port()).set(RecordKey.token(id), world.token(id, 2, State.REVOKED));

            Eventually.within(LIMIT, () -> assertThat(world.state(id)).isEqualTo("REVOKED"));
            Consistently.during(
                    LEASE, () -> assertThat(world.state(id)).isIn("REVOKED", "STORE_UNAVAILABLE", "STALE_STATE"));
        }
    }

    private void found(RedisCluster redis) {
        world.hand(owner(redis, RecordKey.STORE).port()).set(RecordKey.STORE, world.marker(1, LEASE, 1));
    }

    private void write(RedisCluster redis, TokenId id, long version, State state) {
        RecordKey key = RecordKey.token(id);
        world.hand(owner(redis, key).port()).set(key, world.token(id, version, state));
    }

    private static RedisNode owner(RedisCluster redis, RecordKey key) {
        return redis.owner(redis.slot(key.text()), redis.nodes().get(0));
    }

    private static SlotTag tagOfAnother(RedisCluster redis, RedisNode master) {
        return tags().stream()
                .filter(tag -> redis.owner(
                                redis.slot("{" + tag.text() + "}"),
                                redis.nodes().get(0))
                        != master)
                .findFirst()
                .orElseThrow();
    }

    private static SlotTag tagOf(RedisCluster redis, RedisNode master) {
        return tags().stream()
                .filter(tag -> redis.owner(
                                redis.slot("{" + tag.text() + "}"),
                                redis.nodes().get(0))
                        == master)
                .findFirst()
                .orElseThrow();
    }

    private static List<SlotTag> tags() {
        return List.of("000", "001", "a8Z", "zz1", "Q2x", "abc", "XyZ", "777").stream()
                .map(SlotTag::new)
                .toList();
    }

    private void awaitState(String state) {
        Eventually.within(LIMIT, () -> assertThat(world.state()).isEqualTo(state));
    }
}
