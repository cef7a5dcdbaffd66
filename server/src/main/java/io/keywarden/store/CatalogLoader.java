package io.keywarden.store;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.google.protobuf.ByteString;
import io.keywarden.policy.CompiledCatalog;
import io.keywarden.policy.Reason;
import io.keywarden.store.v1.CatalogRecord;
import io.keywarden.store.v1.ModuleReference;
import io.keywarden.token.Tenant;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.TimeUnit;

/**
 * Reads catalogs with all their modules, of one revision. What was compiled is remembered by the exact bytes of the catalog's
 * record, which names the version of every module; so an unchanged catalog costs one read. Reads of one changed catalog at
 * the same time share one load.
 */
public final class CatalogLoader {
    /** How many compiled catalogs are remembered. */
    private static final int REMEMBERED = 1_000;
    /** How often a catalog is read whose modules are being written at the same time. */
    private static final int ATTEMPTS = 2;

    private final Cache<RecordKey, Compiled> compiled;
    private final ConcurrentMap<ByteString, CompletableFuture<Lookup<Compiled>>> loading;

    /**
     * A catalog that was read.
     *
     * @param bytes its record, which changes with every module of it
     * @param moduleBytes how large the records of its modules are together
     */
    public record Compiled(ByteString bytes, CompiledCatalog catalog, long moduleBytes) {}

    /** Makes one that has compiled nothing yet. */
    public CatalogLoader() {
        this(REMEMBERED);
    }

    /**
     * Makes one that has compiled nothing yet.
     *
     * @param remembered how many compiled catalogs are remembered
     */
    public CatalogLoader(int remembered) {
        this.compiled = Caffeine.newBuilder()
                .maximumSize(remembered)
                .executor(Runnable::run)
                .build();
        this.loading = new ConcurrentHashMap<>();
    }

    /**
     * Reads a catalog. Never blocks, never completes exceptionally, and completes within {@code limit}.
     *
     * @param reader where it is read
     */
    public CompletionStage<Lookup<Compiled>> load(VerifiedReader reader, Tenant.CatalogRef catalog, Duration limit) {
        Attempt attempt = new Attempt(reader, catalog, limit, System.nanoTime(), 1);
        return attempt(attempt)
                .toCompletableFuture()
                .copy()
                .completeOnTimeout(
                        unavailable("catalog " + catalog.uid() + " was not read in time"),
                        limit.toNanos(),
                        TimeUnit.NANOSECONDS);
    }

    /** One of the tries to read a catalog. */
    private record Attempt(
            VerifiedReader reader, Tenant.CatalogRef catalog, Duration limit, long startNanos, int number) {
        Duration remaining() {
            Duration rest = limit.minusNanos(System.nanoTime() - startNanos);
            return rest.isNegative() ? Duration.ZERO : rest;
        }

        Attempt next() {
            return new Attempt(reader, catalog, limit, startNanos, number + 1);
        }
    }

    private CompletionStage<Lookup<Compiled>> attempt(Attempt attempt) {
        RecordKey key =
                RecordKey.catalog(attempt.catalog().slot(), attempt.catalog().uid());
        return attempt.reader()
                .read(key, attempt.remaining())
                .thenCompose(found -> found.fold(
                        record -> compiledOf(attempt, record),
                        absent -> done(new Lookup.NotFound<>()),
                        unknown -> done(new Lookup.CannotTell<>(unknown.reason(), unknown.detail()))));
    }

    private CompletionStage<Lookup<Compiled>> compiledOf(Attempt attempt, StoredRecord record) {
        Compiled known = compiled.getIfPresent(record.key());
        if (known != null && known.bytes().equals(record.bytes())) {
            return done(new Lookup.Found<>(known));
        }
        if (attempt.number() > 1) {
            // The load that others share is this very one.
            return loaded(attempt, record);
        }
        CompletableFuture<Lookup<Compiled>> mine = new CompletableFuture<>();
        CompletableFuture<Lookup<Compiled>> others = loading.putIfAbsent(record.bytes(), mine);
        if (others != null) {
            return others;
        }
        // In a stage, so that whatever is thrown ends the load that others wait for.
        return done(record).thenCompose(found -> loaded(attempt, found)).handle((result, bug) -> {
            Lookup<Compiled> told = bug == null
                    ? result
                    : new Lookup.CannotTell<>(Reason.INTERNAL, record.key().text() + " failed with " + bug);
            loading.remove(record.bytes(), mine);
            mine.complete(told);
            return told;
        });
    }

