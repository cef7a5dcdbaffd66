package io.keywarden.store;

import io.keywarden.credential.HmacKeys;
import io.keywarden.store.v1.AliasRecord;
import io.keywarden.token.Base62;
import io.keywarden.token.TenantRef;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Makes the keys of aliases: a keyed digest of the kind of name and the name, 128 bits of it, so that no name of a tenant
 * stands in a key name and nobody without the key can look one up.
 */
public final class Aliases {
    private static final byte[] CONTEXT = "keywarden alias 1".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] TENANT_CONTEXT = "keywarden tenant alias 1".getBytes(StandardCharsets.US_ASCII);
    private static final int DIGEST_BYTES = 16;
    private static final int DIGEST_CHARACTERS = 22;

    private final HmacKeys keys;

    /** Takes the keys; aliases are made and found under the active one. */
    public Aliases(HmacKeys keys) {
        this.keys = keys;
    }

    /** The key of a name's record. */
    public RecordKey key(AliasRecord.Namespace namespace, String text) {
        byte[] code = keys.mac(
                keys.activeId(),
                CONTEXT,
                new byte[] {(byte) namespace.getNumber()},
                text.getBytes(StandardCharsets.UTF_8));
        return RecordKey.alias(digest(code));
    }

    /** The key of the record of a name that means something in one tenant only. */
    public RecordKey key(AliasRecord.Namespace namespace, TenantRef tenant, byte[] name) {
        byte[] code = keys.mac(
                keys.activeId(),
                TENANT_CONTEXT,
                new byte[] {(byte) namespace.getNumber()},
                tenant.uid().toBytes(),
                name);
        return RecordKey.alias(tenant.slot(), digest(code));
    }

    private static String digest(byte[] code) {
        return Base62.encode(Arrays.copyOf(code, DIGEST_BYTES), DIGEST_CHARACTERS);
    }
}
