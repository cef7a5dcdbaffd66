package io.keywarden.usage;

import io.keywarden.check.CheckObserver;
import io.keywarden.policy.Decision;
import io.keywarden.policy.Facts;
import io.keywarden.store.SecretUse;
import io.keywarden.store.UseWriter;
import io.keywarden.token.IpAddress;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Remembers when each secret was used last, and from where, and keeps that in the store. A use costs a check one look into a map;
 * {@link #flush} is for a thread of its own, which it blocks. What is not kept yet is lost with the process: at most what came
 * since the flush before, and the time within the last {@link #EVERY}.
 */
public final class SecretUses implements CheckObserver {
    /** How often {@link #flush} is to be called. */
    public static final Duration PERIOD = Duration.ofSeconds(2);
    /** How often the same use is kept at most: so how exact it is. */
    static final Duration EVERY = Duration.ofMinutes(1);
    /** How many secrets and addresses are remembered, about 200 bytes each. */
    static final int MOST = 100_000;
    /** How many secrets are sent to the store together. */
    private static final int TOGETHER = 100;

    private static final Duration LIMIT = Duration.ofSeconds(2);
    private static final Logger LOG = LoggerFactory.getLogger(SecretUses.class);

    private final UseWriter writer;
    private final InstantSource clock;
    private final Runnable onLost;
    private final Map<Place, Last> lasts = new ConcurrentHashMap<>();
    /** Only used by the thread that flushes. */
    private boolean failing;

    /**
     * Takes where it is kept.
     *
     * @param onLost is run for each use that was not remembered, since there are too many
     */
    public SecretUses(UseWriter writer, InstantSource clock, Runnable onLost) {
        this.writer = writer;
        this.clock = clock;
        this.onLost = onLost;
    }

    private record Place(SecretUse.Of of, Optional<IpAddress> address) {}

    /** When something was used last. */
    private static final class Last {
        private volatile long used;
        /** Up to when that is kept. Only used by the thread that flushes. */
        private long kept;
    }

    @Override
    public void checked(Decision decision, long nanos, Optional<String> requestTenant) {
        // Only of interest where a secret was right.
    }

    @Override
    public void used(Facts.Proven proven, Optional<IpAddress> address, Instant now) {
        Place place = new Place(new SecretUse.Of(proven.token().id(), proven.secretNumber()), address);
        Last last = lasts.get(place);
        if (last == null) {
            if (lasts.size() >= MOST) {
                onLost.run();
                return;
            }
            last = lasts.computeIfAbsent(place, none -> new Last());
        }
        long millis = now.toEpochMilli();
        if (millis > last.used) {
            // Two threads at once may leave the earlier one of two times that are next to each other.
            last.used = millis;
        }
    }

    /** Keeps what is due, and forgets what was kept and is not used any more. What the store does not take is due again. */
    public void flush() {
        flush(EVERY);
    }

    /** Keeps all that is not kept yet. */
    public void drain() {
        flush(Duration.ZERO);
    }

    private void flush(Duration every) {
        long now = clock.millis();
        Map<SecretUse.Of, List<SecretUse>> due = new HashMap<>();
        for (Iterator<Map.Entry<Place, Last>> all = lasts.entrySet().iterator(); all.hasNext(); ) {
            Map.Entry<Place, Last> next = all.next();
            Last last = next.getValue();
            long used = last.used;
            if (used > last.kept && now - last.kept >= every.toMillis()) {
                Place place = next.getKey();
                due.computeIfAbsent(place.of(), of -> new ArrayList<>())
                        .add(new SecretUse(place.of(), place.address(), Instant.ofEpochMilli(used)));
            } else if (used <= last.kept && now - used > 2 * EVERY.toMillis()) {
                all.remove();
            }
        }
        send(due);
    }

    private void send(Map<SecretUse.Of, List<SecretUse>> due) {
        List<Map.Entry<SecretUse.Of, List<SecretUse>>> all = new ArrayList<>(due.entrySet());
        boolean failed = false;
        for (int from = 0; from < all.size() && !failed; from += TOGETHER) {
            List<Map.Entry<SecretUse.Of, List<SecretUse>>> part =
                    all.subList(from, Math.min(from + TOGETHER, all.size()));
            List<CompletableFuture<Boolean>> sent = part.stream()
                    .map(entry ->
                            writer.use(entry.getKey(), entry.getValue(), LIMIT).toCompletableFuture())
                    .toList();
            for (int i = 0; i < part.size(); i++) {
                if (isKept(sent.get(i))) {
                    part.get(i).getValue().forEach(this::kept);
                } else {
                    failed = true;
                }
            }
        }
        if (failed && !failing) {
            LOG.warn("uses_not_kept secrets={}", all.size());
        }
        failing = failed;
    }

    private void kept(SecretUse use) {
        Last last = lasts.get(new Place(use.of(), use.address()));
        if (last != null) {
            last.kept = use.time().toEpochMilli();
        }
    }

    private static boolean isKept(CompletableFuture<Boolean> sent) {
        try {
            return sent.get(2 * LIMIT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        } catch (TimeoutException e) {
            return false;
        } catch (ExecutionException e) {
            throw new IllegalStateException("a store completed exceptionally (expected: never)", e);
        }
    }
}