    private CompletionStage<Lookup<Compiled>> loaded(Attempt attempt, StoredRecord record) {
        return RecordCompiler.ofUid(record, attempt.catalog().uid(), RecordCompiler::catalog)
                .fold(
                        payload -> withModules(attempt, record, payload),
                        absent -> done(new Lookup.NotFound<>()),
                        unknown -> done(new Lookup.CannotTell<>(unknown.reason(), unknown.detail())));
    }

    private CompletionStage<Lookup<Compiled>> withModules(Attempt attempt, StoredRecord record, CatalogRecord payload) {
        List<ModuleReference> references = payload.getModulesList();
        List<RecordKey> keys = new ArrayList<>(references.size());
        for (ModuleReference reference : references) {
            keys.add(RecordKey.module(attempt.catalog().slot(), RecordCompiler.uid(reference.getUid())));
        }
        if (keys.isEmpty()) {
            return done(remember(record, List.of()));
        }
        return attempt.reader().read(keys, attempt.remaining()).thenCompose(found -> {
            List<StoredRecord> modules = new ArrayList<>(found.size());
            Optional<Lookup.CannotTell<Compiled>> defect = Optional.empty();
            for (int i = 0; i < found.size() && defect.isEmpty(); i++) {
                defect = take(references.get(i), keys.get(i), found.get(i), modules);
            }
            if (defect.isEmpty()) {
                return done(remember(record, modules));
            }
            // Between the two reads the catalog may have been changed: then it reads differently now.
            boolean again = attempt.number() < ATTEMPTS && modules.size() < found.size() && isRace(found);
            return again ? attempt(attempt.next()) : done(defect.get());
        });
    }

    /** Adds a module to what was read, or says why it is not the one that the catalog means. */
    private static Optional<Lookup.CannotTell<Compiled>> take(
            ModuleReference reference, RecordKey key, Lookup<StoredRecord> found, List<StoredRecord> modules) {
        return found.fold(
                module -> {
                    if (module.version() == reference.getVersion()
                            && module.uid().equals(RecordCompiler.uid(reference.getUid()))) {
                        modules.add(module);
                        return Optional.empty();
                    }
                    return Optional.of(otherVersion(key, module.version(), reference.getVersion()));
                },
                absent -> Optional.of(otherVersion(key, 0, reference.getVersion())),
                unknown -> Optional.of(new Lookup.CannotTell<>(unknown.reason(), unknown.detail())));
    }

    private static boolean isRace(List<Lookup<StoredRecord>> found) {
        return found.stream().allMatch(one -> one.fold(record -> true, absent -> true, unknown -> false));
    }

    private static Lookup.CannotTell<Compiled> otherVersion(RecordKey key, long found, long listed) {
        String detail = key.text() + " has version " + found + " (expected: " + listed + ", as its catalog says)";
        return new Lookup.CannotTell<>(found < listed ? Reason.RECORD_TAMPERED : Reason.STORE_UNAVAILABLE, detail);
    }

    private Lookup<Compiled> remember(StoredRecord record, List<StoredRecord> modules) {
        return RecordCompiler.modules(record, modules).map(catalog -> {
            long moduleBytes =
                    modules.stream().mapToLong(module -> module.bytes().size()).sum();
            Compiled mine = new Compiled(record.bytes(), catalog, moduleBytes);
            compiled.put(record.key(), mine);
            return mine;
        });
    }

    private static Lookup<Compiled> unavailable(String detail) {
        return new Lookup.CannotTell<>(Reason.STORE_UNAVAILABLE, detail);
    }

    private static <T> CompletionStage<T> done(T value) {
        return CompletableFuture.completedFuture(value);
    }
}
