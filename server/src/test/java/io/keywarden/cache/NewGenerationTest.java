package io.keywarden.cache;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.keywarden.policy.Reason;
import io.keywarden.store.CheckView;
import io.keywarden.store.v1.TokenRecord;
import io.keywarden.token.TokenState;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** One master, and a new connection to it: what counts of what was known over the one before. */
class NewGenerationTest {
    private final CacheWorld world = new CacheWorld();
    private final FakeFeed feed = world.feed();
    private final FakeFeed second = new FakeFeed();
    private final Generation generation = world.begin(feed);
    private final NearCache cache = world.cache();

    @BeforeEach
    void know() {
        second.values.putAll(feed.values);
        cache.use(CacheWorld.single(generation));
        assertThat(world.state(cache)).isEqualTo(TokenState.ACTIVE);
    }

    @Test
    void newGeneration_oldOneUnderItsLease_goesOnAndIsReadAnewBeside() {
        generation.end("broken");
        cache.use(CacheWorld.single(world.begin(second)));

        CheckView view = cache.begin("a");
        assertThat(world.known(view)).isEqualTo(TokenState.ACTIVE);
        assertThat(view.isComplete()).isTrue();
        assertThat(second.reads).hasValue(1);
        world.pass(world.lease.minusNanos(1));
        assertThat(view.doubt(Optional.empty())).isEmpty();
    }

    @Test
    void newGeneration_oldOnesLeaseOver_isNotAskedAnyMore() {
        generation.end("broken");
        world.pass(world.lease);
        world.put(second, 2, TokenRecord.State.REVOKED);
        cache.use(CacheWorld.single(world.begin(second)));

        assertThat(world.state(cache)).isEqualTo(TokenState.REVOKED);
    }

    @Test
    void refill_recordTampered_formerGenerationIsNotAskedAnyMore() {
        generation.end("broken");
        feed.values.put(world.key, ByteString.copyFromUtf8("forged"));
        cache.use(CacheWorld.single(world.begin(feed)));
        world.state(cache); // known from before, and read beside

        assertThat(world.untold(cache)).isEqualTo(Reason.RECORD_TAMPERED);
    }

    @Test
    void discardedGeneration_isNeverAskedAgain() {
        generation.discard(Reason.STALE_STATE, "tracking was off");
        world.put(second, 2, TokenRecord.State.REVOKED);
        cache.use(CacheWorld.single(world.begin(second)));

        assertThat(world.state(cache)).isEqualTo(TokenState.REVOKED);
        assertThat(feed.closed).isTrue();
    }
}
