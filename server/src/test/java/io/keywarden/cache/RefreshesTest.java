package io.keywarden.cache;

import static org.assertj.core.api.Assertions.assertThat;

import io.keywarden.cache.Entry.Known;
import io.keywarden.store.Lookup;
import io.keywarden.token.TokenId;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class RefreshesTest {
    private final CacheWorld world = new CacheWorld();
    private final Queue<Runnable> later = new ArrayDeque<>();
    private final List<Item> read = new ArrayList<>();
    private final Queue<CompletableFuture<Void>> answers = new ArrayDeque<>();
    private Runnable whenSent = () -> {};
    private final Refreshes refreshes = new Refreshes(later::add, 64, this::send);

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
    void add_hitThatIsBeingRead_isNotReadTwice() {
        Item item = item();
        Known known = known();
        refreshes.add(item, known);
        runOne();
        refreshes.add(item, known);

        assertThat(later).isEmpty();
        assertThat(read).containsExactly(item);
    }

    @Test
    void add_hitWhoseReadToldNothing_isReadOnceMore() {
        Item item = item();
        Known known = known();
        refreshes.add(item, known);
        runOne();
        answer(1);
        refreshes.add(item, known);
        runOne();

        assertThat(read).containsExactly(item, item);
    }

    @Test
    void add_hitWhoseReadIsThrown_isReadOnceMore() {
        Item item = item();
        Known known = known();
        whenSent = () -> {
            throw new IllegalStateException("not sent");
        };
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
        assertThat(later).isEmpty();
        answer(64);
        runOne();
        assertThat(read).hasSize(128);
        answer(1);
        runOne();
        assertThat(read).hasSize(129);
        answer(64);
        runOne();

        assertThat(read).hasSize(150).doesNotHaveDuplicates();
        assertThat(later).isEmpty();
    }

    @Test
    void add_whileOthersAreSent_isSentToo() {
        Item second = item();
        whenSent = () -> refreshes.add(second, known());
        refreshes.add(item(), known());
        while (!later.isEmpty()) {
            runOne();
        }

        assertThat(read).hasSize(2).contains(second);
    }

    @Test
    void add_afterTheLastWasSent_isAwaitedAnew() {
        refreshes.add(item(), known());
        runOne();
        refreshes.add(item(), known());

        assertThat(later).hasSize(1);
    }

    private CompletableFuture<?> send(Item item, Known known) {
        read.add(item);
        Runnable once = whenSent;
        whenSent = () -> {};
        once.run();
        CompletableFuture<Void> answer = new CompletableFuture<>();
        answers.add(answer);
        return answer;
    }

    private void answer(int count) {
        for (int i = 0; i < count; i++) {
            answers.remove().complete(null);
        }
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
