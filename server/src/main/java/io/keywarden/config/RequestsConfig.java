package io.keywarden.config;

import io.keywarden.policy.HostPattern;
import io.keywarden.policy.PathTemplate;
import io.keywarden.token.IpRanges;
import io.keywarden.token.OpenPath;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * What is known of the requests that checks are about: whom they are for, and where they come from.
 *
 * @param hostPatterns the hosts that name their tenant
 * @param tenantHeader the header in which a trusted peer names the tenant, in lower case; empty for none
 * @param trustedPeers the peers of Envoy whose headers are believed
 * @param clientIp where the client's address stands
 * @param hops which entry of {@code x-forwarded-for} it is, counted from 1 at the end; 0 for the other places
 * @param openPaths what needs no credential at any host
 */
public record RequestsConfig(
        List<HostPattern> hostPatterns,
        Optional<String> tenantHeader,
        IpRanges trustedPeers,
        ClientIp clientIp,
        int hops,
        List<OpenPath> openPaths) {
    private static final Pattern HEADER = Pattern.compile("[a-z0-9][a-z0-9_-]{0,62}");
    private static final Pattern METHODS = Pattern.compile("[A-Z]{1,16}(?:,[A-Z]{1,16})*");
    private static final int MAX_HOPS = 32;

    /** Where the client's address stands. */
    public enum ClientIp {
        /** What connects to Envoy. */
        PEER("peer"),
        /** The header that our configuration of Envoy computes. */
        KEYWARDEN_HEADER("x-keywarden-client-ip"),
        /** A header that Envoy computes. */
        EXTERNAL_ADDRESS("x-envoy-external-address"),
        /** The chain of proxies. */
        FORWARDED_FOR("x-forwarded-for");

        private final String text;

        ClientIp(String text) {
            this.text = text;
        }

        /** As it is written in the configuration. */
        public String text() {
            return text;
        }
    }

    /** Rejects headers that nobody could be trusted for. */
    public RequestsConfig {
        hostPatterns = List.copyOf(hostPatterns);
        openPaths = List.copyOf(openPaths);
        new Rules()
                .reject(
                        clientIp != ClientIp.PEER && trustedPeers.isEmpty(),
                        "requests.client_ip.source: " + clientIp.text()
                                + " without requests.trusted_peers (expected: who may set that header)")
                .reject(
                        tenantHeader.isPresent() && trustedPeers.isEmpty(),
                        "requests.tenant_header: without requests.trusted_peers (expected: who may set that header)")
                .reject(
                        clientIp == ClientIp.FORWARDED_FOR && (hops < 1 || hops > MAX_HOPS),
                        "requests.client_ip.hops: " + hops + " (expected: 1 to " + MAX_HOPS
                                + ", which entry of x-forwarded-for it is, counted from its end)")
                .reject(
                        clientIp != ClientIp.FORWARDED_FOR && hops != 0,
                        "requests.client_ip.hops: given beside requests.client_ip.source: " + clientIp.text()
                                + " (expected: x-forwarded-for)")
                .verify();
    }

    /** What holds when nothing is said: nobody is trusted, and what connects to Envoy is the client. */
    public static RequestsConfig defaults() {
        return new RequestsConfig(List.of(), Optional.empty(), IpRanges.EMPTY, ClientIp.PEER, 0, List.of());
    }

    static HostPattern hostPattern(String text) {
        return HostPattern.parse(text)
                .orElseThrow(() -> new IllegalArgumentException("'" + text + "' (expected: " + HostPattern.RULE + ")"));
    }

    static String header(String text) {
        String lower = text.toLowerCase(Locale.ROOT);
        if (!HEADER.matcher(lower).matches() || lower.startsWith("x-keywarden-")) {
            throw new IllegalArgumentException(
                    "'" + text + "' (expected: a header's name, such as x-tenant, that is none of ours)");
        }
        return lower;
    }

    static String cidr(String text) {
        return IpRanges.canonical(text)
                .orElseThrow(() -> new IllegalArgumentException("'" + text + "' (expected: " + IpRanges.RULE + ")"));
    }

    /** Reads methods and a path template, such as {@code GET,POST /healthz}. */
    static OpenPath openPath(String text) {
        int space = text.indexOf(' ');
        String methods = space < 0 ? "" : text.substring(0, space);
        String template = text.substring(space + 1);
        if (!METHODS.matcher(methods).matches()
                || PathTemplate.problem(template).isPresent()) {
            throw new IllegalArgumentException(
                    "'" + text
                            + "' (expected: methods, a space and a path template, such as GET,POST /healthz or GET /probe/{rest=**})");
        }
        return PathTemplate.parse(template).openPath(Set.of(methods.split(",")));
    }
}
