package io.keywarden.store;

import java.security.Key;
import java.security.NoSuchAlgorithmException;
import java.security.Signature;

/** The signature algorithm of records (RFC 8032), as the Java platform has it. */
final class Ed25519 {
    /** How many bytes a signature has. */
    static final int SIGNATURE_BYTES = 64;

    private Ed25519() {}

    static Signature newSignature() {
        try {
            return Signature.getInstance("Ed25519");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Ed25519 is missing (expected: every Java platform from 15 on has it)", e);
        }
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
