package io.keywarden.credential;

import io.keywarden.token.TokenSecret;
import io.keywarden.token.Uid;
import java.nio.charset.StandardCharsets;

/**
 * Makes the digests by which a secret that is presented without an id is found: HMAC-SHA-256 over the tenant's uid and the
 * secret, under a key that Redis never sees. What is found so is proven afterwards like any other credential.
 */
public final class OpaqueSecrets {
    private static final byte[] CONTEXT = "keywarden opaque secret 1".getBytes(StandardCharsets.US_ASCII);

    private final HmacKeys keys;

    /** Takes the keys; digests are made under the active one. */
    public OpaqueSecrets(HmacKeys keys) {
        this.keys = keys;
    }

    /** The digest of a secret in a tenant: 32 bytes. */
    public byte[] digest(Uid tenant, TokenSecret secret) {
        return keys.mac(keys.activeId(), CONTEXT, tenant.toBytes(), secret.reveal());
    }
}
