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
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Checks while a slot is on its way to another master, and stays so: a reshard that was left half-done. */
@NeedsRedis7
final class TrackedReshardIT {
    private static final Duration LIMIT = Duration.ofSeconds(10);
    private static final Duration LEASE = Duration.ofSeconds(1);
    private static final Duration PUSHED = Duration.ofMillis(500);

    /** Not those whose slots heartbeats are sent to. */
    private static final List<SlotTag> TAGS = IntStream.range(10, 50)
            .mapToObj(number -> new SlotTag("x" + number))
            .toList();

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

    @Test
    void slotMoved_restOfTheMasterIsForgottenOnceOnly() {
        RedisNode from = other(owner(RecordKey.STORE.text()));
        TokenId kept = start(from, CoherenceRules.ALL.without(CoherenceRules.Rule.FOLLOW_TOPOLOGY));
        TokenId moving = tokenOfAnotherSlot(from, kept);
        RedisNode to = other(from);
        redis.moveSlot(slot(moving), from, to);
        assertThat(world.state(moving)).isEqualTo("ACTIVE");
        assertThat(world.known(kept)).isEmpty();
        assertThat(world.state(kept)).isEqualTo("ACTIVE");

        assertThat(world.state(moving)).isEqualTo("ACTIVE");
        assertThat(world.known(kept)).contains("ACTIVE");
        assertThat(world.known(moving)).isEmpty();
    }

    @Test
    void slotMovedAndBackAndAgain_whatWasNotThereIsForgotten() {
        RedisNode from = other(owner(RecordKey.STORE.text()));
        TokenId kept = start(from, CoherenceRules.ALL.without(CoherenceRules.Rule.FOLLOW_TOPOLOGY));
        TokenId moving = tokenOfAnotherSlot(from, kept);
        TokenId absent = world.id(moving.slot());
        RedisNode to = other(from);
        redis.moveSlot(slot(moving), from, to);
        assertThat(world.state(moving)).isEqualTo("ACTIVE");
        redis.moveSlot(slot(moving), to, from);
        assertThat(world.state(absent)).isEqualTo("ABSENT");
        assertThat(world.known(absent)).contains("ABSENT");

        redis.moveSlot(slot(moving), from, to);
        assertThat(world.state(moving)).isEqualTo("ACTIVE");

        assertThat(world.known(absent)).isEmpty();
    }

    private int slot(TokenId id) {
        return redis.slot(RecordKey.token(id).text());
    }

    private TokenId tokenOfAnotherSlot(RedisNode master, TokenId than) {
        SlotTag tag = tagsOf(master)
                .filter(each -> !each.equals(than.slot()))
                .findFirst()
                .orElseThrow();
        TokenId id = world.id(tag);
        world.hand(master.port()).set(RecordKey.token(id), world.token(id, 1, State.ACTIVE));
        return id;
    }

    private Stream<SlotTag> tagsOf(RedisNode master) {
        return TAGS.stream()
                .filter(tag -> owner("{" + tag.text() + "}") == master)
                .filter(tag -> redis.slot("{" + tag.text() + "}") != redis.slot(RecordKey.STORE.text()));
    }

    private TokenId start(RedisNode master) {
        return start(master, CoherenceRules.ALL);
    }

    private TokenId start(RedisNode master, CoherenceRules rules) {
        SlotTag tag = tagsOf(master).reduce((first, last) -> last).orElseThrow();
        TokenId id = world.id(tag);
        world.hand(master.port()).set(RecordKey.token(id), world.token(id, 1, State.ACTIVE));
        world.start(RedisSettings.cluster(redis.ports()), rules);
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
