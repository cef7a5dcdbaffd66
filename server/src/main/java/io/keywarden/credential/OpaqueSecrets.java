package io.keywarden.credential;

import io.keywarden.token.TokenSecret;
import io.keywarden.token.Uid;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Makes the digests by which a secret that is presented without an id is found: HMAC-SHA-256 over the tenant's uid and the
 * secret, under a key that Redis never sees. What is found so is proven afterwards like any other credential.
 */
public final class OpaqueSecrets {
    private static final byte[] CONTEXT = "keywarden opaque secret 1".getBytes(StandardCharsets.US_ASCII);

    private final HmacKeys keys;

    /** Takes the keys. */
    public OpaqueSecrets(HmacKeys keys) {
        this.keys = keys;
    }

    /** The digest of a new secret in a tenant, under the active key: 32 bytes. */
    public byte[] digest(Uid tenant, TokenSecret secret) {
        return digest(keys.activeId(), tenant, secret);
    }

    /** The digests of a secret in a tenant, under each live key, the active one's first. */
    public List<byte[]> digests(Uid tenant, TokenSecret secret) {
        List<byte[]> digests = new ArrayList<>(HmacKeys.MAX_LIVE);
        for (int key : keys.activeFirst()) {
            digests.add(digest(key, tenant, secret));
        }
        return digests;
    }

    private byte[] digest(int key, Uid tenant, TokenSecret secret) {
        return keys.mac(key, CONTEXT, tenant.toBytes(), secret.reveal());
    }
}
