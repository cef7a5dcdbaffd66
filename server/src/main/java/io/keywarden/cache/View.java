package io.keywarden.cache;

import io.keywarden.cache.CacheObserver.Event;
import io.keywarden.cache.Entry.Answer;
import io.keywarden.cache.Entry.Known;
import io.keywarden.policy.CompiledCatalog;
import io.keywarden.policy.Decision;
import io.keywarden.policy.Reason;
import io.keywarden.store.Aliases;
import io.keywarden.store.CheckView;
import io.keywarden.store.Lookup;
import io.keywarden.store.RecordKey;
import io.keywarden.token.OutagePolicy;
import io.keywarden.token.Owner;
import io.keywarden.token.SlotTag;
import io.keywarden.token.Tenant;
import io.keywarden.token.TenantRef;
import io.keywarden.token.Token;
import io.keywarden.token.TokenId;
import io.keywarden.token.Uid;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What one check knows. For everything that it takes from memory it reads the end of the lease first, then the memory; and
 * the clock last of all, in {@link #doubt}. So a push that came before is never missed, and a thread that slept in between
 * finds that the lease is over.
 */
final class View implements CheckView {
    private static final Lookup.CannotTell<?> UNANSWERED =
            new Lookup.CannotTell<>(Reason.STORE_UNAVAILABLE, "no answer in time");

    private final NearCache cache;
    private final String source;
    private final long beganNanos;
    private @Nullable Routing routing;
    /** Until when all that was taken may be believed; the earliest end counts. */
    private long trustedUntil;
    /** When the oldest of what was taken from memory was read. */
    private long oldestNanos;
    /** How often something was known, and not yet counted: a check costs less where all are counted at once. */
    private int hits;
    /** What this check read itself. */
    private Map<RecordKey, Own> own = Map.of();
    /** What it asked for and is not known. */
    private List<Item> wanted = List.of();
    /** Whether what is wanted was known, and is not gone by. */
    private boolean anew;
    /** The names that memory says mean no tenant. */
    private List<Item> nobodies = List.of();
    /** The names of the token, where memory says what they mean, or that they mean none. */
    private List<Item> namesFromMemory = List.of();
    /** The token, where memory says what it is, or that there is none. */
    private @Nullable Item tokenFromMemory;

    /** Something that was read, and until when it may be believed. */
    private record Own(Lookup<?> value, long untilNanos) {}

    View(NearCache cache, String source) {
        this.cache = cache;
        this.source = source;
        this.beganNanos = cache.nanoTime();
        start();
    }

    private void start() {
        routing = cache.routing();
        // This lease counts for every decision: the marker says which store this is.
        trustedUntil = routing == null ? beganNanos : cache.storeLeaseEnd(routing, beganNanos);
        oldestNanos = beganNanos;
        nobodies = List.of();
        namesFromMemory = List.of();
        tokenFromMemory = null;
    }

    @Override
    public Lookup<TenantRef> tenantOfHost(String host) {
        return Aliases.first(cache.hostItems(host), this::tenantNamed);
    }

    @Override
    public Lookup<TenantRef> tenantOfId(String id) {
        return Aliases.first(cache.tenantIdItems(id), this::tenantNamed);
    }

    private Lookup<TenantRef> tenantNamed(Item item) {
        Lookup<TenantRef> found = look(item);
        if (found instanceof Lookup.NotFound<?> && !own.containsKey(item.key())) {
            nobodies = nobodies.isEmpty() ? new ArrayList<>(2) : nobodies;
            nobodies.add(item);
        }
        return found;
    }

    @Override
    public Lookup<Owner> owner(SlotTag slot, Uid owner) {
        return look(new Item.OwnerItem(RecordKey.owner(slot, owner), owner));
    }

    @Override
    public Lookup<TokenId> tokenOfCredentialId(TenantRef tenant, String credentialId) {
        byte[] name = credentialId.getBytes(StandardCharsets.UTF_8);
        return Aliases.first(cache.credentialIdItems(tenant, name), this::tokenNamed);
    }

    @Override
    public Lookup<TokenId> tokenOfSecret(TenantRef tenant, List<byte[]> digests) {
        return Aliases.first(cache.secretItems(tenant, digests), this::tokenNamed);
    }

    private Lookup<TokenId> tokenNamed(Item item) {
        int before = wanted.size();
        Lookup<TokenId> found = look(item);
        if (wanted.size() == before && !own.containsKey(item.key())) {
            namesFromMemory = namesFromMemory.isEmpty() ? new ArrayList<>(2) : namesFromMemory;
            namesFromMemory.add(item);
        }
        return found;
    }

    @Override
    public Lookup<Tenant> tenant(TenantRef tenant) {
        return look(new Item.TenantItem(tenant));
    }

    @Override
    public Lookup<Token> token(TokenId id) {
        Item item = new Item.TokenItem(id);
        if (own.containsKey(item.key())) {
            return look(item);
        }
        int before = wanted.size();
        Lookup<Token> found = look(item);
        if (wanted.size() == before) {
            tokenFromMemory = item;
            return found;
        }
        // Only now: the tag of an id that is known was looked at when it was read.
        if (!cache.isGenuine(id)) {
            wanted.remove(before);
            return new Lookup.NotFound<>();
        }
        return found;
    }

    @Override
    public Lookup<CompiledCatalog> catalog(Tenant.CatalogRef catalog) {
        return look(new Item.CatalogItem(catalog));
    }

    // An item's lookup is of its own kind: its key says which, and nothing else is kept there.
    @SuppressWarnings("unchecked")
    private <T> Lookup<T> look(Item item) {
        return (Lookup<T>) find(item);
    }

    private Lookup<?> find(Item item) {
        Own read = own.get(item.key());
        if (read != null) {
            trust(read.untilNanos());
            return read.value();
        }
        Routing now = routing;
        if (now == null) {
            return Item.NOT_READ;
        }
        Generation generation = now.of(item.key().slot());
        long leaseEnd = generation.lease().endNanos();
        Known known = cache.known(item, now, generation, beganNanos);
        if (known == null) {
            return fromBefore(item, now, generation, leaseEnd);
        }
        trust(leaseEnd);
        return take(known);
    }

    /** Goes by an earlier generation, as long as its lease runs, or where this one's is over too. */
    private Lookup<?> fromBefore(Item item, Routing now, Generation generation, long leaseEnd) {
        long patience = beganNanos - leaseEnd < 0 ? 0 : cache.longestKnownNanos();
        FrozenGenerations.Frozen before = cache.frozen(item.key(), beganNanos, patience);
        if (before == null) {
            want(item);
            cache.note(Event.MISS);
            return Item.NOT_READ;
        }
        if (generation.isAlive()) {
            cache.refill(item, now);
        }
        trust(before.leaseEndNanos());
        return take(before.known());
    }

    private Lookup<?> take(Known known) {
        oldestNanos = Lease.earlier(known.readNanos(), oldestNanos);
        hits++;
        return known.value();
    }

    private void want(Item item) {
        if (wanted.isEmpty()) {
            wanted = new ArrayList<>(2);
        }
        wanted.add(item);
    }

    private void trust(long untilNanos) {
        trustedUntil = Lease.earlier(untilNanos, trustedUntil);
    }

    @Override
    public boolean isComplete() {
        return wanted.isEmpty();
    }

    @Override
    public CompletionStage<Void> load(Duration limit) {
        Routing now = cache.routing();
        List<Item> items = wanted;
        wanted = List.of();
        if (now == null || items.isEmpty()) {
            start();
            return CompletableFuture.completedFuture(null);
        }
        List<CompletableFuture<Answer>> reads = new ArrayList<>(items.size());
        for (Item item : items) {
            reads.add(anew ? cache.readAnew(item, now, source) : cache.read(item, now, source));
        }
        anew = false;
        return CompletableFuture.allOf(reads.toArray(CompletableFuture[]::new))
                .completeOnTimeout(null, limit.toNanos(), TimeUnit.NANOSECONDS)
                .thenAccept(unused -> take(now, items, reads));
    }

    private void take(Routing then, List<Item> items, List<CompletableFuture<Answer>> reads) {
        start();
        if (own.isEmpty()) {
            own = new HashMap<>();
        }
        for (int i = 0; i < items.size(); i++) {
            Item item = items.get(i);
            Answer answer = reads.get(i).getNow(new Answer(UNANSWERED, beganNanos));
            Lease lease = then.of(item.key().slot()).lease();
            // No longer than its own age allows, since no push can take it away from here; and no longer than the
            // lease.
            long ageEnd = answer.sentNanos() + lease.lengthNanos();
            long end = Lease.earlier(lease.endNanos(), ageEnd);
            // Nor than a master that it was sent on to was to be believed.
            long until = answer.untilNanos().isPresent()
                    ? Lease.earlier(end, answer.untilNanos().getAsLong())
                    : end;
            own.put(item.key(), new Own(answer.value(), until));
        }
    }

    @Override
    public boolean distrust() {
        Item token = tokenFromMemory;
        if (token != null) {
            want(token);
        }
        namesFromMemory.forEach(this::want);
        nobodies.forEach(this::want);
        anew = true;
        return !wanted.isEmpty();
    }

    @Override
    public Optional<Decision.CannotTell> doubt(Optional<OutagePolicy> policy) {
        cache.note(Event.HIT, hits);
        hits = 0;
        long over = cache.nanoTime() - trustedUntil;
        if (over < 0) {
            return Optional.empty();
        }
        Decision.CannotTell why = cache.obstacle()
                .orElseGet(() -> new Decision.CannotTell(
                        Reason.STALE_STATE, "the lease of what was read is over since " + over / 1_000 + " us"));
        long patience = policy.map(chosen -> Math.min(chosen.maxAge().toNanos(), cache.longestKnownNanos()))
                .orElse(0L);
        if (over < patience && why.reason() != Reason.RECORD_TAMPERED) {
            cache.note(Event.SERVED_KNOWN);
            return Optional.empty();
        }
        return Optional.of(why);
    }

    @Override
    public Duration age() {
        return oldestNanos == beganNanos ? Duration.ZERO : Duration.ofNanos(cache.nanoTime() - oldestNanos);
    }
}
