package io.keywarden.store;

import io.keywarden.credential.HmacKeys;
import io.keywarden.store.v1.AliasRecord;
import io.keywarden.token.Base62;
import io.keywarden.token.TenantRef;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.function.Function;

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

    /** Takes the keys. */
    public Aliases(HmacKeys keys) {
        this.keys = keys;
    }

    /** The id of the key under which aliases are made. */
    public int activeKey() {
        return keys.activeId();
    }

    /** The ids of the live keys, under any of which an alias may be found, that of the active one first. */
    public List<Integer> liveKeys() {
        return keys.activeFirst();
    }

    /** The key of a name's record that is made now. */
    public RecordKey key(AliasRecord.Namespace namespace, String text) {
        return key(keys.activeId(), namespace, text);
    }

    /** The keys under one of which a name's record is, in the order of {@link #liveKeys}. */
    public List<RecordKey> keys(AliasRecord.Namespace namespace, String text) {
        List<RecordKey> all = new ArrayList<>(HmacKeys.MAX_LIVE);
        for (int key : keys.activeFirst()) {
            all.add(key(key, namespace, text));
        }
        return all;
    }

    private RecordKey key(int key, AliasRecord.Namespace namespace, String text) {
        byte[] code = keys.mac(
                key, CONTEXT, new byte[] {(byte) namespace.getNumber()}, text.getBytes(StandardCharsets.UTF_8));
        return RecordKey.alias(digest(code));
    }

    /** The key of the record, made now, of a name that means something in one tenant only. */
    public RecordKey key(AliasRecord.Namespace namespace, TenantRef tenant, byte[] name) {
        return key(keys.activeId(), namespace, tenant, name);
    }

    /** The keys under one of which such a record is, in the order of {@link #liveKeys}. */
    public List<RecordKey> keys(AliasRecord.Namespace namespace, TenantRef tenant, byte[] name) {
        return keys(namespace, tenant, Collections.nCopies(keys.ids().size(), name));
    }

    /** As above, of a name that is another one under each key. */
    public List<RecordKey> keys(AliasRecord.Namespace namespace, TenantRef tenant, List<byte[]> names) {
        List<RecordKey> all = new ArrayList<>(HmacKeys.MAX_LIVE);
        for (int key : keys.activeFirst()) {
            all.add(key(key, namespace, tenant, names.get(all.size())));
        }
        return all;
    }

    private RecordKey key(int key, AliasRecord.Namespace namespace, TenantRef tenant, byte[] name) {
        byte[] code = keys.mac(
                key,
                TENANT_CONTEXT,
                new byte[] {(byte) namespace.getNumber()},
                tenant.uid().toBytes(),
                name);
        return RecordKey.alias(tenant.slot(), digest(code));
    }

    /**
     * What a name means: what is found first. Where nothing is, all are looked at; where one cannot be told, nothing is, since it
     * could have been there.
     *
     * @param places where the name's record may be, that of the active key first
     */
    public static <P, T> Lookup<T> first(List<P> places, Function<P, Lookup<T>> look) {
        Lookup<T> found = look.apply(places.get(0));
        for (int i = 1; i < places.size() && !(found instanceof Lookup.Found<?>); i++) {
            Lookup<T> other = look.apply(places.get(i));
            found = found instanceof Lookup.NotFound<?> ? other : found;
        }
        return found;
    }

    private static String digest(byte[] code) {
        return Base62.encode(Arrays.copyOf(code, DIGEST_BYTES), DIGEST_CHARACTERS);
    }
}
