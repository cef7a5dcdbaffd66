package io.keywarden.process;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** The folder where downloaded and unpacked programs are kept between runs of one user. */
public final class ToolCache {

    private ToolCache() {}

    /** {@code $KEYWARDEN_CACHE}, else the user's own cache folder, else the given one for a user who has no home. */
    public static Path folder(Map<String, String> environment, Path otherwise) {
        String own = environment.getOrDefault("KEYWARDEN_CACHE", "");
        if (!own.isEmpty()) {
            return Path.of(own).toAbsolutePath();
        }
        String shared = environment.getOrDefault("XDG_CACHE_HOME", "");
        if (!shared.isEmpty()) {
            return Path.of(shared).resolve("keywarden").toAbsolutePath();
        }
        String home = environment.getOrDefault("HOME", "");
        if (!home.isEmpty() && Files.isWritable(Path.of(home))) {
            return Path.of(home).resolve(".cache").resolve("keywarden").toAbsolutePath();
        }
        return otherwise.toAbsolutePath();
    }
}
