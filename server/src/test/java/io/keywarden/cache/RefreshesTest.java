package io.keywarden.cache;

import static org.assertj.core.api.Assertions.assertThat;

import io.keywarden.cache.Entry.Known;
import io.keywarden.store.Lookup;
import io.keywarden.token.TokenId;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import org.junit.jupiter.api.Test;

class RefreshesTest {
    private final CacheWorld world = new CacheWorld();
    private final Queue<Runnable> later = new ArrayDeque<>();
    private final List<Item> read = new ArrayList<>();
    private final Refreshes refreshes = new Refreshes(later::add, read::add);

    @Test
    void add_sameHitAgain_isReadOnce() {
        Item item = item();
        Known known = known();
        refreshes.add(item, known);
        refreshes.add(item, known);
        assertThat(read).isEmpty();
        runOne();

        assertThat(read).containsExactly(item);
        assertThat(later).isEmpty();
    }

    @Test
    void add_hitWhoseReadToldNothing_isReadOnceMore() {
        Item item = item();
        Known known = known();
        refreshes.add(item, known);
        runOne();
        refreshes.add(item, known);
        runOne();

        assertThat(read).containsExactly(item, item);
    }

    @Test
    void add_manyHits_leaveRoomForTheReadsThatChecksWaitFor() {
        for (int i = 0; i < 150; i++) {
            refreshes.add(item(), known());
        }
        assertThat(later).hasSize(1);
        runOne();
        assertThat(read).hasSize(64);
        runOne();
        assertThat(read).hasSize(128);
        runOne();

        assertThat(read).hasSize(150).doesNotHaveDuplicates();
        assertThat(later).isEmpty();
    }

    private void runOne() {
        later.remove().run();
    }

    private Item item() {
        TokenId id = world.tags.issue(CacheWorld.SLOT, world.random);
        return new Item.TokenItem(id);
    }

    private static Known known() {
        return new Known(new Lookup.Found<>("it"), 0, 1, 0, 0);
    }
}
