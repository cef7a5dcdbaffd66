package io.keywarden.envoyconfig;

import static java.util.Objects.requireNonNull;

import java.util.Optional;

/**
 * What Envoy needs to trust a TLS server, and to show who it is itself.
 *
 * @param caFile path of the PEM file with the trusted authorities, as Envoy sees it
 * @param serverName DNS name or IP address that the server's certificate must carry
 * @param identity Envoy's own certificate, where the server asks for one
 */
public record TlsTrust(String caFile, String serverName, Optional<ClientIdentity> identity) {

    public TlsTrust {
        requireNonNull(caFile, "caFile");
        requireNonNull(identity, "identity");
        requireServerName(serverName);
    }

    /** Whether the certificate is matched by an IP address, which is never sent as SNI. */
    boolean matchesAddress() {
        return requireServerName(serverName).isAddress();
    }

    private static HostPort requireServerName(String serverName) {
        return new HostPort(serverName, 0);
    }

    /** Paths of a PEM certificate chain and of its private key, as Envoy sees them. */
    public record ClientIdentity(String certificateFile, String keyFile) {

        public ClientIdentity {
            requireNonNull(certificateFile, "certificateFile");
            requireNonNull(keyFile, "keyFile");
        }
    }
}
