package io.keywarden.admin;

import java.security.cert.Certificate;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/**
 * Knows callers by their client certificates. The TLS stack has verified those already; here it is looked up who is listed. A
 * certificate that is not, or that two entries name, is nobody's.
 */
final class CertificateCallers {
    private static final int DNS = 2;
    private static final int URI = 6;

    private final List<CertificateIdentity> identities;

    CertificateCallers(List<CertificateIdentity> identities) {
        this.identities = List.copyOf(identities);
    }

    /** Who is at the other end of a connection; empty where nobody is known to be. */
    Optional<Caller> find(@Nullable SSLSession session, String peer) {
        return session == null || identities.isEmpty()
                ? Optional.empty()
                : leaf(session).flatMap(certificate -> find(certificate, peer));
    }

    /** Whose certificate it is; empty where it is nobody's. */
    Optional<Caller> find(X509Certificate certificate, String peer) {
        Collection<List<?>> names = names(certificate);
        List<CertificateIdentity> named = identities.stream()
                .filter(identity -> names.stream().anyMatch(name -> isNamed(identity.san(), name)))
                .toList();
        return named.size() == 1 ? Optional.of(caller(named.get(0), peer)) : Optional.empty();
    }

    private static Caller caller(CertificateIdentity identity, String peer) {
        return new Caller("certificate:" + identity.san(), peer, identity.rights())
                .watching(Set.copyOf(identity.tokens()));
    }

    private static Optional<X509Certificate> leaf(SSLSession session) {
        try {
            Certificate[] chain = session.getPeerCertificates();
            return chain.length > 0 && chain[0] instanceof X509Certificate certificate
                    ? Optional.of(certificate)
                    : Optional.empty();
        } catch (SSLPeerUnverifiedException e) {
            // The client showed none: then the call needs a token.
            return Optional.empty();
        }
    }

    private static Collection<List<?>> names(X509Certificate certificate) {
        try {
            Collection<List<?>> names = certificate.getSubjectAlternativeNames();
            return names == null ? List.of() : names;
        } catch (CertificateParsingException e) {
            // Names that cannot be read are nobody's.
            return List.of();
        }
    }

    /** A name is a pair of its type and its value. Host names are the same in any case; a wildcard stands for nothing here. */
    private static boolean isNamed(String san, List<?> name) {
        boolean uri = san.contains("://");
        Object type = name.get(0);
        String value = String.valueOf(name.get(1));
        return uri
                ? Integer.valueOf(URI).equals(type) && value.equals(san)
                : Integer.valueOf(DNS).equals(type)
                        && value.toLowerCase(Locale.ROOT).equals(san.toLowerCase(Locale.ROOT));
    }
}
