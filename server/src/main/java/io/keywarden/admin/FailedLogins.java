package io.keywarden.admin;

import io.keywarden.token.IpAddress;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Counts credentials that were refused, for each address that they came from. It is asked only about a call that has failed
 * already, so a right credential passes whatever others at its address try. Safe for use by several threads.
 */
final class FailedLogins {
    /** How many may fail in a window before callers are told to wait. */
    static final int MOST = 10;
    /** How long a window is, and how often at most a line is logged. */
    static final Duration WINDOW = Duration.ofMinutes(1);
    /** How many addresses are remembered: the ones that were seen first are forgotten first. */
    static final int MOST_PEERS = 10_000;

    private static final Logger LOG = LoggerFactory.getLogger(FailedLogins.class);

    private final InstantSource clock;
    // All that follows is guarded by "this".
    private final Map<String, Window> windows = new LinkedHashMap<>();
    private Instant nextLine = Instant.MIN;
    private long notLogged;

    private record Window(Instant start, int failures) {
        /** A wall clock can step back: then a window begins anew. */
        private boolean isOpen(Instant now) {
            return !now.isBefore(start) && now.isBefore(start.plus(WINDOW));
        }
    }

    FailedLogins(InstantSource clock) {
        this.clock = clock;
    }

    /** Counts a failure, and answers how long to wait; empty where there were not too many. */
    synchronized Optional<Duration> failed(String peer) {
        Instant now = clock.instant();
        String network = network(peer);
        Optional<Window> before = Optional.ofNullable(windows.get(network)).filter(window -> window.isOpen(now));
        boolean over = before.isEmpty();
        Window window = before.map(open -> new Window(open.start(), open.failures() + 1))
                .orElseGet(() -> new Window(now, 1));
        if (over) {
            windows.remove(network);
            forget();
        }
        windows.put(network, window);
        if (window.failures() <= MOST) {
            return Optional.empty();
        }
        tell(network, now);
        return Optional.of(Duration.between(now, window.start().plus(WINDOW)));
    }

    /** How many addresses are remembered. */
    synchronized int peers() {
        return windows.size();
    }

    private void forget() {
        if (windows.size() >= MOST_PEERS) {
            windows.remove(windows.keySet().iterator().next());
        }
    }

    private void tell(String network, Instant now) {
        notLogged++;
        if (!now.isBefore(nextLine)) {
            LOG.warn("admin_logins_limited refused={} last_peer={}", notLogged, network);
            notLogged = 0;
            nextLine = now.plus(WINDOW);
        }
    }

    /** Whoever has an IPv6 address has 2^64 of them. */
    private static String network(String peer) {
        return IpAddress.parse(peer)
                .filter(address -> !address.isIpv4())
                .map(address -> new IpAddress(address.high(), 0).toString())
                .orElse(peer);
    }
}
