package io.keywarden.check;

import io.keywarden.check.CheckSettings.ClientAddressSource;
import io.keywarden.credential.RequestHeaders;
import io.keywarden.token.IpAddress;
import java.util.List;
import java.util.Optional;

/**
 * Where a request comes from: its peer, and the client behind it. A header counts only from a trusted peer, and only where
 * it is there once and as it should be; everything else leaves the address unknown, and an allowlist then refuses.
 *
 * @param trusted whether headers of the peer are believed
 * @param address the client's address; empty where it is not known
 */
record Origin(boolean trusted, Optional<IpAddress> address) {
    /** How many addresses a chain of proxies writes at most. */
    private static final int MAX_FORWARDED = 64;

    /**
     * Finds where a request comes from.
     *
     * @param source the address of the peer, as Envoy tells it
     */
    static Origin of(String source, RequestHeaders headers, CheckSettings settings) {
        Optional<IpAddress> peer = IpAddress.parse(source);
        boolean trusted = peer.isPresent() && settings.trustedPeers().contains(peer.get());
        return new Origin(trusted, address(peer, trusted, headers, settings.clientAddress()));
    }

    private static Optional<IpAddress> address(
            Optional<IpAddress> peer, boolean trusted, RequestHeaders headers, ClientAddressSource source) {
        if (source.kind() == ClientAddressSource.Kind.PEER) {
            return peer;
        }
        if (!trusted) {
            return Optional.empty();
        }
        return switch (source.kind()) {
            case PEER -> peer;
            case KEYWARDEN_HEADER -> only(headers.values("x-keywarden-client-ip"));
            case EXTERNAL_ADDRESS -> only(headers.values("x-envoy-external-address"));
            case FORWARDED_FOR -> forwarded(headers.values("x-forwarded-for"), source.hops());
        };
    }

    private static Optional<IpAddress> only(List<String> values) {
        return values.size() == 1 ? IpAddress.parse(values.get(0)) : Optional.empty();
    }

    /** The address that the outermost trusted proxy wrote down. */
    private static Optional<IpAddress> forwarded(List<String> values, int hops) {
        String[] chain = String.join(",", values).split(",", MAX_FORWARDED + 1);
        int index = chain.length - hops;
        return values.isEmpty() || chain.length > MAX_FORWARDED || index < 0
                ? Optional.empty()
                : IpAddress.parse(chain[index].strip());
    }
}
