package io.keywarden.store;

import io.keywarden.token.SlotTag;
import io.keywarden.token.Uid;
import java.util.Optional;

/**
 * Names one index. Indexes are hints for Admin: a reader verifies every entry against its record, and no check reads one.
 *
 * @param kind what it holds
 * @param slot where it is
 * @param of whose it is; empty for the ones of the whole store
 */
public record IndexKey(Kind kind, SlotTag slot, Optional<Uid> of) {
    /** The list of all tenants' ids. */
    public static final IndexKey TENANTS = new IndexKey(Kind.TENANTS, new SlotTag("tenants"), Optional.empty());
    /** The list of all catalogs' ids. */
    public static final IndexKey CATALOGS = new IndexKey(Kind.CATALOGS, new SlotTag("catalogs"), Optional.empty());

    /** What an index holds. */
    public enum Kind {
        /** A list of tenant ids. */
        TENANTS,
        /** A list of catalog ids. */
        CATALOGS,
        /** A list of a tenant's token ids, each behind its creation time. */
        TOKENS,
        /** A tenant's taken token names, each with its token's id. */
        TOKEN_NAMES,
        /** A list of a tenant's owner ids, each with its uid behind it. */
        OWNERS,
        /** A tenant's taken owner ids, each with its owner's uid. */
        OWNER_NAMES,
        /** A list of an owner's token ids, each behind its creation time. */
        OWNER_TOKENS,
        /** A list of the ids of a tenant's tokens whose secrets are replaced by themselves, each behind the next time. */
        ROTATIONS,
        /** A list of the ids of a tenant's tokens of which only a small record remains, each behind its creation time. */
        PURGED
    }

    /** The list of a tenant's tokens. */
    public static IndexKey tokens(SlotTag slot, Uid tenant) {
        return new IndexKey(Kind.TOKENS, slot, Optional.of(tenant));
    }

    /** A tenant's taken token names. */
    public static IndexKey tokenNames(SlotTag slot, Uid tenant) {
        return new IndexKey(Kind.TOKEN_NAMES, slot, Optional.of(tenant));
    }

    /** The list of a tenant's tokens whose secrets are replaced by themselves. */
    public static IndexKey rotations(SlotTag slot, Uid tenant) {
        return new IndexKey(Kind.ROTATIONS, slot, Optional.of(tenant));
    }

    /** The list of a tenant's tokens that were purged. */
    public static IndexKey purged(SlotTag slot, Uid tenant) {
        return new IndexKey(Kind.PURGED, slot, Optional.of(tenant));
    }

    /** The list of a tenant's owners. */
    public static IndexKey owners(SlotTag slot, Uid tenant) {
        return new IndexKey(Kind.OWNERS, slot, Optional.of(tenant));
    }

    /** A tenant's taken owner ids. */
    public static IndexKey ownerNames(SlotTag slot, Uid tenant) {
        return new IndexKey(Kind.OWNER_NAMES, slot, Optional.of(tenant));
    }

    /** The list of the tokens that were given to an owner; one that was given to another since may stand there too. */
    public static IndexKey ownerTokens(SlotTag slot, Uid owner) {
        return new IndexKey(Kind.OWNER_TOKENS, slot, Optional.of(owner));
    }
}
