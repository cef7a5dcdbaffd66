package io.keywarden.token;

/** Where a request says which client of its tenant it is for. */
public sealed interface ClientSource {
    /**
     * A variable of the operation's path template.
     *
     * @param name its name
     */
    record PathVariable(String name) implements ClientSource {}

    /**
     * A label of the request's host.
     *
     * @param number counted from 1 at the left
     */
    record HostLabel(int number) implements ClientSource {}

    /**
     * A header of a peer that is trusted.
     *
     * @param name in lower case
     */
    record Header(String name) implements ClientSource {}
}
