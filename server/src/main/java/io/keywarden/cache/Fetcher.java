package io.keywarden.cache;

import com.google.protobuf.ByteString;
import io.keywarden.cache.Entry.Known;
import io.keywarden.cache.Entry.Reading;
import io.keywarden.cache.Feed.Reply;
import io.keywarden.policy.Decision;
import io.keywarden.policy.Reason;
import io.keywarden.store.CatalogLoader;
import io.keywarden.store.Lookup;
import io.keywarden.store.RecordJudge;
import io.keywarden.store.RecordKey;
import io.keywarden.store.RecordReader;
import io.keywarden.store.StoredRecord;
import io.keywarden.store.VerifiedReader;
import io.keywarden.token.Sha256;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;

/**
 * Reads what items say over the connections of a routing. Replies are judged and compiled off the connections' threads.
 * Never blocks. Safe for use by several threads.
 */
final class Fetcher {
    /** How long a catalog's records are waited for: a connection that does not answer ends by itself before. */
    private static final Duration CATALOG_LIMIT = Duration.ofSeconds(5);
    /** What an entry weighs beside twice its record. */
    private static final int ENTRY_BYTES = 200;
    /** How many times as much as its record a module's compiled routes weigh: about a kilobyte for each operation. */
    private static final long ROUTES_FACTOR = 10;

    private static final int ABSENT_BYTES = 200;

    private final NearCache.Needs needs;
    private final CatalogLoader catalogs;
    private final Turns turns = RoutedReader.turns();

    Fetcher(NearCache.Needs needs, CatalogLoader catalogs) {
        this.needs = needs;
        this.catalogs = catalogs;
    }

    /**
     * What a read came to.
     *
     * @param untilNanos until when at most the other master may be believed that it was sent on to; empty where it was not
     * @param weight in bytes, by estimate
     * @param fingerprint a hash of what was read; empty where it is not known what is there
     * @param version of the record that was read; 0 where there is none, or more than one
     */
    record Settled(Lookup<?> value, OptionalLong untilNanos, int weight, OptionalLong fingerprint, long version) {
        private static Settled untold(Reason reason, String detail) {
            return new Settled(
                    new Lookup.CannotTell<>(reason, detail), OptionalLong.empty(), 0, OptionalLong.empty(), 0);
        }

        /** What was known reads the same. */
        private static Settled again(Known known) {
            return new Settled(
                    known.value(),
                    OptionalLong.empty(),
                    known.weight(),
                    OptionalLong.of(known.fingerprint()),
                    known.version());
        }

        /** Whether it was another master's to say, so that it is not kept. */
        boolean isRedirected() {
            return untilNanos.isPresent();
        }

        /** Whether something was found out that is not to be believed, or not understood; and not only nothing. */
        boolean isRejected() {
            return value instanceof Lookup.CannotTell<?> untold && untold.reason() != Reason.STORE_UNAVAILABLE;
        }
    }

    /**
     * Sends the reads. Never completes exceptionally.
     *
     * @param place stands for it until it is settled, with what was known before
     */
    CompletableFuture<Settled> fetch(Item item, Routing routing, Generation generation, Reading place) {
        CompletableFuture<Settled> settled = item instanceof Item.CatalogItem catalog
                ? fetchCatalog(catalog, routing)
                : fetchRecord(item, routing, generation, place);
        return settled.exceptionally(failure -> failed(item, failure));
    }

    /** What a read of a known record came to. */
    enum Compared {
        /** It reads as it did when it was judged, and nothing newer was seen of it meanwhile. */
        SAME,
        /** It does not. */
        OTHER,
        /** Its master did not say. */
        UNTOLD
    }

    /** Sends a read of one record that is known, for nothing but this. Never completes exceptionally. */
    CompletableFuture<Compared> compare(Item item, Generation generation, Known known) {
        RecordJudge.Expectation expected = needs.judge().expect(item.key());
        // In a stage from the start, so that nothing is thrown at who asks.
        return CompletableFuture.completedFuture(item.key())
                .thenCompose(generation.feed()::read)
                .thenApply(reply -> compared(known, expected, reply))
                .exceptionally(failure -> Compared.OTHER);
    }

    private static Compared compared(Known known, RecordJudge.Expectation expected, Reply reply) {
        if (!(reply instanceof Reply.Value)) {
            return Compared.UNTOLD;
        }
        return isAgain(known, expected, reply) ? Compared.SAME : Compared.OTHER;
    }

    private static Settled failed(Item item, Throwable failure) {
        return isRejection(failure)
                ? Settled.untold(Reason.STORE_UNAVAILABLE, "too many records wait for their verification")
                : Settled.untold(Reason.INTERNAL, item.key().text() + " failed with " + failure);
    }

    private static boolean isRejection(Throwable failure) {
        return failure instanceof RejectedExecutionException
                || (failure instanceof CompletionException && failure.getCause() instanceof RejectedExecutionException);
    }

    private CompletableFuture<Settled> fetchRecord(Item item, Routing routing, Generation generation, Reading place) {
        Known known = place.known();
        RecordJudge.Expectation expected = needs.judge().expect(item.key());
        return generation
                .feed()
                .read(item.key())
                .thenCompose(reply -> known != null && isAgain(known, expected, reply)
                        ? again(known)
                        : settle(item, routing, expected, reply))
                .toCompletableFuture();
    }

