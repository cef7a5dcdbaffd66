package io.keywarden.config;

import java.util.Locale;

/** The kinds of keys that a key file holds, each with versions of its own. */
public enum KeyKind {
    /** Secrets' digests are made under it. */
    PEPPER("peppers", "key"),
    /** The tags of token ids and the keys of aliases are made under it. */
    TAG("tags", "key"),
    /** Records are signed with it. */
    SIGNING("signing", "public"),
    /** Secrets that can be told again are sealed with it; Admin alone has it. */
    SEALING("sealing", "key");

    private final String section;
    private final String known;

    KeyKind(String section, String known) {
        this.section = section;
        this.known = known;
    }

    /** What it is called on the command line. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Its section in a key file. */
    String section() {
        return section;
    }

    /** The field of a version that every file has which holds it. */
    String known() {
        return known;
    }

    /** Whether a file for check alone holds it too. */
    boolean isForCheck() {
        return this != SEALING;
    }
}
