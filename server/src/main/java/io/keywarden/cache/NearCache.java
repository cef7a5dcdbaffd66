package io.keywarden.cache;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.keywarden.cache.CacheObserver.Event;
import io.keywarden.cache.Entry.Answer;
import io.keywarden.cache.Entry.Known;
import io.keywarden.credential.IdTags;
import io.keywarden.policy.Decision;
import io.keywarden.policy.Reason;
import io.keywarden.store.Aliases;
import io.keywarden.store.CatalogLoader;
import io.keywarden.store.CheckReader;
import io.keywarden.store.CheckView;
import io.keywarden.store.Lookup;
import io.keywarden.store.RecordJudge;
import io.keywarden.store.RecordKey;
import io.keywarden.store.StoreMarker;
import io.keywarden.store.v1.AliasRecord.Namespace;
import io.keywarden.token.SlotTag;
import io.keywarden.token.TenantRef;
import io.keywarden.token.TokenId;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What this replica knows of the records: the generations that speak for them now, and those before them for as long as
 * something of theirs may be believed. It reads what is not known, within bounds. Safe for use by several threads; nothing
 * in it blocks.
 */
public final class NearCache implements CheckReader {
    private static final int REMEMBERED_ITEMS = 20_000;
    /** Whose reads those are that no check waits for. */
    private static final String NOBODY = "";

    private static final Decision.CannotTell NOT_BEGUN =
            new Decision.CannotTell(Reason.STORE_UNAVAILABLE, "no generation began yet");

    private final Needs needs;
    private final long hitAgeNanos;
    private final LongSupplier nanoClock;
    private final Loader loader;
    private final ReadBudget budget;
    private final Refreshes refreshes;
    private final FrozenGenerations frozen;
    /** Of hosts and of tenants' ids, since making their keys costs a digest. */
    private final Cache<Object, List<Item>> items;

    private final AtomicReference<@Nullable Routing> routing = new AtomicReference<>();

    /**
     * What it works with.
     *
     * @param judge tells records that are to be believed
     * @param marker what all replicas promise
     * @param aliases makes the keys of aliases
     * @param tags tells made-up token ids
     * @param work where records are verified and compiled, off the connections' threads; bounded by the reads in flight
     * @param observer is told what happens
     */
    public record Needs(
            RecordJudge judge,
            StoreMarker marker,
            Aliases aliases,
            IdTags tags,
            Executor work,
            CacheObserver observer) {}

    /** Makes one that knows nothing and has no generation. */
    public NearCache(Needs needs, CacheLimits limits) {
        this(needs, limits, System::nanoTime, Refreshes.afterPause());
    }

    /** Takes a clock, and what runs refreshes a little later, too. */
    NearCache(Needs needs, CacheLimits limits, LongSupplier nanoClock, Executor soon) {
        this.needs = needs;
        this.hitAgeNanos = limits.hitAge().toNanos();
        this.nanoClock = nanoClock;
        this.loader = new Loader(needs, nanoClock, new CatalogLoader());
        this.budget = new ReadBudget(limits);
        this.refreshes = new Refreshes(soon, limits.readsInFlight() / 4, this::refresh);
        this.frozen = new FrozenGenerations(nanoClock, this::longestKnownNanos);
        this.items = Caffeine.newBuilder()
                .maximumSize(REMEMBERED_ITEMS)
                .executor(Runnable::run)
                .build();
    }

    /**
     * From now on these generations speak for their slots. Those that did before and do not any more stay readable, frozen,
     * for as long as their leases and the outage policies allow.
     */
    public void use(Routing next) {
        Routing before = routing.getAndSet(next);
        if (before != null) {
            frozen.add(before, next);
        }
        for (Generation generation : next.generations()) {
            generation.succeed(former(generation, next.slotsOf(generation)));
        }
    }

    private Succession.Former former(Generation generation, Predicate<SlotTag> slots) {
        return new Succession.Former() {
            @Override
            public void forget(RecordKey key) {
                frozen.forget(key);
            }

            @Override
            public void forgetAll() {
                frozen.forgetAll(generation, slots);
            }
        };
    }

    /** Why no decision could be made right now, for readiness and for people; empty where it could. */
    public Optional<Decision.CannotTell> obstacle() {
        Routing now = routing.get();
        return now == null ? Optional.of(NOT_BEGUN) : doubt(now, nanoClock.getAsLong());
    }

    @Override
    public CheckView begin(String source) {
        frozen.prune();
        return new View(this, source);
    }

    @Nullable
    Routing routing() {
        return routing.get();
    }

    long nanoTime() {
        return nanoClock.getAsLong();
    }

    long longestKnownNanos() {
        return needs.marker().bounds().longestKnown().toNanos();
    }

    void note(Event event) {
        needs.observer().on(event);
    }

    void note(Event event, int times) {
        needs.observer().on(event, times);
    }

    /**
     * Until when this may be taken for the store that it was: until the lease of the marker's generation is over. Where that
     * one has not begun yet, as after a change of the topology, until the lease of the one before it is over.
     */
    long storeLeaseEnd(Routing now, long nowNanos) {
        Generation root = now.root();
        long leaseEnd = root.lease().endNanos();
        long end = root.isDiscarded() ? Lease.earlier(leaseEnd, nowNanos) : leaseEnd;
        if (end - nowNanos > 0) {
            return end;
        }
        // Any other reason is something that was found out about this store.
        boolean away = root.ended()
                .map(why -> why.reason() == Reason.STORE_UNAVAILABLE)
                .orElse(true);
        return away ? frozen.rootLeaseEnd(nowNanos, end) : end;
    }

