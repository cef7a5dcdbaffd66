package io.keywarden.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;

/** Small shell scripts that stand in for the programs that are looked for. */
final class Scripts {
    /** The tools that a script itself needs, none of which is looked for. */
    private static final String SHELL_PATH = "/usr/bin:/bin";

    private Scripts() {}

    static Path write(Path folder, String name, String body) throws IOException {
        Files.createDirectories(folder);
        Path script = Files.writeString(folder.resolve(name), "#!/bin/sh\n" + body + "\n");
        return Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwx------"));
    }

    static Path envoy(Path folder, String version) throws IOException {
        return write(folder, "envoy", "echo \"envoy  version: 9e55809/" + version + "/Clean/RELEASE/BoringSSL\"");
    }

    static Path redis(Path folder, String version) throws IOException {
        return write(
                folder, "redis-server", "echo 'Redis server v=" + version + " sha=00000000:0 malloc=libc bits=64'");
    }

    /** An environment where only that folder is searched. */
    static Map<String, String> path(Path folder) {
        return Map.of("PATH", folder.toString());
    }

    /** Puts the shell's own tools behind what a script's first line sets up. */
    static String withTools(String body) {
        return "PATH=" + SHELL_PATH + "\n" + body;
    }
}
