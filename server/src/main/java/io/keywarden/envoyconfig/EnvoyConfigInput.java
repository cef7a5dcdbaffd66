package io.keywarden.envoyconfig;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * All that one Envoy configuration depends on.
 *
 * @param gateway the tenants' listener
 * @param check where Keywarden answers checks
 * @param upstream the protected service
 * @param adminRest JSON over HTTP for the Admin API, where it is wanted
 * @param process what belongs to the Envoy process itself
 */
public record EnvoyConfigInput(
        Gateway gateway, Check check, Upstream upstream, Optional<AdminRest> adminRest, EnvoyProcess process) {

    public EnvoyConfigInput {
        requireNonNull(gateway, "gateway");
        requireNonNull(check, "check");
        requireNonNull(upstream, "upstream");
        requireNonNull(adminRest, "adminRest");
        requireNonNull(process, "process");
    }

    /**
     * The listener that tenants' clients call.
     *
     * @param credentialHeaders names of every header that may carry a credential: Envoy lets the check see and remove
     *     these, and no others
     * @param rateLimits what a token may do; one of a priority that is not among them has no limit
     * @param trustedHops how many proxies in front are trusted to report the client's address; 0: none
     * @param maxRequestHeadersKb limit of all headers of one request, in KiB. Envoy adds a few hundred bytes of its own
     *     before the check, so a request that ends just below the limit is answered 500
     */
    public record Gateway(
            HostPort address,
            List<String> credentialHeaders,
            List<RateLimit> rateLimits,
            int trustedHops,
            int maxRequestHeadersKb) {
        public static final int DEFAULT_MAX_REQUEST_HEADERS_KB = 64;
        /** Envoy's own limit for {@code max_request_headers_kb}. */
        private static final int HIGHEST_MAX_REQUEST_HEADERS_KB = 8192;

        private static final int HIGHEST_TRUSTED_HOPS = 16;
        private static final Pattern RESERVED = Pattern.compile(
                "(?:x-keywarden|x-envoy|x-forwarded)-.*|host|x-request-id|connection|transfer-encoding");
        private static final Pattern HEADER_NAME = Pattern.compile("[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?");

        public Gateway {
            requireNonNull(address, "address");
            credentialHeaders = credentialHeaders.stream()
                    .map(name -> name.toLowerCase(Locale.ROOT))
                    .sorted()
                    .distinct()
                    .toList();
            credentialHeaders.forEach(Gateway::requireHeaderName);
            rateLimits = List.copyOf(rateLimits);
            requirePrioritiesOnce(rateLimits);
            requireRange("trustedHops", trustedHops, HIGHEST_TRUSTED_HOPS);
            requireRange("maxRequestHeadersKb", maxRequestHeadersKb, HIGHEST_MAX_REQUEST_HEADERS_KB);
        }

        /** A gateway that trusts no proxy in front, has the usual limits, and none for tokens. */
        public static Gateway at(HostPort address, List<String> credentialHeaders) {
            return new Gateway(address, credentialHeaders, List.of(), 0, DEFAULT_MAX_REQUEST_HEADERS_KB);
        }

        /** The same with limits for tokens. */
        public Gateway withRateLimits(List<RateLimit> limits) {
            return new Gateway(address, credentialHeaders, limits, trustedHops, maxRequestHeadersKb);
        }

        private static void requirePrioritiesOnce(List<RateLimit> limits) {
            List<String> priorities =
                    limits.stream().map(RateLimit::priority).distinct().toList();
            if (priorities.size() < limits.size()) {
                throw new IllegalArgumentException("rate limits: " + limits + " (expected: each priority once)");
            }
        }

        private static void requireHeaderName(String name) {
            if (!HEADER_NAME.matcher(name).matches()) {
                throw new IllegalArgumentException(
                        "credential header: " + name + " (expected: letters, digits and inner dashes, no underscore)");
            }
            if (RESERVED.matcher(name).matches()) {
                throw new IllegalArgumentException(
                        "credential header: " + name + " (expected: none that Envoy or Keywarden writes or removes)");
            }
        }

        private static void requireRange(String what, int value, int highest) {
            if (value < 0 || value > highest) {
                throw new IllegalArgumentException(what + ": " + value + " (expected: 0 to " + highest + ")");
            }
        }
    }

    /**
     * How many requests each token of a priority may make in a second, through one Envoy.
     *
     * @param priority the word that Keywarden says
     * @param requestsPerSecond more is answered 429
     */
    public record RateLimit(String priority, int requestsPerSecond) {

        public RateLimit {
            if (priority.isBlank()) {
                throw new IllegalArgumentException("priority: blank (expected: a word)");
            }
            if (requestsPerSecond < 1) {
                throw new IllegalArgumentException(
                        "requestsPerSecond: " + requestsPerSecond + " (expected: at least 1)");
            }
        }
    }

    /**
     * The check server.
     *
     * @param timeout how long Envoy waits for a decision before it answers 503
     */
    public record Check(GrpcEndpoint endpoint, Duration timeout) {
        public static final Duration DEFAULT_TIMEOUT = Duration.ofMillis(250);

        public Check {
            requireNonNull(endpoint, "endpoint");
            requirePositive("timeout", timeout);
        }
    }

    /**
     * The service behind the gateway.
     *
     * @param timeout how long a whole answer may take; gRPC calls and upgrades have {@code maxStreamDuration} only
     * @param maxStreamDuration the longest life of one request, so also of a stream that was allowed at its start
     */
    public record Upstream(HostPort address, Protocol protocol, Duration timeout, Duration maxStreamDuration) {
        public static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(60);
        public static final Duration DEFAULT_MAX_STREAM_DURATION = Duration.ofMinutes(15);

        public Upstream {
            requireNonNull(address, "address");
            requireNonNull(protocol, "protocol");
            requirePositive("timeout", timeout);
            requirePositive("maxStreamDuration", maxStreamDuration);
        }

        /** What the upstream speaks, always in plaintext. */
        public enum Protocol {
            HTTP1("http_protocol_options"),
            HTTP2("http2_protocol_options");

            private final String option;

            Protocol(String option) {
                this.option = option;
            }

            String option() {
                return option;
            }
        }
    }

    /**
     * The listener that turns JSON into calls of the Admin API.
     *
     * @param services full names of the gRPC services to offer
     */
    public record AdminRest(HostPort address, GrpcEndpoint admin, ProtoDescriptor descriptor, List<String> services) {
        private static final Pattern SERVICE = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*(?:\\.[A-Za-z_][A-Za-z0-9_]*)+");

        public AdminRest {
            requireNonNull(address, "address");
            requireNonNull(admin, "admin");
            requireNonNull(descriptor, "descriptor");
            services = services.stream().sorted().distinct().toList();
            if (services.isEmpty()) {
                throw new IllegalArgumentException("services: none (expected: at least one full service name)");
            }
            services.forEach(AdminRest::requireServiceName);
        }

        private static void requireServiceName(String service) {
            if (!SERVICE.matcher(service).matches()) {
                throw new IllegalArgumentException(
                        "service: " + service + " (expected: a full name such as keywarden.admin.v1.TokenService)");
            }
        }
    }

    /**
     * The Envoy process.
     *
     * @param nodeId the name that this Envoy gives itself to a control plane and in traces
     * @param admin address of Envoy's own admin pages, which must never be reachable from outside
     */
    public record EnvoyProcess(String nodeId, HostPort admin) {

        public EnvoyProcess {
            requireNonNull(admin, "admin");
            if (nodeId.isBlank()) {
                throw new IllegalArgumentException("nodeId: blank (expected: a name)");
            }
        }
    }

    private static void requirePositive(String what, Duration value) {
        if (value.isNegative() || value.isZero()) {
            throw new IllegalArgumentException(what + ": " + value + " (expected: more than 0)");
        }
    }
}
