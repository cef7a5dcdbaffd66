package io.keywarden.geo;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * What a file looks like from outside: another stamp means that its content may be another, or that it can be read now.
 *
 * @param attributes size, when it was written and when anything of it was changed, and which file it is
 */
record FileStamp(Map<String, Object> attributes) {
    private static final String ATTRIBUTES = "unix:size,lastModifiedTime,ctime,ino,dev";

    /** The stamp of a file, links followed; empty where there is none to look at. */
    static Optional<FileStamp> of(Path file) {
        try {
            return Optional.of(new FileStamp(Files.readAttributes(file, ATTRIBUTES)));
        } catch (IOException e) {
            return Optional.empty();
        }
    }
}
