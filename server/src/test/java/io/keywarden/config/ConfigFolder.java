package io.keywarden.config;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.List;
import java.util.Optional;

/** A folder with keys and the files that a configuration may name. */
final class ConfigFolder {
    private final Path folder;

    ConfigFolder(Path folder) {
        this.folder = folder;
        try {
            NewKeys.write(folder.resolve("keys"), new SecureRandom());
            for (String name : List.of("cert.pem", "key.pem", "ca.pem", "password")) {
                Files.writeString(folder.resolve(name), "content");
                Files.setPosixFilePermissions(folder.resolve(name), PosixFilePermissions.fromString("rw-------"));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Path resolve(String name) {
        return folder.resolve(name);
    }

    /** Writes a configuration and loads it. */
    Loaded<KeywardenConfig> load(String yaml) {
        return ConfigLoader.load(write(yaml), Optional.empty());
    }

    Path write(String yaml) {
        try {
            return Files.writeString(folder.resolve("keywarden.yaml"), yaml);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Loads a configuration that must be right. */
    KeywardenConfig valid(String yaml) {
        return load(yaml).fold(config -> config, problems -> {
            throw new AssertionError(problems);
        });
    }

    /** Loads a configuration that must be wrong; answers {@code line: message} for each problem. */
    List<String> problems(String yaml) {
        return load(yaml)
                .fold(
                        config -> {
                            throw new AssertionError(config + " was accepted");
                        },
                        problems -> problems.stream()
                                .map(problem -> problem.line() + ": " + problem.message())
                                .toList());
    }
}
