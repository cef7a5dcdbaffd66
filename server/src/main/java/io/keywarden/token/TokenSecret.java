package io.keywarden.token;

import com.google.errorprone.annotations.RestrictedApi;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;

/**
 * A secret in the clear. It has no equality and prints nothing of itself; who may read it is checked at compile time, so one
 * search for {@link #reveal} finds every reader.
 */
public final class TokenSecret {
    /** How many characters a secret of ours has: 256 random bits. */
    public static final int LENGTH = 43;

    private final byte[] bytes;

    private TokenSecret(byte[] bytes) {
        this.bytes = bytes;
    }

    /** Makes a new one. */
    public static TokenSecret random(SecureRandom random) {
        byte[] bits = new byte[32];
        random.nextBytes(bits);
        return of(Base62.encode(bits, LENGTH));
    }

    /** Takes one as it was presented. */
    public static TokenSecret of(String text) {
        return new TokenSecret(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    /** A copy of its bytes, one a character. */
    @RestrictedApi(
            explanation = "A secret in the clear is for hashing it, for sealing it, and for telling it to its owner.",
            allowedOnPath = ".*/io/keywarden/(credential|delivery|token)/.*")
    public byte[] reveal() {
        return bytes.clone();
    }

    @Override
    public String toString() {
        return "TokenSecret[hidden]";
    }
}
