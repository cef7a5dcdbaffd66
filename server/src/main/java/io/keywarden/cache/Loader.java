package io.keywarden.cache;

import com.google.protobuf.ByteString;
import io.keywarden.cache.CacheObserver.Event;
import io.keywarden.cache.Entry.Answer;
import io.keywarden.cache.Entry.Known;
import io.keywarden.cache.Entry.Reading;
import io.keywarden.cache.Feed.Reply;
import io.keywarden.policy.CompiledCatalog;
import io.keywarden.policy.Decision;
import io.keywarden.policy.Reason;
import io.keywarden.store.CatalogLoader;
import io.keywarden.store.Lookup;
import io.keywarden.store.RecordJudge;
import io.keywarden.store.RecordKey;
import io.keywarden.store.RecordReader;
import io.keywarden.store.VerifiedReader;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Reads records into generations. Who asks for what is being read already waits for that read. Replies are judged and
 * compiled off the connections' threads. Never blocks. Safe for use by several threads.
 */
final class Loader {
    /** How long a catalog's records are waited for: a connection that does not answer ends by itself before. */
    private static final Duration CATALOG_LIMIT = Duration.ofSeconds(5);
    /** What an entry weighs beside three times its record, and a catalog's compiled routes beside its record. */
    private static final int ENTRY_BYTES = 400;

    private static final int CATALOG_BYTES = 256 * 1024;
    private static final int ABSENT_BYTES = 200;

    private final NearCache.Needs needs;
    private final LongSupplier nanoClock;
    private final CatalogLoader catalogs = new CatalogLoader();
    private final Turns turns = RoutedReader.turns();

    Loader(NearCache.Needs needs, LongSupplier nanoClock) {
        this.needs = needs;
        this.nanoClock = nanoClock;
    }

    /** Reads something that was not known, or waits for the read of it that is under way. Never completes exceptionally. */
    CompletableFuture<Answer> load(Item item, Routing routing) {
        Generation generation = routing.of(item.key().slot());
        if (generation.entries().get(item.key()) instanceof Known known
                && nanoClock.getAsLong() - known.readNanos()
                        < generation.lease().lengthNanos() / 2) {
            // It came since the caller looked.
            return CompletableFuture.completedFuture(new Answer(known.value(), known.readNanos()));
        }
        return reload(item, routing);
    }

    /** Reads something whether it is known or not, or waits for the read of it that is under way. */
    CompletableFuture<Answer> reload(Item item, Routing routing) {
        Generation generation = routing.of(item.key().slot());
        while (true) {
            Entry current = generation.entries().get(item.key());
            if (current instanceof Reading reading) {
                return reading.answer();
            }
            Reading mine = new Reading(knownHit(current), nanoClock.getAsLong());
            if (generation.entries().begin(item.key(), current, mine)) {
                send(item, routing, generation, mine);
                return mine.answer();
            }
        }
    }

    /**
     * Reads something by a read that is not sent before {@code notBefore}. At most one read of a key is under way, and all
     * who wait for it share the next one.
     */
    CompletableFuture<Answer> reloadAfter(Item item, Routing routing, long notBefore) {
        Entry current = routing.of(item.key().slot()).entries().get(item.key());
        if (current instanceof Reading reading && reading.sentNanos() - notBefore < 0) {
            return reading.answer().thenCompose(older -> reloadAfter(item, routing, notBefore));
        }
        return reload(item, routing);
    }

    private static Optional<Known> knownHit(@Nullable Entry current) {
        return current instanceof Known known && !isAbsent(known) ? Optional.of(known) : Optional.empty();
    }

    static boolean isAbsent(Known known) {
        return known.value() instanceof Lookup.NotFound<?>;
    }

    private void send(Item item, Routing routing, Generation generation, Reading mine) {
        CompletableFuture<Settled> settled = item instanceof Item.CatalogItem catalog
                ? sendCatalog(catalog, routing)
                : sendRecord(item, routing, generation);
        CompletableFuture<Void> unused = settled.exceptionally(failure -> new Settled(
                        new Lookup.CannotTell<>(
                                Reason.INTERNAL, item.key().text() + " failed with " + failure.getClass()),
                        false,
                        0,
                        0))
                .thenAccept(done -> settle(item, generation, mine, done));
    }

    /**
     * What a read came to.
     *
     * @param keep whether it was this master's to say
     */
    private record Settled(Lookup<?> value, boolean keep, int weight, long fingerprint) {}

