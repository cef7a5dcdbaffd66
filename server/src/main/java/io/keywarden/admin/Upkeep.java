package io.keywarden.admin;

import io.keywarden.store.IndexKey;
import io.keywarden.store.v1.AliasRecord.Namespace;
import io.keywarden.store.v1.ExpiryNotice;
import io.keywarden.store.v1.TenantRecord;
import io.keywarden.store.v1.TokenRecord;
import io.keywarden.token.Tenant;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Goes through all tokens round after round, a page at a time, and does what time alone makes due. Several admins may do so at
 * once: each commit is made by one of them. Used by one thread, which it blocks.
 */
public final class Upkeep {
    /** How often {@link #tick} is to be called. */
    public static final Duration PERIOD = Duration.ofSeconds(1);
    /** How long it rests after a round. */
    static final Duration REST = Duration.ofMinutes(10);
    /** How long it rests where the store is in its way. */
    static final Duration RETRY = Duration.ofSeconds(10);

    private static final Logger LOG = LoggerFactory.getLogger(Upkeep.class);
    /** How many tokens are read at once. */
    private static final int PAGE = 100;
    /** How many pages are looked at in a tick: a million tokens take about half an hour. */
    private static final int PAGES = 5;

    private final AdminStore store;
    private final Claims claims;
    private final TokenPages pages;
    private final Work work;
    private final RecordWrites writes;
    // Only used by the one thread, like what follows.
    private final Deque<String> tenants = new ArrayDeque<>();
    private String lastTenant = "";
    private String lastToken = "";
    private boolean isUnderWay;
    private Instant next = Instant.MIN;
    private Instant retry = Instant.MIN;
    private String lastObstacle = "";
    private final Deque<Pending> pending = new ArrayDeque<>();
    private int purged;
    private int noticed;
    private int expiring;
    private int dropped;

    Upkeep(AdminStore store, Claims claims, Work work, RecordWrites writes) {
        this.store = store;
        this.claims = claims;
        this.pages = new TokenPages(store);
        this.work = work;
        this.writes = writes;
    }

    /**
     * What it does with each token.
     *
     * @param purge ends those that were deleted long ago
     * @param notices tells of those that end soon
     * @param retention drops old events
     * @param moves takes things off keys that are not active any more, in rounds of its own
     * @param observer is told what was done
     */
    record Work(
            Purge purge, ExpiryNotices notices, HistoryRetention retention, KeyMoves moves, UpkeepObserver observer) {}

    /** A token that was read and not looked at yet. */
    private record Pending(Entry<TenantRecord> tenant, Entry<TokenRecord> token) {}

    /** Looks at the next tokens, unless it rests. What the store keeps it from is looked at in the next round. */
    public void tick() {
        if (writes.now().isBefore(retry)) {
            return;
        }
        String obstacle = "";
        try {
            work.moves().tick(work.observer());
            if (!writes.now().isBefore(next)) {
                turn();
            }
        } catch (AdminException e) {
            obstacle = e.failure().reasonName();
            retry = writes.now().plus(RETRY);
        }
        note(obstacle);
    }

    private void turn() {
        boolean more = true;
        for (int i = 0; i < PAGES && more; i++) {
            more = step();
        }
        if (!more) {
            end();
        }
    }

    /** Looks at a page; false where the round is over. */
    private boolean step() {
        if (!pending.isEmpty()) {
            // One of the page before could not be written.
            lookAtPending();
            return true;
        }
        if (tenants.isEmpty() && !findTenants()) {
            return false;
        }
        String id = tenants.element();
        boolean isFirst = lastToken.isEmpty();
        Optional<Entry<TenantRecord>> tenant = claims.find(new Claims.Name(Namespace.TENANT_ID, id))
                .map(stored -> Entry.of(stored, TenantRecord.parser()));
        if (tenant.isEmpty()) {
            advance("");
            return true;
        }
        if (isFirst) {
            dropped += work.retention().ofTenant(tenant.get());
        }
        IndexKey list =
                IndexKey.tokens(tenant.get().stored().key().slot(), tenant.get().uid());
        TokenPages.Part part = pages.part(list, lastToken, PAGE);
        // First: a record that cannot be read must not hold up all that come after it.
        advance(part.last());
        pages.read(tenant.get(), part, token -> pending.add(new Pending(tenant.get(), token)));
        lookAtPending();
        return true;
    }

    private void lookAtPending() {
        while (!pending.isEmpty()) {
            // First, here too.
            Pending first = pending.remove();
            look(first.tenant(), first.token());
        }
    }

    private void look(Entry<TenantRecord> tenant, Entry<TokenRecord> token) {
        if (work.purge().look(tenant, token)) {
            purged++;
            work.observer().purged();
            return;
        }
        if (work.retention().look(tenant, token.stored())) {
            dropped++;
            return;
        }
        Optional<ExpiryNotice> due = work.notices().due(tenant, token);
        if (due.isEmpty()) {
            return;
        }
        expiring++;
        if (work.notices().give(token, due.get())) {
            noticed++;
            work.observer().noticed();
        }
    }

    /** Goes on after a token; empty text for the next tenant. */
    private void advance(String last) {
        lastToken = last;
        if (last.isEmpty()) {
            tenants.remove();
        }
    }

    /** Finds the next tenants; tenant {@code system}, which is in no list, comes first. */
    private boolean findTenants() {
        if (!isUnderWay) {
            tenants.add(Tenant.SYSTEM);
            isUnderWay = true;
            return true;
        }
        tenants.addAll(store.list(IndexKey.TENANTS, lastTenant, PAGE));
        lastTenant = tenants.isEmpty() ? "" : tenants.getLast();
        return !tenants.isEmpty();
    }

    private void end() {
        if (purged > 0) {
            LOG.info("tokens_purged count={}", purged);
        }
        if (noticed > 0) {
            LOG.info("expiry_notices_made count={} expiring={}", noticed, expiring);
        }
        if (dropped > 0) {
            LOG.info("old_events_dropped histories={}", dropped);
        }
        work.observer().expiring(expiring);
        purged = 0;
        noticed = 0;
        expiring = 0;
        dropped = 0;
        isUnderWay = false;
        next = writes.now().plus(REST);
    }

    /** Each obstacle is logged once, when it comes; empty text for none. */
    private void note(String obstacle) {
        if (!obstacle.isEmpty() && !obstacle.equals(lastObstacle)) {
            LOG.warn("tokens_not_looked_after reason={}", obstacle);
        }
        lastObstacle = obstacle;
    }
}
