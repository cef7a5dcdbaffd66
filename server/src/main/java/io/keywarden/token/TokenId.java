package io.keywarden.token;

/**
 * The public id of a token: its slot tag (3 characters), 95 random bits (16), and a keyed tag (7) by which made-up ids
 * are refused without asking Redis. Whether the keyed tag is right is {@code credential.IdTags}'s to say.
 *
 * @param text 26 base62 characters
 */
public record TokenId(String text) {
    /** How many characters an id has. */
    public static final int LENGTH = 26;
    /** Where the keyed tag begins. */
    public static final int TAG_START = 19;

    /** Rejects what does not have the form of an id. */
    public TokenId {
        if (!isTokenId(text)) {
            throw new IllegalArgumentException("token id of " + text.length() + " characters (expected: 26 of base62)");
        }
    }

    /** Whether a text has the form of an id. */
    public static boolean isTokenId(String text) {
        return text.length() == LENGTH && Base62.isBase62(text, 0, LENGTH);
    }

    /** The slot under which the token's record is. */
    public SlotTag slot() {
        return new SlotTag(text.substring(0, SlotTag.LENGTH));
    }

    /** What the keyed tag is made from. */
    public String untagged() {
        return text.substring(0, TAG_START);
    }

    /** The keyed tag. */
    public String tag() {
        return text.substring(TAG_START);
    }

    @Override
    public String toString() {
        return text;
    }
}
