package io.keywarden.store;

import com.github.benmanes.caffeine.cache.Interner;
import io.keywarden.store.v1.RecordKind;
import io.keywarden.token.Base62;
import io.keywarden.token.SlotTag;
import io.keywarden.token.TokenId;
import io.keywarden.token.Uid;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Names one record: its kind, the slot that it shares with its tenant or catalog, and its id in there. It holds no name of a
 * tenant and no secret. Immutable, safe for use by several threads.
 */
public final class RecordKey {
    /** How many characters an id has at most. */
    public static final int MAX_ID_LENGTH = 3 * Base62.PACKED_LENGTH;

    private static final String START = "kw:r:{";
    private static final Interner<SlotTag> SLOTS = Interner.newWeakInterner();

    /** The one key of the record of the store itself. */
    public static final RecordKey STORE = new RecordKey(RecordKind.STORE, new SlotTag("store"), "store");

    private final RecordKind kind;
    private final SlotTag slot;
    // No text of the id: each check compares keys, and each object more that is to be gone to for it is one to wait
    // for.
    private final long first;
    private final long second;
    private final long third;

    private RecordKey(RecordKind kind, SlotTag slot, long first, long second, long third) {
        this.kind = kind;
        this.slot = slot;
        this.first = first;
        this.second = second;
        this.third = third;
    }

    /**
     * Names a record.
     *
     * @param kind what the record describes
     * @param slot where it is
     * @param id 1 to 30 base62 characters: a token's id, a uid's text, or an alias's keyed digest
     * @throws IllegalArgumentException if the id is something else
     */
    public RecordKey(RecordKind kind, SlotTag slot, String id) {
        this(
                kind,
                slot,
                Base62.pack(id, 0, id.length()),
                Base62.pack(id, Base62.PACKED_LENGTH, id.length()),
                Base62.pack(id, 2 * Base62.PACKED_LENGTH, id.length()));
        if (first <= 0 || second < 0 || third < 0 || id.length() > MAX_ID_LENGTH) {
            throw new IllegalArgumentException(
                    "record id " + id + " (expected: 1 to " + MAX_ID_LENGTH + " base62 characters)");
        }
    }

    /** Whether a text can be the id of a record. */
    public static boolean isId(String text) {
        return !text.isEmpty() && text.length() <= MAX_ID_LENGTH && Base62.isBase62(text, 0, text.length());
    }

    /** The key of a token's record. */
    public static RecordKey token(TokenId id) {
        return new RecordKey(RecordKind.TOKEN, id.slot(), id.packed(0), id.packed(1), id.packed(2));
    }

    /** The key of a tenant's record. */
    public static RecordKey tenant(SlotTag slot, Uid uid) {
        return new RecordKey(RecordKind.TENANT, slot, uid.toString());
    }

    /** The key of a catalog's record. */
    public static RecordKey catalog(SlotTag slot, Uid uid) {
        return new RecordKey(RecordKind.CATALOG, slot, uid.toString());
    }

    /** The key of a module's record, in the slot of its catalog. */
    public static RecordKey module(SlotTag slot, Uid uid) {
        return new RecordKey(RecordKind.MODULE, slot, uid.toString());
    }

    /** The key of an owner's record, in the slot of their tenant. */
    public static RecordKey owner(SlotTag slot, Uid uid) {
        return new RecordKey(RecordKind.OWNER, slot, uid.toString());
    }

    /** The key of the record of an alias that means something in one tenant only, in the slot of that tenant. */
    public static RecordKey alias(SlotTag slot, String digest) {
        return new RecordKey(RecordKind.ALIAS, slot, digest);
    }

    /** The key of an alias's record: its digest (see {@link Aliases}) is its slot too, so that aliases spread. */
    public static RecordKey alias(String digest) {
        return new RecordKey(RecordKind.ALIAS, new SlotTag(digest), digest);
    }

    /** What the record describes. */
    public RecordKind kind() {
        return kind;
    }

    /** Where the record is. */
    public SlotTag slot() {
        return slot;
    }

    /** The record's id in its slot; made anew each time. */
    public String id() {
        return Base62.unpack(first, second, third);
    }

    /** The same key, to be kept: all keys of a slot share its tag, which a request's own key brings with it each time. */
    public RecordKey kept() {
        return new RecordKey(kind, SLOTS.intern(slot), first, second, third);
    }

    /**
     * The whole key as Redis has it, such as {@code kw:r:{a8Z}:t:…}. It is part of what is signed, so that a record copied
     * to another key is not genuine. Everything that a check reads begins with {@code kw:r:}, and nothing else does.
     */
    public String text() {
        return START + slot.text() + "}:" + letter() + ":" + id();
    }

    /** Reads what {@link #text} wrote; empty for anything else. */
    public static Optional<RecordKey> parse(String text) {
        int end = text.indexOf("}:", START.length());
        if (!text.startsWith(START) || end < 0 || text.length() < end + 5 || text.charAt(end + 3) != ':') {
            return Optional.empty();
        }
        RecordKind kind = kind(text.charAt(end + 2));
        String slot = text.substring(START.length(), end);
        String id = text.substring(end + 4);
        boolean plain = !slot.isEmpty() && Base62.isBase62(slot, 0, slot.length()) && isId(id);
        return kind != RecordKind.UNRECOGNIZED && plain
                ? Optional.of(new RecordKey(kind, new SlotTag(slot), id))
                : Optional.empty();
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof RecordKey that
                && first == that.first
                && second == that.second
                && third == that.third
                && kind == that.kind
                && slot.equals(that.slot);
    }

    /** Says nothing of the slot, which hardly any two records of one id differ in. */
    @Override
    public int hashCode() {
        return Long.hashCode((first * 31 + second) * 31 + third);
    }

    /** The whole key, as in Redis. */
    @Override
    public String toString() {
        return text();
    }

    private static RecordKind kind(char letter) {
        return switch (letter) {
            case 's' -> RecordKind.STORE;
            case 'a' -> RecordKind.ALIAS;
            case 'n' -> RecordKind.TENANT;
            case 'c' -> RecordKind.CATALOG;
            case 'm' -> RecordKind.MODULE;
            case 't' -> RecordKind.TOKEN;
            case 'o' -> RecordKind.OWNER;
            default -> RecordKind.UNRECOGNIZED;
        };
    }

    private String letter() {
        return switch (kind) {
            case STORE -> "s";
            case ALIAS -> "a";
            case TENANT -> "n";
            case CATALOG -> "c";
            case MODULE -> "m";
            case TOKEN -> "t";
            case OWNER -> "o";
            case RECORD_KIND_UNSPECIFIED, UNRECOGNIZED ->
                throw new IllegalStateException(kind + " (expected: a kind of record)");
        };
    }
}
