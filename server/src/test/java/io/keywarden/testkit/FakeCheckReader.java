package io.keywarden.testkit;

import io.keywarden.credential.IdTags;
import io.keywarden.policy.CompiledCatalog;
import io.keywarden.policy.Decision;
import io.keywarden.policy.Reason;
import io.keywarden.store.CheckReader;
import io.keywarden.store.CheckView;
import io.keywarden.store.Lookup;
import io.keywarden.token.OutagePolicy;
import io.keywarden.token.Tenant;
import io.keywarden.token.TenantRef;
import io.keywarden.token.Token;
import io.keywarden.token.TokenId;
import io.keywarden.token.Uid;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/** Answers from maps, after a load for each thing that is not cached; single reads can be made to fail. */
public final class FakeCheckReader implements CheckReader {
    public final Map<String, TenantRef> hosts = new HashMap<>();
    public final Map<Uid, Tenant> tenants = new HashMap<>();
    public final Map<TokenId, Token> tokens = new HashMap<>();
    public final Map<Uid, CompiledCatalog> catalogs = new HashMap<>();
    /** What is known without a load: by host, tenant's uid, token id, catalog's uid. */
    public final Map<Object, Lookup<?>> cached = new HashMap<>();

    /** What was loaded, in the order in which it was asked for. */
    public final List<Read> reads = new ArrayList<>();
    /** The limit of each load. */
    public final List<Duration> limits = new ArrayList<>();
    /** Each source that began a check. */
    public final List<String> sources = new ArrayList<>();
    /** The policies that {@link CheckView#doubt} was asked with. */
    public final List<Optional<OutagePolicy>> policies = new ArrayList<>();

    public Optional<Decision.CannotTell> doubt = Optional.empty();
    /** Forgets at every load what the ones before have read. */
    public boolean forgetful;

    private final IdTags tags;
    private final Map<Read, RuntimeException> thrown = new EnumMap<>(Read.class);
    private final Map<Read, CompletionStage<?>> loads = new EnumMap<>(Read.class);
    private final Map<Read, Reason> reasons = new EnumMap<>(Read.class);

    /** Takes what knows made-up ids. */
    public FakeCheckReader(IdTags tags) {
        this.tags = tags;
    }

    /** The reads. */
    public enum Read {
        HOST,
        TENANT,
        TOKEN,
        CATALOG
    }

    /** Lets asking throw. */
    public void throwIn(Read read, RuntimeException failure) {
        thrown.put(read, failure);
    }

    /** Lets a load that reads it complete exceptionally, which no reader may do. */
    public void failIn(Read read, Throwable failure) {
        thrown.clear();
        loads.put(read, CompletableFuture.failedFuture(failure));
    }

    /** Lets a read not know. */
    public void cannotTellIn(Read read, Reason reason) {
        reasons.put(read, reason);
    }

    /** Lets a load that reads it end when the test says so. */
    public void endWith(Read read, CompletionStage<Void> load) {
        loads.put(read, load);
    }

    /** Makes all that is in the maps known without a load. */
    public void cacheAll() {
        hosts.forEach((host, tenant) -> cached.put(host, new Lookup.Found<>(tenant)));
        tenants.forEach((uid, tenant) -> cached.put(uid, new Lookup.Found<>(tenant)));
        tokens.forEach((id, token) -> cached.put(id, new Lookup.Found<>(token)));
        catalogs.forEach((uid, catalog) -> cached.put(uid, new Lookup.Found<>(catalog)));
    }

    @Override
    public CheckView begin(String source) {
        sources.add(source);
        return new View();
    }

    private final class View implements CheckView {
        private final Map<Object, Lookup<?>> known = new HashMap<>(cached);
        private final Set<Object> readHere = new HashSet<>();
        private final Map<Object, Supplier<Lookup<?>>> missing = new LinkedHashMap<>();
        private final Map<Object, Read> kinds = new LinkedHashMap<>();

        @Override
        public Lookup<TenantRef> tenantOfHost(String host) {
            return ask(Read.HOST, hosts, host);
        }

        @Override
        public Lookup<Tenant> tenant(TenantRef tenant) {
            return ask(Read.TENANT, tenants, tenant.uid());
        }

        @Override
        public Lookup<Token> token(TokenId id) {
            return tags.isGenuine(id) ? ask(Read.TOKEN, tokens, id) : new Lookup.NotFound<>();
        }

        @Override
        public Lookup<CompiledCatalog> catalog(Tenant.CatalogRef catalog) {
            return ask(Read.CATALOG, catalogs, catalog.uid());
        }

        @SuppressWarnings("unchecked") // what is known by a key was read from its map
        private <K, V> Lookup<V> ask(Read read, Map<K, V> map, K key) {
            if (thrown.containsKey(read)) {
                throw thrown.get(read);
            }
            kinds.put(key, read);
            Lookup<?> found = known.get(key);
            if (found != null) {
                return (Lookup<V>) found;
            }
            missing.put(key, () -> look(read, map, key));
            return new Lookup.CannotTell<>(Reason.INTERNAL, "not read yet");
        }

        private <K, V> Lookup<V> look(Read read, Map<K, V> map, K key) {
            if (reasons.containsKey(read)) {
                return new Lookup.CannotTell<>(reasons.get(read), "made so");
            }
            V value = map.get(key);
            return value == null ? new Lookup.NotFound<>() : new Lookup.Found<>(value);
        }

        @Override
        public boolean isComplete() {
            return missing.isEmpty();
        }

        @Override
        public CompletionStage<Void> load(Duration limit) {
            limits.add(limit);
            CompletionStage<?> end = CompletableFuture.completedFuture(null);
            for (Object key : missing.keySet()) {
                Read read = kinds.get(key);
                reads.add(read);
                end = loads.getOrDefault(read, end);
            }
            Map<Object, Supplier<Lookup<?>>> now = new LinkedHashMap<>(missing);
            missing.clear();
            return end.thenAccept(ended -> {
                if (forgetful) {
                    known.clear();
                }
                now.forEach((key, look) -> known.put(key, look.get()));
                readHere.addAll(now.keySet());
            });
        }

        /** Forgets the token and whose the host is, unless they were read for this check. */
        @Override
        public boolean distrust() {
            boolean forgot = false;
            for (Map.Entry<Object, Read> asked : kinds.entrySet()) {
                boolean distrusted = asked.getValue() == Read.TOKEN || asked.getValue() == Read.HOST;
                if (distrusted && readHere.add(asked.getKey())) {
                    known.remove(asked.getKey());
                    missing.put(asked.getKey(), again(asked.getKey(), asked.getValue()));
                    forgot = true;
                }
            }
            return forgot;
        }

        private Supplier<Lookup<?>> again(Object key, Read read) {
            return read == Read.TOKEN ? () -> look(read, tokens, (TokenId) key) : () -> look(read, hosts, (String) key);
        }

        @Override
        public Optional<Decision.CannotTell> doubt(Optional<OutagePolicy> policy) {
            policies.add(policy);
            return doubt;
        }
    }
}
