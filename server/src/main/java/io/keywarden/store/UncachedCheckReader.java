package io.keywarden.store;

import io.keywarden.credential.IdTags;
import io.keywarden.policy.CompiledCatalog;
import io.keywarden.policy.Decision;
import io.keywarden.policy.Reason;
import io.keywarden.token.OutagePolicy;
import io.keywarden.token.Tenant;
import io.keywarden.token.TenantRef;
import io.keywarden.token.Token;
import io.keywarden.token.TokenId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/** Reads all that a check needs anew for each check, so that nothing it says is older than the check. */
public final class UncachedCheckReader implements CheckReader {
    private final CompiledRecords records;
    private final IdTags tags;

    /** Takes what reads, and what knows made-up token ids. */
    public UncachedCheckReader(CompiledRecords records, IdTags tags) {
        this.records = records;
        this.tags = tags;
    }

    @Override
    public CheckView begin(String source) {
        return new View(records, tags);
    }

    /** A read whose answer is known by its key. */
    private record Read<T>(Object key, Function<Duration, CompletionStage<Lookup<T>>> start) {}

    private static final class View implements CheckView {
        private final CompiledRecords records;
        private final IdTags tags;
        private final Map<Object, Lookup<?>> known = new ConcurrentHashMap<>();
        private final Map<Object, Read<?>> asked = new LinkedHashMap<>();

        private View(CompiledRecords records, IdTags tags) {
            this.records = records;
            this.tags = tags;
        }

        @Override
        public Lookup<TenantRef> tenantOfHost(String host) {
            return ask(new Read<>(host, limit -> records.tenantOfHost(host, limit)));
        }

        @Override
        public Lookup<Tenant> tenant(TenantRef tenant) {
            return ask(new Read<>(tenant, limit -> records.tenant(tenant, limit)));
        }

        @Override
        public Lookup<Token> token(TokenId id) {
            return tags.isGenuine(id)
                    ? ask(new Read<>(id, limit -> records.token(id, limit)))
                    : new Lookup.NotFound<>();
        }

        @Override
        public Lookup<CompiledCatalog> catalog(Tenant.CatalogRef catalog) {
            return ask(new Read<>(catalog, limit -> records.catalog(catalog, limit)));
        }

        @SuppressWarnings("unchecked") // what is known by a key was read by it
        private <T> Lookup<T> ask(Read<T> read) {
            Lookup<?> found = known.get(read.key());
            if (found != null) {
                return (Lookup<T>) found;
            }
            asked.put(read.key(), read);
            return new Lookup.CannotTell<>(Reason.STORE_UNAVAILABLE, "not read yet");
        }

        @Override
        public boolean isComplete() {
            return asked.isEmpty();
        }

        @Override
        public CompletionStage<Void> load(Duration limit) {
            List<CompletableFuture<?>> all = new ArrayList<>(asked.size());
            asked.values().forEach(read -> all.add(read(read, limit)));
            asked.clear();
            return CompletableFuture.allOf(all.toArray(CompletableFuture<?>[]::new));
        }

        private <T> CompletableFuture<?> read(Read<T> read, Duration limit) {
            return read.start()
                    .apply(limit)
                    .thenAccept(found -> known.put(read.key(), found))
                    .toCompletableFuture();
        }

        @Override
        public boolean distrust() {
            return false;
        }

        @Override
        public Optional<Decision.CannotTell> doubt(Optional<OutagePolicy> policy) {
            return Optional.empty();
        }
    }
}
