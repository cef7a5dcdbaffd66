package io.keywarden.admin;

import io.grpc.Attributes;
import io.grpc.Grpc;
import io.grpc.Metadata;
import io.keywarden.admin.AdminFailure.NotAuthenticated;
import io.keywarden.admin.AdminFailure.StoreFailed.Effect;
import io.keywarden.credential.TokenText;
import io.keywarden.policy.Reason;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Finds out who makes a call: by the token in {@code authorization}, or, where there is none, by the client certificate of the
 * connection. A token that is refused is never made up for by a certificate.
 */
final class Callers {
    private static final Metadata.Key<String> AUTHORIZATION =
            Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);
    private static final String SCHEME = "bearer ";
    private static final int MAX_CREDENTIAL = 512;

    private final BootstrapToken bootstrap;
    private final TokenCallers tokens;
    private final CertificateCallers certificates;
    private final InstantSource clock;

    Callers(BootstrapToken bootstrap, TokenCallers tokens, CertificateCallers certificates, InstantSource clock) {
        this.bootstrap = bootstrap;
        this.tokens = tokens;
        this.certificates = certificates;
        this.clock = clock;
    }

    /**
     * Who makes a call.
     *
     * @param peer the address that it came from
     * @param use what it is for
     * @throws AdminException if nobody is known to, or that cannot be told
     */
    Caller find(Metadata headers, Attributes connection, String peer, TokenCallers.Use use) {
        List<String> values = new ArrayList<>();
        Iterable<String> all = headers.getAll(AUTHORIZATION);
        if (all != null) {
            all.forEach(values::add);
        }
        if (values.isEmpty()) {
            return certificates
                    .find(connection.get(Grpc.TRANSPORT_ATTR_SSL_SESSION), peer)
                    .orElseThrow(() -> refused(Reason.MISSING_CREDENTIAL));
        }
        if (values.size() > 1 || values.get(0).indexOf(',') >= 0) {
            throw refused(Reason.DUPLICATE_CREDENTIAL);
        }
        TokenText presented = parse(values.get(0)).orElseThrow(() -> refused(Reason.MALFORMED_CREDENTIAL));
        return switch (bootstrap.prove(presented, clock.instant())) {
            case PROVEN -> new Caller(BootstrapToken.PRINCIPAL, peer, Rights.EVERYTHING);
            case WRONG, ENDED -> tokens.prove(presented, peer, use);
            case UNKNOWN_PEPPER -> throw AdminStore.failed(Reason.INTERNAL, Effect.NOTHING_WRITTEN);
        };
    }

    private static Optional<TokenText> parse(String value) {
        if (value.length() > MAX_CREDENTIAL || !value.toLowerCase(Locale.ROOT).startsWith(SCHEME)) {
            return Optional.empty();
        }
        return TokenText.parse(value.substring(SCHEME.length()).strip());
    }

    private static AdminException refused(Reason reason) {
        return new AdminException(new NotAuthenticated(reason));
    }
}
