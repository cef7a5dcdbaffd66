package io.keywarden.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.keywarden.store.RecordKey;
import io.keywarden.store.v1.TokenRecord.State;
import io.keywarden.testkit.Consistently;
import io.keywarden.testkit.Eventually;
import io.keywarden.testkit.NeedsRedis7;
import io.keywarden.testkit.RedisCluster;
import io.keywarden.testkit.RedisNode;
import io.keywarden.token.SlotTag;
import io.keywarden.token.TokenId;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.output.StatusOutput;
import io.lettuce.core.protocol.CommandType;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Checks while a slot is on its way to another master, and stays so: a reshard that was left half-done. */
@NeedsRedis7
final class TrackedReshardIT {
    private static final Duration LIMIT = Duration.ofSeconds(10);
    private static final Duration LEASE = Duration.ofSeconds(1);
    private static final Duration PUSHED = Duration.ofMillis(500);

    private final RedisCluster redis = RedisCluster.start(RedisCluster.Setup.usual());
    private final TrackedWorld world = new TrackedWorld();

    @BeforeEach
    void begin() {
        world.hand(owner(RecordKey.STORE.text()).port()).set(RecordKey.STORE, world.marker(1, LEASE, 1));
    }

    @AfterEach
    void end() {
        world.close();
        redis.close();
    }

    @Test
    void heartbeatKeyMoved_checksGoOnWithAnother() {
        RedisNode from = other(owner(RecordKey.STORE.text()));
        TokenId id = start(from);
        String key = from.command("KEYS", "kw:b:*").lines().findFirst().orElseThrow();

        moveHalf(key, from);

        assertGoesOn(id);
        assertPushes(id, from);
    }

    @Test
    void markerMoved_followedToWhereItIs() {
        RedisNode from = owner(RecordKey.STORE.text());
        TokenId id = start(from);

        moveHalf(RecordKey.STORE.text(), from);

        assertGoesOn(id);
        assertPushes(id, from);
    }

    @Test
    void markerMovedAndChanged_newPromiseTaken() {
        RedisNode from = owner(RecordKey.STORE.text());
        TokenId id = start(from);
        RedisNode to = moveHalf(RecordKey.STORE.text(), from);
        Duration shorter = Duration.ofMillis(400);
        TrackedWorld.Hand hand = world.hand(to.port());
        hand.commands().dispatch(CommandType.ASKING, new StatusOutput<>(ByteArrayCodec.INSTANCE));
        hand.set(RecordKey.STORE, world.marker(2, shorter, 1));

        Eventually.within(
                LIMIT,
                () -> assertThat(world.tracked().keepers())
                        .allSatisfy(
                                keeper -> assertThat(keeper.generation().lease().lengthNanos())
                                        .isEqualTo(shorter.toNanos())));
        Eventually.within(LIMIT, () -> assertThat(world.state(id)).isEqualTo("ACTIVE"));
    }

    private TokenId start(RedisNode master) {
        SlotTag tag = List.of("000", "001", "a8Z", "zz1", "Q2x", "abc", "XyZ", "777", "K3y").stream()
                .map(SlotTag::new)
                .filter(each -> owner("{" + each.text() + "}") == master)
                .filter(each -> redis.slot("{" + each.text() + "}") != redis.slot(RecordKey.STORE.text()))
                .reduce((first, last) -> last)
                .orElseThrow();
        TokenId id = world.id(tag);
        world.hand(master.port()).set(RecordKey.token(id), world.token(id, 1, State.ACTIVE));
        world.start(RedisSettings.cluster(redis.ports()));
        Eventually.within(LIMIT, () -> assertThat(world.state(id)).isEqualTo("ACTIVE"));
        return id;
    }

    /** Moves the keys of a slot, and not the slot. */
    private RedisNode moveHalf(String key, RedisNode from) {
        RedisNode to = other(from);
        String slot = Integer.toString(redis.slot(key));
        ok(to, "CLUSTER", "SETSLOT", slot, "IMPORTING", from.command("CLUSTER", "MYID"));
        ok(from, "CLUSTER", "SETSLOT", slot, "MIGRATING", to.command("CLUSTER", "MYID"));
        from.command("CLUSTER", "GETKEYSINSLOT", slot, "1000")
                .lines()
                .forEach(moved -> ok(from, "MIGRATE", "127.0.0.1", Integer.toString(to.port()), moved, "0", "2000"));
        return to;
    }

    private static void ok(RedisNode node, String... words) {
        assertThat(node.command(words)).isEqualTo("OK");
    }

    /** For so long that what was known before the move is over. */
    private void assertGoesOn(TokenId id) {
        Consistently.during(
                LEASE.multipliedBy(3), () -> assertThat(world.state(id)).isEqualTo("ACTIVE"));
    }

    private void assertPushes(TokenId id, RedisNode master) {
        world.hand(master.port()).set(RecordKey.token(id), world.token(id, 2, State.REVOKED));
        Eventually.within(PUSHED, () -> assertThat(world.state(id)).isEqualTo("REVOKED"));
    }

    private RedisNode owner(String key) {
        return redis.owner(redis.slot(key), redis.nodes().get(0));
    }

    private RedisNode other(RedisNode master) {
        return redis.masters().stream()
                .filter(node -> node != master)
                .findFirst()
                .orElseThrow();
    }
}
