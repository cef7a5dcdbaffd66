package io.keywarden.config;

import java.nio.file.Path;

/**
 * Something in a file that has to be put right.
 *
 * @param file which file
 * @param line where, from 1; 0 where it is about something that is not there
 * @param message what was found and what was expected; never a secret
 */
public record ConfigProblem(Path file, int line, String message) {
    @Override
    public String toString() {
        return line == 0 ? file + ": " + message : file + ":" + line + ": " + message;
    }
}
