package io.keywarden.redis;

import io.keywarden.store.IndexKey;
import io.keywarden.store.RecordKey;
import io.keywarden.store.SecretUse;
import io.keywarden.token.SlotTag;
import java.nio.charset.StandardCharsets;

/**
 * The only place where a key is spelled, apart from {@link RecordKey#text}, which is signed. Only records begin with
 * {@code kw:r:}, so that nothing else wakes those who watch records.
 */
final class RedisKeys {
    /** What the keys of records begin with, and no other keys. */
    static final String RECORD_PREFIX = "kw:r:";
    /** What the keys of canaries begin with. */
    static final String CANARY_PREFIX = "kw:y:";

    private RedisKeys() {}

    /** A string: a signed record. */
    static byte[] record(RecordKey key) {
        return bytes(key.text());
    }

    /** A stream: the history of a record, with ids {@code SEQUENCE-0}. */
    static byte[] history(RecordKey key) {
        return bytes("kw:h:" + key.text().substring(RECORD_PREFIX.length()));
    }

    /** A sorted set, or for names a hash. */
    static byte[] index(IndexKey index) {
        String of = index.of().map(uid -> ":" + uid).orElse("");
        return bytes("kw:x:{" + index.slot().text() + "}:" + letters(index.kind()) + of);
    }

    /** A string that expires: a request mark. */
    static byte[] mark(SlotTag slot, String id) {
        return bytes("kw:q:{" + slot.text() + "}:" + id);
    }

    /** A sorted set that expires: from where a secret was used, by when last, in milliseconds. */
    static byte[] uses(SecretUse.Of of) {
        return bytes("kw:u:{" + of.token().slot().text() + "}:" + of.token().text() + ":" + of.number());
    }

    /** A string that heartbeats write to, or only try to delete; nobody reads it. */
    static byte[] heartbeat(SlotTag slot) {
        return bytes("kw:b:{" + slot.text() + "}");
    }

    /** A string that is written to see that the write is pushed; nobody reads it. */
    static byte[] canary(SlotTag slot) {
        return bytes(CANARY_PREFIX + "{" + slot.text() + "}");
    }

    private static String letters(IndexKey.Kind kind) {
        return switch (kind) {
            case TENANTS -> "n";
            case CATALOGS -> "c";
            case TOKENS -> "t";
            case TOKEN_NAMES -> "tn";
            case OWNERS -> "o";
            case OWNER_NAMES -> "on";
            case OWNER_TOKENS -> "ot";
            case ROTATIONS -> "r";
            case PURGED -> "p";
        };
    }

    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
