package io.keywarden.check;

import io.keywarden.policy.CountryLookup;
import io.keywarden.policy.HostPattern;
import io.keywarden.token.IpRanges;
import io.keywarden.token.OpenPath;
import java.util.List;
import java.util.Optional;

/**
 * What a deployment says about its requests.
 *
 * @param hostPatterns the hosts that name their tenant
 * @param tenantHeader the header in which a trusted peer names the tenant, in lower case; empty for none
 * @param trustedPeers whose headers are believed about the tenant, the client and the client's address
 * @param clientAddress where the client's address stands
 * @param openPaths what needs no credential at any host, such as the probes of load balancers
 * @param countries tells the country of an address
 */
public record CheckSettings(
        List<HostPattern> hostPatterns,
        Optional<String> tenantHeader,
        IpRanges trustedPeers,
        ClientAddressSource clientAddress,
        List<OpenPath> openPaths,
        CountryLookup countries) {
    /** What holds when nothing is said: nobody is trusted, and the peer is the client. */
    public static final CheckSettings DEFAULT = new CheckSettings(
            List.of(), Optional.empty(), IpRanges.EMPTY, ClientAddressSource.PEER, List.of(), CountryLookup.NONE);

    /** Copies the lists. */
    public CheckSettings {
        hostPatterns = List.copyOf(hostPatterns);
        openPaths = List.copyOf(openPaths);
    }

    /**
     * Where the address of the client stands.
     *
     * @param kind the place
     * @param hops which entry of {@code x-forwarded-for} it is, counted from 1 at the end; 0 at the other places
     */
    public record ClientAddressSource(Kind kind, int hops) {
        /** The peer of Envoy. */
        public static final ClientAddressSource PEER = new ClientAddressSource(Kind.PEER, 0);

        /** The places. */
        public enum Kind {
            /** The peer of Envoy: what connects to it. */
            PEER,
            /** {@code x-keywarden-client-ip}, which our configuration of Envoy computes and overwrites. */
            KEYWARDEN_HEADER,
            /** {@code x-envoy-external-address}. */
            EXTERNAL_ADDRESS,
            /** {@code x-forwarded-for}, counted from its end. */
            FORWARDED_FOR
        }
    }
}
