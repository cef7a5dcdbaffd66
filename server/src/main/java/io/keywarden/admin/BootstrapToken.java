package io.keywarden.admin;

import io.keywarden.credential.Proof;
import io.keywarden.credential.SecretHasher;
import io.keywarden.credential.TokenText;
import io.keywarden.token.Base62;
import io.keywarden.token.SecretDigest;
import io.keywarden.token.Token;
import io.keywarden.token.TokenId;
import io.keywarden.token.TokenRules;
import io.keywarden.token.TokenSecret;
import io.keywarden.token.TokenState;
import io.keywarden.token.TokenTimes;
import io.keywarden.token.Uid;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The first token, which may do everything: made when the store is founded, told to the operator in a file, and kept as a
 * digest outside of the store. It is never logged. Safe for use by several threads.
 */
public final class BootstrapToken {
    /** Who calls with it. */
    static final String PRINCIPAL = "bootstrap";
    /** What its text begins with. */
    static final String PREFIX = "kwroot";

    private static final HexFormat HEX = HexFormat.of();

    private final StateDir state;
    private final SecretHasher hasher;
    /** What it is compared with; null until it was read. Replaced as a whole. */
    private volatile @Nullable Token known;

    /** Takes the place where it is kept, and what compares secrets. */
    public BootstrapToken(StateDir state, SecretHasher hasher) {
        this.state = state;
        this.hasher = hasher;
    }

    /** Makes it for a store, and writes it to its files. */
    void make(Uid incarnation, SecureRandom random) throws IOException {
        StringBuilder id = new StringBuilder();
        for (int i = 0; i < TokenId.LENGTH; i++) {
            id.append(Base62.ALPHABET.charAt(random.nextInt(62)));
        }
        Uid uid = Uid.random(random);
        TokenSecret secret = TokenSecret.random(random);
        SecretHasher.Digest digest = hasher.digest(incarnation, uid, secret);
        state.writeBootstrap(
                new StateDir.Bootstrap(incarnation, id.toString(), uid, digest.pepper(), HEX.formatHex(digest.bytes())),
                TokenText.format(PREFIX, new TokenId(id.toString()), secret));
        known = null;
    }

    /** The store that it was made for; empty where it was not made, or its text is gone. */
    Optional<Uid> prepared() throws IOException {
        return state.hasBootstrapToken() ? state.bootstrap().map(StateDir.Bootstrap::incarnation) : Optional.empty();
    }

    /** Whether there is one for this store. */
    boolean isFor(Uid incarnation) throws IOException {
        return state.bootstrap()
                .filter(bootstrap -> bootstrap.incarnation().equals(incarnation))
                .isPresent();
    }

    /** Removes its files. */
    void remove() throws IOException {
        state.removeBootstrap();
        known = null;
    }

    /** Compares a presented token with it; takes the same time where there is none. */
    Proof.Kind prove(TokenText presented, Instant now) {
        Optional<Token> token = load().filter(kept -> kept.id().equals(presented.id()));
        Proof.Kind kind = hasher.prove(token, presented.secret(), now).kind();
        if (kind == Proof.Kind.PROVEN && token.isPresent()) {
            renew(token.get(), presented.secret());
        }
        return kind;
    }

    /** The id of the pepper of its digest; empty where there is none. */
    Optional<Integer> pepper() {
        return load().map(token -> token.secrets().get(0).pepper());
    }

    /** Whoever shows it shows its secret: its digest is made anew where its pepper is not the active one any more. */
    private void renew(Token token, TokenSecret secret) {
        if (token.secrets().get(0).pepper() == hasher.activePepper()) {
            return;
        }
        SecretHasher.Digest digest = hasher.digest(token.tenantUid(), token.uid(), secret);
        try {
            state.writeBootstrapDigest(new StateDir.Bootstrap(
                    token.tenantUid(), token.id().text(), token.uid(), digest.pepper(), HEX.formatHex(digest.bytes())));
        } catch (IOException e) {
            throw new UncheckedIOException("the bootstrap token's digest cannot be written", e);
        }
        known = null;
    }

    private Optional<Token> load() {
        Token token = known;
        if (token == null) {
            try {
                token = state.bootstrap().map(BootstrapToken::token).orElse(null);
            } catch (IOException e) {
                throw new UncheckedIOException("the bootstrap token's digest cannot be read", e);
            }
            known = token;
        }
        return Optional.ofNullable(token);
    }

    private static Token token(StateDir.Bootstrap kept) {
        SecretDigest digest = new SecretDigest(1, kept.pepper(), HEX.parseHex(kept.digest()), Optional.empty());
        return new Token(
                new TokenId(kept.id()),
                kept.uid(),
                kept.incarnation(),
                TokenState.ACTIVE,
                TokenTimes.from(Instant.EPOCH),
                TokenRules.NONE,
                List.of(),
                List.of(digest));
    }
}
