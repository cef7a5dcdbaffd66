package io.keywarden.credential;

import io.keywarden.credential.Credential.Claim;
import io.keywarden.credential.Credential.Presented;
import io.keywarden.token.CredentialSource.Form;
import io.keywarden.token.TokenId;
import io.keywarden.token.TokenSecret;
import java.util.Optional;

/** The ways in which credentials are written: ours, and those that a customer brings along. */
public final class CredentialForms {
    /**
     * How many characters a credential of a customer's own has at most, its id and the colon included: as many as fit into a
     * header behind the longest scheme.
     */
    public static final int MAX_FOREIGN = CredentialParser.MAX_LENGTH - 64;

    /** What the id that a customer gives to a credential has to be. */
    public static final String CREDENTIAL_ID_RULE =
            "1 to 63 characters of A-Z, a-z, 0-9 and -, a letter or digit first,"
                    + " and not the form of a token's id, " + TokenId.LENGTH + " letters and digits";

    private static final int MAX_CREDENTIAL_ID = 63;

    private CredentialForms() {}

    /**
     * Whether a text can be the id that a customer gives to a credential. What has the form of an id of ours can't: it is
     * always read as one, also where nobody with a key made it.
     */
    public static boolean isCredentialId(String text) {
        boolean begun = !text.isEmpty() && text.length() <= MAX_CREDENTIAL_ID && isLetterOrDigit(text.charAt(0));
        for (int i = 1; begun && i < text.length(); i++) {
            begun = isLetterOrDigit(text.charAt(i)) || text.charAt(i) == '-';
        }
        return begun && !TokenId.isTokenId(text);
    }

    /** Whether a text can be a secret that a customer brings along: visible ASCII characters, no comma among them. */
    public static boolean isForeignSecret(String text) {
        boolean secret = !text.isEmpty() && text.length() <= MAX_FOREIGN;
        for (int i = 0; secret && i < text.length(); i++) {
            char c = text.charAt(i);
            secret = c > ' ' && c < 0x7F && c != ',';
        }
        return secret;
    }

    /** Reads a credential; empty where it is not written in this form. */
    static Optional<Presented> read(Form form, String text, Hiding hiding) {
        return switch (form) {
            case TOKEN -> ours(TokenText.parse(text), hiding);
            case ID_AND_SECRET -> ours(TokenText.parsePair(text), hiding).or(() -> named(text, hiding));
            case OPAQUE -> ours(TokenText.parse(text), hiding).or(() -> opaque(text, hiding));
        };
    }

    private static Optional<Presented> ours(Optional<TokenText> token, Hiding hiding) {
        return token.map(ours -> new Presented(new Claim.OfToken(ours.id()), ours.secret(), hiding));
    }

    /** The first colon ends the id, since none is in it; the secret may hold others. */
    private static Optional<Presented> named(String text, Hiding hiding) {
        int colon = text.indexOf(':');
        if (colon < 0 || text.length() > MAX_FOREIGN) {
            return Optional.empty();
        }
        String id = text.substring(0, colon);
        String secret = text.substring(colon + 1);
        return isCredentialId(id) && isForeignSecret(secret)
                ? Optional.of(new Presented(new Claim.OfCredentialId(id), TokenSecret.of(secret), hiding))
                : Optional.empty();
    }

    private static Optional<Presented> opaque(String text, Hiding hiding) {
        return isForeignSecret(text)
                ? Optional.of(new Presented(new Claim.OfSecret(), TokenSecret.of(text), hiding))
                : Optional.empty();
    }

    private static boolean isLetterOrDigit(char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    }
}
