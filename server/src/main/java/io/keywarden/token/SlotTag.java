package io.keywarden.token;

import java.security.SecureRandom;

/**
 * The part of a Redis key between braces, by which Redis Cluster finds its slot. All records of a tenant have the
 * tenant's tag, and token ids begin with it, so that a token's key follows from its id alone. It names nobody.
 *
 * @param text base62 characters
 */
public record SlotTag(String text) {
    /** How many characters the tag of a tenant or a catalog has: enough to reach each of Redis's 16,384 slots. */
    public static final int LENGTH = 3;

    /** Rejects what is not base62. */
    public SlotTag {
        if (text.isEmpty() || !Base62.isBase62(text, 0, text.length())) {
            throw new IllegalArgumentException("slot tag " + text + " (expected: base62 characters)");
        }
    }

    /** Picks a tag for a new tenant or catalog. */
    public static SlotTag random(SecureRandom random) {
        return new SlotTag(Base62.encode(random.nextInt(62 * 62 * 62), LENGTH));
    }
}
