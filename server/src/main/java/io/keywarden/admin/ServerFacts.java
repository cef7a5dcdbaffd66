package io.keywarden.admin;

import java.util.List;

/**
 * What a process is told of itself.
 *
 * @param version the program's version
 * @param roles what the process does
 * @param demo whether a store that forgets is good enough
 */
public record ServerFacts(String version, List<String> roles, boolean demo) {
    /** Copies the list. */
    public ServerFacts {
        roles = List.copyOf(roles);
    }
}
