package io.keywarden.testkit;

import io.keywarden.credential.IdTags;
import io.keywarden.policy.CompiledCatalog;
import io.keywarden.policy.Decision;
import io.keywarden.policy.Reason;
import io.keywarden.store.CheckReader;
import io.keywarden.store.CheckView;
import io.keywarden.store.Lookup;
import io.keywarden.token.OutagePolicy;
import io.keywarden.token.Owner;
import io.keywarden.token.SlotTag;
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
import java.util.HexFormat;
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
    public final Map<Uid, Owner> owners = new HashMap<>();
    /** Whose an id of a tenant is. */
    public final Map<TenantName, TenantRef> tenantIds = new HashMap<>();
    /** Which token an id that a customer gave leads to, or the digest of a secret. */
    public final Map<TokenName, TokenId> tokenNames = new HashMap<>();
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
    /** How old it says that things are. */
    public Duration age = Duration.ZERO;
    /** Forgets at every load what the ones before have read. */
    public boolean forgetful;

    private static final Set<Read> NAMES = Set.of(Read.TOKEN, Read.HOST, Read.TENANT_ID, Read.TOKEN_NAME);

    private final IdTags tags;
    private final Map<Read, RuntimeException> thrown = new EnumMap<>(Read.class);
    private final Map<Read, CompletionStage<?>> loads = new EnumMap<>(Read.class);
    private final Map<Read, Reason> reasons = new EnumMap<>(Read.class);

    /** Takes what knows made-up ids. */
    public FakeCheckReader(IdTags tags) {
        this.tags = tags;
    }

    /** The id of a tenant. */
    public record TenantName(String id) {}

    /**
     * A name of a token in a tenant.
     *
     * @param text the id, or the digest of the secret as hexadecimal digits
     */
    public record TokenName(Uid tenant, String text) {
        /** The name that a secret is. */
        public static TokenName of(Uid tenant, byte[] digest) {
            return new TokenName(tenant, HexFormat.of().formatHex(digest));
        }
    }

    /** The reads. */
    public enum Read {
        HOST,
        TENANT_ID,
        TENANT,
        TOKEN_NAME,
        TOKEN,
        OWNER,
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
        owners.forEach((uid, owner) -> cached.put(uid, new Lookup.Found<>(owner)));
        tenantIds.forEach((name, tenant) -> cached.put(name, new Lookup.Found<>(tenant)));
        tokenNames.forEach((name, id) -> cached.put(name, new Lookup.Found<>(id)));
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
        public Lookup<TenantRef> tenantOfId(String id) {
            return ask(Read.TENANT_ID, tenantIds, new TenantName(id));
        }

        @Override
        public Lookup<TokenId> tokenOfCredentialId(TenantRef tenant, String credentialId) {
            return ask(Read.TOKEN_NAME, tokenNames, new TokenName(tenant.uid(), credentialId));
        }

        @Override
        public Lookup<TokenId> tokenOfSecret(TenantRef tenant, List<byte[]> digests) {
            return ask(Read.TOKEN_NAME, tokenNames, TokenName.of(tenant.uid(), digests.get(0)));
        }

        @Override
        public Lookup<Owner> owner(SlotTag slot, Uid owner) {
            return ask(Read.OWNER, owners, owner);
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

        /** Forgets the token and the names that led to it, unless they were read for this check. */
        @Override
        public boolean distrust() {
            boolean forgot = false;
            for (Map.Entry<Object, Read> asked : kinds.entrySet()) {
                boolean distrusted = NAMES.contains(asked.getValue());
                if (distrusted && readHere.add(asked.getKey())) {
                    known.remove(asked.getKey());
                    missing.put(asked.getKey(), again(asked.getKey(), asked.getValue()));
                    forgot = true;
                }
            }
            return forgot;
        }

        private Supplier<Lookup<?>> again(Object key, Read read) {
            return switch (read) {
                case TOKEN -> () -> look(read, tokens, (TokenId) key);
                case TENANT_ID -> () -> look(read, tenantIds, (TenantName) key);
                case TOKEN_NAME -> () -> look(read, tokenNames, (TokenName) key);
                case HOST, TENANT, OWNER, CATALOG -> () -> look(read, hosts, (String) key);
            };
        }

        @Override
        public Optional<Decision.CannotTell> doubt(Optional<OutagePolicy> policy) {
            policies.add(policy);
            return doubt;
        }

        @Override
        public Duration age() {
            return age;
        }
    }
}