    /**
     * Whether a record reads as it did when it was judged, and nothing newer was seen of it meanwhile: there is nothing to
     * judge or to compile then. Nearly all reads of hits that grew old are such, and it is cheap enough for the connection's
     * thread: nothing is hashed that has not the size of what is known.
     */
    private static boolean isAgain(Known known, RecordJudge.Expectation expected, Reply reply) {
        return reply instanceof Reply.Value value
                && value.bytes().isPresent()
                && weight(value.bytes().get()) == known.weight()
                && expected.isStill(known.version())
                && fingerprint(value.bytes().get()) == known.fingerprint();
    }

    /** Checks that wait go on elsewhere: this is the thread that pushes and heartbeats come on. */
    private CompletableFuture<Settled> again(Known known) {
        return CompletableFuture.supplyAsync(() -> Settled.again(known), needs.work());
    }

    private CompletableFuture<Settled> settle(
            Item item, Routing routing, RecordJudge.Expectation expected, Reply reply) {
        if (!isNothing(reply)) {
            return CompletableFuture.supplyAsync(() -> judge(item, expected, reply), needs.work());
        }
        return markerDefect(routing)
                .thenApplyAsync(
                        defect -> defect.map(wrong -> Settled.untold(wrong.reason(), wrong.detail()))
                                .orElseGet(() -> judge(item, expected, reply)),
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
                        reply -> reply instanceof Reply.Unavailable unavailable
                                ? Optional.of(new Decision.CannotTell(
                                        Reason.STORE_UNAVAILABLE, "no answer about the store: " + unavailable.detail()))
                                : needs.marker().defect(expected, bytes(reply)),
                        needs.work());
    }

    private static Optional<ByteString> bytes(Reply reply) {
        return reply instanceof Reply.Redirected other ? other.bytes() : ((Reply.Value) reply).bytes();
    }

    private static Settled judge(Item item, RecordJudge.Expectation expected, Reply reply) {
        if (reply instanceof Reply.Unavailable unavailable) {
            return Settled.untold(Reason.STORE_UNAVAILABLE, unavailable.detail());
        }
        OptionalLong until =
                reply instanceof Reply.Redirected other ? OptionalLong.of(other.untilNanos()) : OptionalLong.empty();
        Optional<ByteString> bytes = bytes(reply);
        Lookup<StoredRecord> judged = expected.judge(bytes);
        Lookup<?> compiled = judged.flatMap(record -> widen(item.compile(record)));
        int weight = bytes.map(Fetcher::weight).orElse(ABSENT_BYTES);
        return new Settled(
                compiled,
                until,
                weight,
                OptionalLong.of(bytes.map(Fetcher::fingerprint).orElse(0L)),
                judged.fold(StoredRecord::version, absent -> 0L, unknown -> 0L));
    }

    private static int weight(ByteString record) {
        return ENTRY_BYTES + 2 * record.size();
    }

    /** The beginning of SHA-256: by chance no other record has the same one. */
    private static long fingerprint(ByteString bytes) {
        MessageDigest sha256 = Sha256.begin();
        sha256.update(bytes.asReadOnlyByteBuffer());
        return ByteBuffer.wrap(sha256.digest()).getLong();
    }

    @SuppressWarnings("unchecked") // A lookup only gives out what it holds.
    private static Lookup<Object> widen(Lookup<?> lookup) {
        return (Lookup<Object>) lookup;
    }

    private CompletableFuture<Settled> fetchCatalog(Item.CatalogItem item, Routing routing) {
        RoutedReader reader = new RoutedReader(routing, turns);
        // In another thread from the start: compiling goes on in the one that the last reply comes in.
        return CompletableFuture.completedFuture(item.catalog())
                .thenComposeAsync(
                        catalog -> catalogs.load(
                                new VerifiedReader(offThread(reader), needs.judge(), needs.marker()),
                                catalog,
                                CATALOG_LIMIT),
                        needs.work())
                .thenApply(found -> catalog(found, reader.redirectedUntil()));
    }

    private RecordReader offThread(RoutedReader reader) {
        return (keys, limit) -> reader.fetch(keys, limit)
                .thenApplyAsync(fetched -> fetched, needs.work())
                .exceptionally(
                        failure -> new RecordReader.Fetched.Unavailable("it could not be worked on: " + failure));
    }

    /** The catalog's record names the version of every module, so its bytes say whether anything changed. */
    private static Settled catalog(Lookup<CatalogLoader.Compiled> found, OptionalLong until) {
        Lookup<?> value = found.map(CatalogLoader.Compiled::catalog);
        return found.fold(
                compiled ->
                        new Settled(value, until, weight(compiled), OptionalLong.of(fingerprint(compiled.bytes())), 0),
                absent -> new Settled(value, until, ABSENT_BYTES, OptionalLong.of(0), 0),
                unknown -> new Settled(value, until, 0, OptionalLong.empty(), 0));
    }

    private static int weight(CatalogLoader.Compiled compiled) {
        long weight = ENTRY_BYTES + 2L * compiled.bytes().size() + ROUTES_FACTOR * compiled.moduleBytes();
        return (int) Math.min(Integer.MAX_VALUE, weight);
    }
}
