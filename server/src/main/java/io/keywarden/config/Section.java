package io.keywarden.config;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;

/** One section of a YAML file while it is turned into a record: reads values, and notes all that is wrong with them. */
final class Section {
    private final Problems problems;
    private final String path;
    private final YamlNode node;

    private Section(Problems problems, String path, YamlNode node) {
        this.problems = problems;
        this.path = path;
        this.node = node;
    }

    /** The whole file as a section; keys that are not in the table are problems. */
    static Section root(Problems problems, YamlNode node) {
        Section section = new Section(problems, "", node);
        section.rejectUnknown(Settings.namesBelow(""));
        return section;
    }

    /** A section within this one; an empty one where there is none. */
    Section section(String name) {
        YamlNode child = child(name, YamlNode.Kind.MAP).orElse(YamlNode.map(0, Map.of()));
        Section section = new Section(problems, key(name), child);
        section.rejectUnknown(Settings.namesBelow(key(name)));
        return section;
    }

    /** The sections of a list; none where there is no list. Each has the keys that the table has below the list's own. */
    List<Section> sections(String name) {
        List<Section> sections = new ArrayList<>();
        for (YamlNode item :
                child(name, YamlNode.Kind.LIST).map(YamlNode::items).orElse(List.of())) {
            if (item.kind() != YamlNode.Kind.MAP) {
                add(item.line(), name, "holds " + item.kind().words() + " (expected: sections)");
                continue;
            }
            Section section = new Section(problems, key(name), item);
            section.rejectUnknown(Settings.namesBelow(key(name)));
            sections.add(section);
        }
        return sections;
    }

    /** Whether a key stands here with something behind it. */
    boolean has(String name) {
        YamlNode child = node.fields().get(name);
        return child != null && child.kind() != YamlNode.Kind.EMPTY;
    }

    /** A value, as the given function reads it: it throws IllegalArgumentException for what it does not understand. */
    <T> Optional<T> value(String name, Function<String, T> reading) {
        return child(name, YamlNode.Kind.SCALAR).flatMap(child -> read(name, child, reading));
    }

    /** A whole number that is not negative. */
    Optional<Integer> number(String name) {
        return value(name, Section::wholeNumber);
    }

    /** A text that is not blank. */
    Optional<String> text(String name) {
        return value(name, Section::notBlank);
    }

    /** A list of values, or one value that stands for a list of it. */
    <T> Optional<List<T>> list(String name, Function<String, T> reading) {
        YamlNode child = node.fields().get(name);
        if (child == null || child.kind() == YamlNode.Kind.EMPTY) {
            return Optional.empty();
        }
        if (child.kind() == YamlNode.Kind.SCALAR) {
            return read(name, child, reading).map(List::of);
        }
        List<T> values = new ArrayList<>();
        if (child.kind() == YamlNode.Kind.MAP) {
            add(child.line(), name, "is a section (expected: a list)");
        }
        for (YamlNode item : child.items()) {
            if (item.kind() == YamlNode.Kind.SCALAR) {
                read(name, item, reading).ifPresent(values::add);
            } else {
                add(item.line(), name, "holds " + item.kind().words() + " (expected: values)");
            }
        }
        return Optional.of(values);
    }

    /** A path, taken from the folder of the configuration file where it is relative. */
    Optional<Path> path(String name) {
        return value(name, text -> problems.resolve(Path.of(notBlank(text))));
    }

    /** A file that can be read. */
    Optional<Path> file(String name) {
        return checked(name, SecretFile::problemOfAny);
    }

    /** A file that only its owner can read. */
    Optional<Path> secretFile(String name) {
        return checked(name, SecretFile::problem);
    }

    /** Notes that something has to be here. */
    void require(String name, boolean present, String expected) {
        if (!present && !has(name)) {
            problems.add(node.line(), key(name) + ": is not set (expected: " + expected + ")");
        }
    }

    /** Notes that something that is here is wrong. */
    void reject(String name, String problem) {
        add(lineOf(name), name, problem);
    }

    /**
     * Makes the record of this section, unless something was already wrong: what follows from a mistake is not worth a
     * line of its own.
     *
     * @param problemsBefore how many problems there were when reading this section began
     */
    <T> T build(int problemsBefore, Supplier<T> record, Supplier<T> otherwise) {
        if (problems.count() > problemsBefore) {
            return otherwise.get();
        }
        try {
            return record.get();
        } catch (IllegalArgumentException e) {
            String message = String.valueOf(e.getMessage());
            message.lines().forEach(problems::addAtItsKey);
            return otherwise.get();
        }
    }

    private Optional<Path> checked(String name, Function<Path, Optional<String>> problem) {
        Optional<Path> file = path(name);
        file.flatMap(problem).ifPresent(what -> add(lineOf(name), name, what));
        return file;
    }

    private void rejectUnknown(Set<String> known) {
        node.fields().forEach((name, child) -> {
            if (!known.contains(name)) {
                String hint = Settings.nearest(path, name)
                        .map(near -> "did you mean " + near + "?")
                        .orElse("expected: one of " + String.join(", ", known));
                problems.add(child.line(), key(name) + ": no such key (" + hint + ")");
            }
        });
    }

    private Optional<YamlNode> child(String name, YamlNode.Kind expected) {
        if (!Settings.namesBelow(path).contains(name)) {
            throw new IllegalStateException(key(name) + " (expected: a key of the table in Settings)");
        }
        YamlNode child = node.fields().get(name);
        if (child == null || child.kind() == YamlNode.Kind.EMPTY) {
            return Optional.empty();
        }
        if (child.kind() != expected) {
            add(child.line(), name, "is " + child.kind().words() + " (expected: " + expected.words() + ")");
            return Optional.empty();
        }
        return Optional.of(child);
    }

    private <T> Optional<T> read(String name, YamlNode child, Function<String, T> reading) {
        try {
            return Optional.of(reading.apply(child.text()));
        } catch (IllegalArgumentException e) {
            add(child.line(), name, String.valueOf(e.getMessage()));
            return Optional.empty();
        }
    }

    private int lineOf(String name) {
        YamlNode child = node.fields().get(name);
        return child == null ? node.line() : child.line();
    }

    private void add(int line, String name, String message) {
        problems.add(line, key(name) + ": " + message);
    }

    private String key(String name) {
        return path.isEmpty() ? name : path + "." + name;
    }

    private static int wholeNumber(String text) {
        boolean digits = !text.isEmpty() && text.length() <= 9 && text.chars().allMatch(c -> c >= '0' && c <= '9');
        if (!digits) {
            throw new IllegalArgumentException("'" + text + "' (expected: a whole number)");
        }
        return Integer.parseInt(text);
    }

    private static String notBlank(String text) {
        if (text.isBlank()) {
            throw new IllegalArgumentException("is empty (expected: some text)");
        }
        return text;
    }
}
