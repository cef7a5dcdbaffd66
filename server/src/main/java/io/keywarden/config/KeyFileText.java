package io.keywarden.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A key file as it is written, to be edited: only what changes is touched, so comments stay. No message holds anything of a key.
 */
final class KeyFileText {
    /** A version in a line of its own, as {@link NewKeys} writes it. */
    private static final Pattern VERSION = Pattern.compile("(\\s*- *)\\{[^#}]*}\\s*(#.*)?");

    private final Path file;
    private final List<String> lines;
    private final YamlNode root;

    private KeyFileText(Path file, List<String> lines, YamlNode root) {
        this.file = file;
        this.lines = List.copyOf(lines);
        this.root = root;
    }

    /**
     * A version of a key.
     *
     * @param id its id
     * @param state where it is in its life
     * @param line its line, from 1
     * @param known what every file has that holds it: the key itself, or the public part
     */
    record Version(int id, KeyState state, int line, String known) {
        boolean isLive() {
            return state != KeyState.RETIRED;
        }

        @Override
        public String toString() {
            return id + " " + state;
        }
    }

    /**
     * Reads a file that a server would start with.
     *
     * @throws IOException if it is none; the message says what is wrong
     */
    static KeyFileText read(Path file) throws IOException {
        Loaded<KeyFile> loaded = KeyFile.read(file);
        if (loaded instanceof Loaded.Invalid<KeyFile> invalid) {
            throw new IOException(words(invalid.problems()));
        }
        List<String> lines = Files.readAllLines(file);
        Loaded<YamlNode> parsed = YamlFile.read(file);
        if (parsed instanceof Loaded.Invalid<YamlNode> invalid) {
            throw new IOException(words(invalid.problems()));
        }
        return new KeyFileText(file, lines, ((Loaded.Valid<YamlNode>) parsed).value());
    }

    private static String words(List<ConfigProblem> problems) {
        return problems.stream().map(ConfigProblem::toString).collect(Collectors.joining("\n"));
    }

    /** The file. */
    Path file() {
        return file;
    }

    /** The versions of a kind, in the order of the file; none where there is no such section. */
    List<Version> versions(KeyKind kind) {
        YamlNode section = root.fields().get(kind.section());
        return section == null
                ? List.of()
                : section.items().stream().map(item -> version(kind, item)).toList();
    }

    private static Version version(KeyKind kind, YamlNode item) {
        Map<String, YamlNode> fields = item.fields();
        YamlNode known = fields.get(kind.known());
        return new Version(
                Integer.parseInt(text(fields, "id")),
                KeyState.valueOf(text(fields, "state")),
                item.line(),
                known == null ? "" : known.text());
    }

    private static String text(Map<String, YamlNode> fields, String name) {
        return Optional.ofNullable(fields.get(name)).map(YamlNode::text).orElse("");
    }

    /** The live versions of a kind. */
    List<Version> live(KeyKind kind) {
        return versions(kind).stream().filter(Version::isLive).toList();
    }

    /** A version of a kind; empty where it is not here. */
    Optional<Version> find(KeyKind kind, int id) {
        return versions(kind).stream().filter(version -> version.id() == id).findFirst();
    }

    /**
     * The text with a new version behind the others of its kind.
     *
     * @param fields what it has besides its id and its state, as YAML
     */
    List<String> with(KeyKind kind, int id, String fields) throws IOException {
        int last = versions(kind).stream().mapToInt(Version::line).max().orElse(0);
        String start = requireVersion(kind, last);
        List<String> edited = new ArrayList<>(lines);
        edited.add(
                last, String.format(Locale.ROOT, "%s{id: %d, state: %s, %s}", start, id, KeyState.DISTRIBUTED, fields));
        return edited;
    }

    /** The text with versions of a kind in other states. */
    List<String> with(KeyKind kind, Map<Integer, KeyState> states) throws IOException {
        List<String> edited = new ArrayList<>(lines);
        for (Map.Entry<Integer, KeyState> change : states.entrySet()) {
            Version version = find(kind, change.getKey()).orElseThrow();
            requireVersion(kind, version.line());
            String line = lines.get(version.line() - 1);
            Pattern state = Pattern.compile("(\\bstate *: *[\"']?)" + version.state() + "\\b");
            edited.set(version.line() - 1, state.matcher(line).replaceFirst("$1" + change.getValue()));
        }
        return edited;
    }

    /** What stands before the version in a line. */
    private String requireVersion(KeyKind kind, int line) throws IOException {
        Matcher version = VERSION.matcher(line < 1 || line > lines.size() ? "" : lines.get(line - 1));
        if (!version.matches()) {
            throw new IOException(file + ":" + line + ": " + kind.section()
                    + ": cannot be edited (expected: each version in a line of its own, '- {id: 1, state: ACTIVE, …}',"
                    + " as init-keys writes it)");
        }
        return version.group(1);
    }

    /**
     * Puts an edited text into the file's place, in one step.
     *
     * @param kind what was edited
     * @param states what the file says then of the versions of that kind
     * @throws IOException if that cannot be done, or a server would not start with it; the file is as it was then
     */
    void replace(List<String> edited, KeyKind kind, Map<Integer, KeyState> states) throws IOException {
        SecretFile.replace(file, String.join("\n", edited) + "\n", draft -> {
            Map<Integer, KeyState> found =
                    read(draft).versions(kind).stream().collect(Collectors.toMap(Version::id, Version::state));
            if (!found.equals(states)) {
                throw new IOException(file + ": " + kind.section() + ": would be " + found + " (expected: " + states
                        + "): it was left as it is");
            }
        });
    }
}
