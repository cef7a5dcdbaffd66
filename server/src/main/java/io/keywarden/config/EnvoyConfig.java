package io.keywarden.config;

import java.time.Duration;
import java.util.List;
import java.util.Locale;

/**
 * What {@code keywarden envoy-config} needs to know beside the rest.
 *
 * @param gatewayListen where tenants' requests arrive
 * @param upstream what is protected
 * @param adminRestListen where the Admin API is served as REST
 * @param envoyAdminListen where Envoy's own admin pages are
 * @param credentialHeaders the headers in which credentials may stand, lower case
 * @param rateLimits what a token may do; one of a priority that is not among them has no limit
 * @param checkOver how Envoy reaches check
 * @param checkTimeout how long Envoy waits for a check
 * @param maxStreamDuration how long a stream lives: it is checked once, when it begins
 */
public record EnvoyConfig(
        HostPort gatewayListen,
        HostPort upstream,
        HostPort adminRestListen,
        HostPort envoyAdminListen,
        List<String> credentialHeaders,
        List<RateLimit> rateLimits,
        CheckOver checkOver,
        Duration checkTimeout,
        Duration maxStreamDuration) {
    /** Where tenants' requests arrive when nothing is said. */
    public static final HostPort DEFAULT_GATEWAY_LISTEN = new HostPort("127.0.0.1", 10000);
    /** What is protected when nothing is said. */
    public static final HostPort DEFAULT_UPSTREAM = new HostPort("127.0.0.1", 8080);
    /** Where the Admin API is served as REST when nothing is said. */
    public static final HostPort DEFAULT_ADMIN_REST_LISTEN = new HostPort("127.0.0.1", 10001);
    /** Where Envoy's own admin pages are when nothing is said. */
    public static final HostPort DEFAULT_ENVOY_ADMIN_LISTEN = new HostPort("127.0.0.1", 9901);
    /** The headers of credentials when nothing is said. */
    public static final List<String> DEFAULT_CREDENTIAL_HEADERS = List.of("authorization", "x-api-key");
    /** How Envoy reaches check when nothing is said. */
    public static final CheckOver DEFAULT_CHECK_OVER = CheckOver.TCP;
    /** How long Envoy waits for a check when nothing is said. */
    public static final Duration DEFAULT_CHECK_TIMEOUT = Duration.ofMillis(250);
    /** How long a stream lives when nothing is said. */
    public static final Duration DEFAULT_MAX_STREAM_DURATION = Duration.ofMinutes(15);

    private static final String HEADER_FORM = "[a-z0-9][a-z0-9-]{0,62}";

    /** How Envoy reaches check. */
    public enum CheckOver {
        /** At {@code check.listen}. */
        TCP,
        /** At {@code check.socket}. */
        SOCKET;

        /** The name in the configuration. */
        public String text() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** Copies the lists; rejects what Envoy could not take. */
    public EnvoyConfig {
        credentialHeaders = List.copyOf(credentialHeaders);
        rateLimits = List.copyOf(rateLimits);
        Rules rules = new Rules();
        for (String header : credentialHeaders) {
            rules.reject(
                    !header.matches(HEADER_FORM),
                    "envoy.credential_headers: '" + header
                            + "' (expected: a header's name in lower case, such as x-api-key)");
        }
        long priorities =
                rateLimits.stream().map(RateLimit::priority).distinct().count();
        rules.reject(priorities < rateLimits.size(), "envoy.rate_limits: a priority twice (expected: each once)");
        rules.reject(credentialHeaders.isEmpty(), "envoy.credential_headers: none (expected: at least one)")
                .rejectOutside("envoy.check_timeout", checkTimeout, Duration.ofMillis(10), Duration.ofSeconds(10))
                .rejectOutside(
                        "envoy.max_stream_duration", maxStreamDuration, Duration.ofSeconds(1), Duration.ofHours(24))
                .verify();
    }

    /** What holds when nothing is said. */
    public static EnvoyConfig defaults() {
        return new EnvoyConfig(
                DEFAULT_GATEWAY_LISTEN,
                DEFAULT_UPSTREAM,
                DEFAULT_ADMIN_REST_LISTEN,
                DEFAULT_ENVOY_ADMIN_LISTEN,
                DEFAULT_CREDENTIAL_HEADERS,
                List.of(),
                DEFAULT_CHECK_OVER,
                DEFAULT_CHECK_TIMEOUT,
                DEFAULT_MAX_STREAM_DURATION);
    }
}
