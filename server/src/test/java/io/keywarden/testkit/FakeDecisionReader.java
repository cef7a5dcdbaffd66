package io.keywarden.testkit;

import io.keywarden.policy.CompiledCatalog;
import io.keywarden.policy.Reason;
import io.keywarden.store.DecisionReader;
import io.keywarden.store.Lookup;
import io.keywarden.token.Tenant;
import io.keywarden.token.TenantRef;
import io.keywarden.token.Token;
import io.keywarden.token.TokenId;
import io.keywarden.token.Uid;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/** Answers from maps; single reads can be made to fail. */
public final class FakeDecisionReader implements DecisionReader {
    public final Map<String, TenantRef> hosts = new HashMap<>();
    public final Map<Uid, Tenant> tenants = new HashMap<>();
    public final Map<TokenId, Token> tokens = new HashMap<>();
    public final Map<Uid, CompiledCatalog> catalogs = new HashMap<>();
    public final List<Read> reads = new ArrayList<>();
    public final List<Duration> limits = new ArrayList<>();

    private final Map<Read, Supplier<CompletionStage<?>>> failures = new EnumMap<>(Read.class);

    /** The reads. */
    public enum Read {
        HOST,
        TENANT,
        TOKEN,
        CATALOG
    }

    /** Lets a read throw. */
    public void throwIn(Read read, RuntimeException thrown) {
        failures.put(read, () -> {
            throw thrown;
        });
    }

    /** Lets a read's stage complete exceptionally. */
    public void failIn(Read read, Throwable failure) {
        failures.put(read, () -> CompletableFuture.failedFuture(failure));
    }

    /** Lets a read not know. */
    public void cannotTellIn(Read read, Reason reason) {
        failures.put(read, () -> CompletableFuture.completedFuture(new Lookup.CannotTell<>(reason, "made so")));
    }

    /** Lets a read answer when the test says so. */
    public void answerWith(Read read, CompletionStage<?> stage) {
        failures.put(read, () -> stage);
    }

    @Override
    public CompletionStage<Lookup<TenantRef>> tenantOfHost(String host, Duration limit) {
        return answer(Read.HOST, hosts, host, limit);
    }

    @Override
    public CompletionStage<Lookup<Tenant>> tenant(TenantRef tenant, Duration limit) {
        return answer(Read.TENANT, tenants, tenant.uid(), limit);
    }

    @Override
    public CompletionStage<Lookup<Token>> token(TokenId id, Duration limit) {
        return answer(Read.TOKEN, tokens, id, limit);
    }

    @Override
    public CompletionStage<Lookup<CompiledCatalog>> catalog(Tenant.CatalogRef catalog, Duration limit) {
        return answer(Read.CATALOG, catalogs, catalog.uid(), limit);
    }

    @SuppressWarnings("unchecked") // a failure holds no value of the type
    private <K, V> CompletionStage<Lookup<V>> answer(Read read, Map<K, V> map, K key, Duration limit) {
        reads.add(read);
        limits.add(limit);
        if (failures.containsKey(read)) {
            return (CompletionStage<Lookup<V>>) failures.get(read).get();
        }
        V value = map.get(key);
        return CompletableFuture.completedFuture(value == null ? new Lookup.NotFound<>() : new Lookup.Found<>(value));
    }
}