    private Optional<Decision.CannotTell> doubt(Routing now, long nowNanos) {
        long over = nowNanos - storeLeaseEnd(now, nowNanos);
        if (over < 0) {
            return Optional.empty();
        }
        return now.root()
                .ended()
                .or(() -> Optional.of(new Decision.CannotTell(
                        Reason.STALE_STATE, "the lease is over since " + over / 1_000_000 + " ms")));
    }

    /** What says which tenant has a host: one of these does, as {@link Aliases#first} takes them. */
    List<Item> hostItems(String host) {
        List<Item> known = items.getIfPresent(host);
        return known == null ? remember(host, tenantNameItems(Namespace.HOST, host)) : known;
    }

    List<Item> tenantIdItems(String id) {
        TenantId name = new TenantId(id);
        List<Item> known = items.getIfPresent(name);
        return known == null ? remember(name, tenantNameItems(Namespace.TENANT_ID, id)) : known;
    }

    private List<Item> tenantNameItems(Namespace namespace, String name) {
        return needs.aliases().keys(namespace, name).stream()
                .<Item>map(key -> new Item.TenantNameItem(key, namespace, name))
                .toList();
    }

    List<Item> credentialIdItems(TenantRef tenant, byte[] name) {
        return tokenNameItems(
                Namespace.CREDENTIAL_ID, tenant, needs.aliases().keys(Namespace.CREDENTIAL_ID, tenant, name));
    }

    List<Item> secretItems(TenantRef tenant, List<byte[]> digests) {
        return tokenNameItems(
                Namespace.OPAQUE_SECRET, tenant, needs.aliases().keys(Namespace.OPAQUE_SECRET, tenant, digests));
    }

    private static List<Item> tokenNameItems(Namespace namespace, TenantRef tenant, List<RecordKey> keys) {
        return keys.stream()
                .<Item>map(key -> new Item.TokenNameItem(key, namespace, tenant.uid()))
                .toList();
    }

    /** Tells an id of a tenant from a host. */
    private record TenantId(String text) {}

    private List<Item> remember(Object name, List<Item> means) {
        items.put(name, means);
        return means;
    }

    boolean isGenuine(TokenId id) {
        return needs.tags().isGenuine(id);
    }

    /** What a generation knows and may still go by; a hit that is old is read again beside. */
    @Nullable
    Known known(Item item, Routing now, Generation generation, long nowNanos) {
        Entry entry = generation.entries().get(item.key());
        Known known = entry == null ? null : entry.known();
        // Asked after the entry was taken: what a discarded generation still learns is not believed either.
        if (known == null || generation.isDiscarded()) {
            return null;
        }
        long age = nowNanos - known.readNanos();
        if (Loader.isAbsent(known)) {
            return age > generation.lease().lengthNanos() ? null : known;
        }
        if (age > hitAgeNanos && entry == known && generation.isAlive() && isOld(item.key(), age)) {
            refreshes.add(item, known);
        }
        return known;
    }

    /** Reads a hit again, if it is still what a check would go by. */
    private CompletableFuture<?> refresh(Item item, Known old) {
        Routing now = routing.get();
        return now != null && now.of(item.key().slot()).entries().get(item.key()) == old
                ? loader.refresh(item, old, now, leave(NOBODY))
                : CompletableFuture.completedFuture(null);
    }

    /** Spread over a quarter more, so that what was read together is not read again together. */
    private boolean isOld(RecordKey key, long age) {
        return age > hitAgeNanos + (key.hashCode() & 0xFF) * (hitAgeNanos >> 10);
    }

    /** What an earlier generation knew, and until when it is to be believed without an outage policy. */
    FrozenGenerations.@Nullable Frozen frozen(RecordKey key, long nowNanos, long patienceNanos) {
        return frozen.find(key, nowNanos, patienceNanos);
    }

    /** Reads something for a check that does not know it, if the bounds let it. */
    CompletableFuture<Answer> read(Item item, Routing now, String source) {
        return refusal(item, now).orElseGet(() -> loader.load(item, now, leave(source)));
    }

    /** Reads something by a read that is sent from now on, if the bounds let it. */
    CompletableFuture<Answer> readAnew(Item item, Routing now, String source) {
        note(Event.RECHECK);
        return refusal(item, now).orElseGet(() -> loader.reloadAfter(item, now, nanoClock.getAsLong(), leave(source)));
    }

    private Optional<CompletableFuture<Answer>> refusal(Item item, Routing now) {
        long nowNanos = nanoClock.getAsLong();
        // With its own reason: a store that was exchanged is no store that is away.
        Optional<Decision.CannotTell> ended = now.of(item.key().slot()).ended();
        if (ended.isEmpty() && now.root().isDiscarded()) {
            ended = doubt(now, nowNanos);
        }
        return ended.map(why -> CompletableFuture.completedFuture(
                new Answer(new Lookup.CannotTell<>(why.reason(), why.detail()), nowNanos)));
    }

    private Loader.Leave leave(String source) {
        return () -> budget.take(source, nanoClock.getAsLong());
    }

    /** Reads something into the generation that speaks for it now, for who comes later. */
    void refill(Item item, Routing now) {
        CompletableFuture<Answer> unused = loader.load(item, now, leave(NOBODY));
    }
}
