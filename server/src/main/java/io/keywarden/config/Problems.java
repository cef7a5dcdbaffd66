package io.keywarden.config;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Collects what is wrong with one file. Used by one thread. */
final class Problems {
    private final Path file;
    private final YamlNode root;
    private final List<ConfigProblem> found = new ArrayList<>();

    Problems(Path file, YamlNode root) {
        this.file = file;
        this.root = root;
    }

    void add(int line, String message) {
        found.add(new ConfigProblem(file, line, message));
    }

    /** Adds a message that begins with a dotted key and a colon, at the line where that key stands. */
    void addAtItsKey(String message) {
        add(root.lineOf(message.split(":", 2)[0]), message);
    }

    int count() {
        return found.size();
    }

    /** All of them in the order of their lines; those without a line come last. */
    List<ConfigProblem> all() {
        return found.stream()
                .sorted(Comparator.comparingInt(p -> p.line() == 0 ? Integer.MAX_VALUE : p.line()))
                .toList();
    }

    /** A path as it is meant in this file: from the file's own folder where it is relative. */
    Path resolve(Path path) {
        Path folder = file.toAbsolutePath().getParent();
        return folder == null ? path : folder.resolve(path).normalize();
    }
}