    private CompletableFuture<Settled> sendRecord(Item item, Routing routing, Generation generation) {
        RecordJudge.Expectation expected = needs.judge().expect(item.key());
        return generation
                .feed()
                .read(item.key())
                .thenComposeAsync(
                        reply -> isNothing(reply)
                                ? markerDefect(routing)
                                        .thenApplyAsync(
                                                defect -> defect.map(Loader::untold)
                                                        .orElseGet(() -> judge(item, expected, reply)),
                                                needs.work())
                                : CompletableFuture.completedFuture(judge(item, expected, reply)),
                        needs.work())
                .toCompletableFuture();
    }

    private static boolean isNothing(Reply reply) {
        return reply instanceof Reply.Value value && value.bytes().isEmpty();
    }

    /** What is wrong with the store where it has nothing under a key: in one that was emptied that would mean nothing. */
    private CompletionStage<Optional<Decision.CannotTell>> markerDefect(Routing routing) {
        RecordJudge.Expectation expected = needs.marker().expect();
        return routing.root()
                .feed()
                .read(RecordKey.STORE)
                .thenApplyAsync(
                        reply -> reply instanceof Reply.Value value
                                ? needs.marker().defect(expected, value.bytes())
                                : Optional.of(
                                        new Decision.CannotTell(Reason.STORE_UNAVAILABLE, "no answer about the store")),
                        needs.work());
    }

    private static Settled untold(Decision.CannotTell why) {
        return new Settled(new Lookup.CannotTell<>(why.reason(), why.detail()), false, 0, 0);
    }

    private static Settled judge(Item item, RecordJudge.Expectation expected, Reply reply) {
        if (reply instanceof Reply.Unavailable unavailable) {
            return new Settled(new Lookup.CannotTell<>(Reason.STORE_UNAVAILABLE, unavailable.detail()), false, 0, 0);
        }
        boolean keep = reply instanceof Reply.Value;
        Optional<ByteString> bytes =
                reply instanceof Reply.Value value ? value.bytes() : ((Reply.Redirected) reply).bytes();
        Lookup<?> compiled = expected.judge(bytes).flatMap(record -> widen(item.compile(record)));
        int weight = bytes.map(found -> ENTRY_BYTES + 3 * found.size()).orElse(ABSENT_BYTES);
        return new Settled(
                compiled, keep, weight, bytes.map(ByteString::hashCode).orElse(0));
    }

    @SuppressWarnings("unchecked") // A lookup only gives out what it holds.
    private static Lookup<Object> widen(Lookup<?> lookup) {
        return (Lookup<Object>) lookup;
    }

    private CompletableFuture<Settled> sendCatalog(Item.CatalogItem item, Routing routing) {
        RoutedReader reader = new RoutedReader(routing, turns);
        // In another thread from the start: compiling goes on in the one that the last reply comes in.
        return CompletableFuture.completedFuture(item.catalog())
                .thenComposeAsync(
                        catalog -> catalogs.load(
                                new VerifiedReader(offThread(reader), needs.judge(), needs.marker()),
                                catalog,
                                CATALOG_LIMIT),
                        needs.work())
                .thenApply(found -> new Settled(found, !reader.isRedirected(), CATALOG_BYTES, fingerprint(found)));
    }

    private RecordReader offThread(RoutedReader reader) {
        return (keys, limit) -> reader.fetch(keys, limit).thenApplyAsync(fetched -> fetched, needs.work());
    }

    /** The same records compile to the same object, since the loader remembers it. */
    private static long fingerprint(Lookup<CompiledCatalog> found) {
        return found.fold(System::identityHashCode, absent -> 0, unknown -> 0);
    }

    private void settle(Item item, Generation generation, Reading mine, Settled done) {
        Entries entries = generation.entries();
        Known known = new Known(done.value(), mine.sentNanos(), done.weight(), done.fingerprint());
        if (!done.keep() || done.value() instanceof Lookup.CannotTell<?>) {
            entries.giveUp(item.key(), mine);
        } else if (isAbsent(known)) {
            generation.supersede(item.key());
            entries.keepAbsent(item.key(), mine, known);
        } else if (entries.keepFound(item.key(), mine, known)) {
            generation.supersede(item.key());
            expectPush(item, generation, mine, known);
        }
        mine.answer().complete(new Answer(done.value(), mine.sentNanos()));
    }

    /** A record that reads differently than before has been written: if no push says so within a lease, pushes are lost. */
    private void expectPush(Item item, Generation generation, Reading mine, Known known) {
        Known before = mine.known();
        if (before == null || before.fingerprint() == known.fingerprint()) {
            return;
        }
        CompletableFuture.delayedExecutor(generation.lease().lengthNanos(), TimeUnit.NANOSECONDS, needs.work())
                .execute(() -> {
                    if (generation.isAlive() && generation.entries().get(item.key()) == known) {
                        needs.observer().on(Event.MISSED_PUSH);
                        generation.discard(Reason.STALE_STATE, item.key().text() + " changed and no push said so");
                    }
                });
    }
}
