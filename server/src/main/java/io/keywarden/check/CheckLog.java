package io.keywarden.check;

import io.keywarden.policy.Decision;
import io.keywarden.policy.Facts;
import io.keywarden.policy.Reason;
import io.keywarden.policy.RequestPath;
import io.keywarden.token.IpAddress;
import io.keywarden.token.Operation;
import io.keywarden.token.TokenId;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes denied checks at debug, and at warn, at most once a second for each reason, those about which nothing could be
 * told. Writes no header and no query, and no path that is not in normal form, so that nobody writes into the log.
 */
final class CheckLog {
    private static final Logger LOG = LoggerFactory.getLogger(CheckLog.class);
    private static final long INTERVAL_NANOS = Duration.ofSeconds(1).toNanos();
    private static final int MAX_PATH = 256;

    private final LongSupplier nanoClock;
    private final Map<Reason, Throttle> throttles = new EnumMap<>(Reason.class);

    /** Takes the monotonic clock. */
    CheckLog(LongSupplier nanoClock) {
        this.nanoClock = nanoClock;
        for (Reason reason : Reason.values()) {
            throttles.put(reason, new Throttle());
        }
    }

    /** Writes what is to be written about an answered check. */
    void answered(CheckOutcome outcome) {
        if (outcome.decision() instanceof Decision.Deny deny) {
            denied(outcome, deny);
        } else if (outcome.decision() instanceof Decision.CannotTell unknown) {
            warn(unknown);
        }
    }

    /** Writes that a call could not be answered. */
    void failed(Throwable failure) {
        warn(new Decision.CannotTell(Reason.INTERNAL, "no answer " + describe(failure)));
    }

    /** Says which step failed: where and with what, but nothing that came from the request. */
    static String describe(Throwable failure) {
        Throwable cause = failure;
        while (cause instanceof CompletionException && cause.getCause() != null) {
            cause = cause.getCause();
        }
        StackTraceElement[] trace = cause.getStackTrace();
        return "exception=" + cause.getClass().getName() + " at=" + (trace.length == 0 ? "unknown" : trace[0]);
    }

    private static void denied(CheckOutcome outcome, Decision.Deny deny) {
        if (LOG.isDebugEnabled()) {
            LOG.debug(
                    "check denied reason={} token_id={} proven={} operation={} path={} address={} country={} client={}",
                    deny.reason(),
                    outcome.presented()
                            .flatMap(CheckOutcome.PresentedId::id)
                            .map(TokenId::text)
                            .orElse("none"),
                    deny.proven().isPresent(),
                    outcome.operation().map(Operation::id).orElse("none"),
                    outcome.request().path().map(CheckLog::shorten).orElse("none"),
                    request(outcome, Facts.Request::address)
                            .map(IpAddress::toString)
                            .orElse("unknown"),
                    request(outcome, Facts.Request::country).orElse("unknown"),
                    request(outcome, Facts.Request::client).orElse("unknown"));
        }
    }

    private static <T> Optional<T> request(CheckOutcome outcome, Function<Facts.Request, Optional<T>> part) {
        return outcome.facts().flatMap(facts -> part.apply(facts.request()));
    }

    private void warn(Decision.CannotTell unknown) {
        Throttle throttle = throttles.get(unknown.reason());
        if (throttle != null && throttle.opens(nanoClock.getAsLong())) {
            LOG.warn(
                    "check cannot tell reason={} detail=\"{}\" unwritten={}",
                    unknown.reason(),
                    unknown.detail(),
                    throttle.takeUnwritten());
        }
    }

    private static String shorten(RequestPath path) {
        String text = path.text();
        return text.length() <= MAX_PATH ? text : text.substring(0, MAX_PATH);
    }

    /** Opens once an interval. */
    private static final class Throttle {
        private final AtomicLong next = new AtomicLong(Long.MIN_VALUE);
        private final AtomicLong unwritten = new AtomicLong();

        private boolean opens(long now) {
            long opening = next.get();
            boolean due = opening == Long.MIN_VALUE || now - opening >= 0;
            if (due && next.compareAndSet(opening, now + INTERVAL_NANOS)) {
                return true;
            }
            unwritten.incrementAndGet();
            return false;
        }

        private long takeUnwritten() {
            return unwritten.getAndSet(0);
        }
    }
}
