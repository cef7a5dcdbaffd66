package io.keywarden.store;

import java.security.Key;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.interfaces.EdECPrivateKey;
import java.util.Arrays;
import java.util.Optional;
import org.bouncycastle.crypto.params.Ed25519PrivateKeyParameters;
import org.bouncycastle.crypto.params.Ed25519PublicKeyParameters;
import org.bouncycastle.math.ec.rfc8032.Ed25519.Algorithm;

/**
 * The signature algorithm of records (RFC 8032). Bouncy Castle does the work, several times faster than the Java platform: a
 * check of a token that was never seen waits for it, and so does a revocation.
 */
final class Ed25519 {
    /** How many bytes a signature has. */
    static final int SIGNATURE_BYTES = 64;

    private Ed25519() {}

    /** A key that signatures are verified with. Safe for use by several threads. */
    static final class Verifier {
        private final Ed25519PublicKeyParameters key;

        private Verifier(Ed25519PublicKeyParameters key) {
            this.key = key;
        }

        /** Whether the bytes were signed with the key's other half. */
        boolean isSigned(byte[] bytes, byte[] signature) {
            return signature.length == SIGNATURE_BYTES
                    && key.verify(Algorithm.Ed25519, null, bytes, 0, bytes.length, signature, 0);
        }
    }

    static Verifier verifier(int keyId, PublicKey key) {
        // The encoding of RFC 8410: the 32 bytes of the key itself stand at its end.
        byte[] encoded = checked(keyId, key).getEncoded();
        int start = encoded.length - Ed25519PublicKeyParameters.KEY_SIZE;
        return new Verifier(new Ed25519PublicKeyParameters(Arrays.copyOfRange(encoded, start, encoded.length)));
    }

    /** A key that is signed with. Safe for use by several threads. Prints nothing of the key. */
    static final class Signer {
        private final Ed25519PrivateKeyParameters key;

        private Signer(byte[] seed) {
            key = new Ed25519PrivateKeyParameters(seed);
            // It is part of what is hashed, and made with the first signature otherwise.
            key.generatePublicKey();
        }

        /** The signature of the bytes. */
        byte[] sign(byte[] bytes) {
            byte[] signature = new byte[SIGNATURE_BYTES];
            key.sign(Algorithm.Ed25519, null, bytes, 0, bytes.length, signature, 0);
            return signature;
        }
    }

    static Signer signer(int keyId, PrivateKey key) {
        byte[] seed = Optional.of(checked(keyId, key))
                .filter(EdECPrivateKey.class::isInstance)
                .flatMap(found -> ((EdECPrivateKey) found).getBytes())
                .filter(found -> found.length == Ed25519PrivateKeyParameters.KEY_SIZE)
                .orElseThrow(() -> new IllegalArgumentException(
                        "signing key " + keyId + " does not give 32 bytes out (expected: an Ed25519 key from a file)"));
        Signer signer = new Signer(seed);
        Arrays.fill(seed, (byte) 0);
        return signer;
    }

    /** The key, if its algorithm is the right one. The platform calls it by the name of the whole family. */
    static <K extends Key> K checked(int keyId, K key) {
        if (!key.getAlgorithm().equals("Ed25519") && !key.getAlgorithm().equals("EdDSA")) {
            throw new IllegalArgumentException(
                    "signing key " + keyId + " for " + key.getAlgorithm() + " (expected: an Ed25519 key)");
        }
        return key;
    }
}
