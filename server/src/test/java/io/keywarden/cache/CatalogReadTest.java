package io.keywarden.cache;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.keywarden.store.CatalogLoader;
import io.keywarden.store.CheckView;
import io.keywarden.store.Lookup;
import io.keywarden.token.Tenant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Catalogs, each of which is as many reads as it has modules. */
class CatalogReadTest {
    private final CacheWorld world = new CacheWorld();
    private final FakeFeed feed = world.feed();
    private final Generation generation = world.begin(feed);
    private final NearCache cache = world.cache();

    @Test
    void catalog_asManyModulesAsThereCanBe_readWithinTheBoundOfReadsInFlight() {
        cache.use(CacheWorld.single(generation));
        Tenant.CatalogRef catalog = world.putCatalog(feed, 500);
        feed.held = true;
        CheckView view = cache.begin("a");
        view.catalog(catalog);
        var unused = view.load(CacheWorld.LIMIT);
        feed.release();

        assertThat(CacheWorld.found(view.catalog(catalog))).isNotNull();
        assertThat(feed.refused).isZero();
    }

    @Test
    void catalogs_manyLargeOnesAtOnce_eachIsReadInItsTurn() {
        cache.use(CacheWorld.single(generation));
        List<Tenant.CatalogRef> catalogs = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            catalogs.add(world.putCatalog(feed, 70));
        }
        feed.held = true;
        List<CheckView> views = new ArrayList<>();
        for (Tenant.CatalogRef catalog : catalogs) {
            CheckView view = cache.begin("a");
            view.catalog(catalog);
            var unused = view.load(CacheWorld.LIMIT);
            views.add(view);
        }
        feed.release();

        assertThat(feed.refused).isZero();
        for (int i = 0; i < views.size(); i++) {
            assertThat(CacheWorld.found(views.get(i).catalog(catalogs.get(i)))).isNotNull();
        }
    }

    @Test
    void catalog_compiledAnew_isNotTakenForAChange() {
        Loader forgetful = world.loader(new CatalogLoader(0));
        Item.CatalogItem item = new Item.CatalogItem(world.putCatalog(feed, 3));
        read(forgetful, item);
        Lookup<?> first = known(item);
        read(forgetful, item);

        assertThat(known(item)).isNotEqualTo(first);
        assertThat(generation.expectedPushes()).isZero();
    }

    @Test
    void catalog_changedAndNoPushSaysSo_isExpected() {
        Loader loader = world.loader(new CatalogLoader());
        Tenant.CatalogRef catalog = world.putCatalog(feed, 3);
        Item.CatalogItem item = new Item.CatalogItem(catalog);
        read(loader, item);
        world.put(feed, item.key(), catalog.uid(), 2, ByteString.EMPTY);
        read(loader, item);

        assertThat(generation.expectedPushes()).isEqualTo(1);
    }

    @Test
    void catalog_manyModules_weighsMoreThanAFewOnes() {
        Loader loader = world.loader(new CatalogLoader());
        read(loader, new Item.CatalogItem(world.putCatalog(feed, 1)));
        long small = generation.bytes();
        read(loader, new Item.CatalogItem(world.putCatalog(feed, 100)));

        assertThat(generation.bytes()).isGreaterThan(50 * small);
    }

    @Test
    void turns_thatEndAsTheyBegin_doNotPileUp() {
        Turns turns = new Turns(1);
        CompletableFuture<String> first = new CompletableFuture<>();
        List<CompletableFuture<String>> all = new ArrayList<>();
        all.add(turns.take(() -> first));
        for (int i = 0; i < 100_000; i++) {
            all.add(turns.take(() -> CompletableFuture.completedFuture("at once")));
        }
        assertThat(all).noneMatch(CompletableFuture::isDone);
        first.complete("first");

        assertThat(all).allMatch(CompletableFuture::isDone);
    }

    @Test
    void turns_oneThatThrows_isOver() {
        Turns turns = new Turns(1);
        CompletableFuture<String> broken = turns.take(() -> {
            throw new IllegalStateException("broken");
        });

        assertThat(broken).isCompletedExceptionally();
        assertThat(turns.take(() -> CompletableFuture.completedFuture("next"))).isCompletedWithValue("next");
    }

    private void read(Loader loader, Item item) {
        assertThat(loader.reload(item, CacheWorld.single(generation), Optional::empty))
                .isCompleted();
    }

    private Lookup<?> known(Item item) {
        if (generation.entries().get(item.key()) instanceof Entry.Known known) {
            return known.value();
        }
        throw new AssertionError("not known: " + item);
    }
}
