package io.keywarden.admin;

import io.keywarden.token.IpAddress;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Counts credentials that were refused, for each address that they came from. It is asked only about a call that has failed
 * already, so a right credential passes whatever others at its address try. Safe for use by several threads.
 */
final class FailedLogins {
    /** How many may fail in a minute before callers are told to wait. */
    static final int MOST = 10;

    private static final Logger LOG = LoggerFactory.getLogger(FailedLogins.class);

    private final CallWindows windows;
    private final InstantSource clock;
    // All that follows is guarded by "this".
    private Instant nextLine = Instant.MIN;
    private long notLogged;

    FailedLogins(InstantSource clock) {
        this.windows = new CallWindows(MOST, clock);
        this.clock = clock;
    }

    /** Counts a failure, and answers how long to wait; empty where there were not too many. */
    Optional<Duration> failed(String peer) {
        String network = network(peer);
        Optional<Duration> wait = windows.count(network);
        if (wait.isPresent()) {
            tell(network);
        }
        return wait;
    }

    /** How many addresses are remembered. */
    int peers() {
        return windows.callers();
    }

    /** Once a minute at most. */
    private synchronized void tell(String network) {
        Instant now = clock.instant();
        notLogged++;
        if (!now.isBefore(nextLine)) {
            LOG.warn("admin_logins_limited refused={} last_peer={}", notLogged, network);
            notLogged = 0;
            nextLine = now.plus(CallWindows.LENGTH);
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
