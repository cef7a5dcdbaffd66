package io.keywarden.credential;

/** How a credential is kept from the upstream. */
public sealed interface Hiding {
    /**
     * Its header is removed.
     *
     * @param name in lower case
     */
    record RemoveHeader(String name) implements Hiding {}

    /**
     * Its query parameter is removed.
     *
     * @param name as it is written
     */
    record RemoveQueryParameter(String name) implements Hiding {}

    /**
     * Its header is set to what remains without it.
     *
     * @param name in lower case
     * @param value what remains: of others, and as secret as theirs
     */
    record ReplaceHeader(String name, String value) implements Hiding {
        @Override
        public String toString() {
            return "ReplaceHeader[" + name + "]";
        }
    }
}
