package io.keywarden.token;

import org.jspecify.annotations.Nullable;

/**
 * The public id of a token: its slot tag (3 characters), 95 random bits (16), and a keyed tag (7) by which made-up ids
 * are refused without asking Redis. Whether the keyed tag is right is {@code credential.IdTags}'s to say. Immutable, safe for
 * use by several threads.
 */
public final class TokenId {
    /** How many characters an id has. */
    public static final int LENGTH = 26;
    /** Where the keyed tag begins. */
    public static final int TAG_START = 19;

    // No text: with many tokens in use, each object that a check has to go to costs as much as a hundred of its steps.
    private final long first;
    private final long second;
    private final long third;

    /**
     * Takes 26 base62 characters.
     *
     * @throws IllegalArgumentException if it is something else
     */
    public TokenId(String text) {
        this(text, 0, text.length());
    }

    /**
     * Takes 26 base62 characters out of a text.
     *
     * @param from where they begin
     * @param to where they end
     * @throws IllegalArgumentException if it is something else
     */
    public TokenId(String text, int from, int to) {
        this.first = Base62.pack(text, from, to);
        this.second = Base62.pack(text, from + Base62.PACKED_LENGTH, to);
        this.third = Base62.pack(text, from + 2 * Base62.PACKED_LENGTH, to);
        if (to - from != LENGTH || first < 0 || second < 0 || third < 0) {
            throw new IllegalArgumentException("token id of " + (to - from) + " characters (expected: 26 of base62)");
        }
    }

    /** Whether a text has the form of an id. */
    public static boolean isTokenId(String text) {
        return text.length() == LENGTH && Base62.isBase62(text, 0, LENGTH);
    }

    /** Its 26 characters; made anew each time. */
    public String text() {
        return Base62.unpack(first, second, third);
    }

    /** Its characters as {@link Base62#pack} packs them: the first 10, the next 10, or the rest. */
    public long packed(int part) {
        return switch (part) {
            case 0 -> first;
            case 1 -> second;
            case 2 -> third;
            default -> throw new IndexOutOfBoundsException("part " + part + " (expected: 0, 1 or 2)");
        };
    }

    /** The slot under which the token's record is. */
    public SlotTag slot() {
        return new SlotTag(Base62.unpack(Base62.firstOf(first, SlotTag.LENGTH)));
    }

    /** What the keyed tag is made from. */
    public String untagged() {
        return text().substring(0, TAG_START);
    }

    /** The keyed tag. */
    public String tag() {
        return text().substring(TAG_START);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof TokenId that && first == that.first && second == that.second && third == that.third;
    }

    @Override
    public int hashCode() {
        return Long.hashCode((first * 31 + second) * 31 + third);
    }

    @Override
    public String toString() {
        return text();
    }
}
