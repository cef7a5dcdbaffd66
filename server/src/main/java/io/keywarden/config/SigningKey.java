package io.keywarden.config;

import java.security.PrivateKey;

/** The active Ed25519 key by which Admin signs records, with its id. Prints nothing of the key. */
public final class SigningKey {
    private final int id;
    private final PrivateKey privateKey;

    SigningKey(int id, PrivateKey privateKey) {
        this.id = id;
        this.privateKey = privateKey;
    }

    /** Its id. */
    public int id() {
        return id;
    }

    /** The key itself. */
    public PrivateKey privateKey() {
        return privateKey;
    }

    @Override
    public String toString() {
        return "SigningKey[id=" + id + "]";
    }
}
