package io.keywarden.policy;

import io.keywarden.token.OpenPath;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A pattern of paths, such as {@code /v1/orders/{order}}: segments that are literal, or a variable that takes exactly one
 * segment, or, as the last one, {@code {name=**}}, which takes all that follow, at least one.
 */
public final class PathTemplate {
    /** How many segments a template has at most. */
    public static final int MAX_SEGMENTS = 32;
    /** How many characters a template has at most. */
    public static final int MAX_LENGTH = 1024;

    private static final Pattern VARIABLE = Pattern.compile("\\{([a-zA-Z][a-zA-Z0-9_]{0,62})(=\\*\\*)?}");

    private final List<Segment> segments;

    private PathTemplate(List<Segment> segments) {
        this.segments = segments;
    }

    /** What a segment takes. */
    enum Kind {
        LITERAL,
        VARIABLE,
        REST
    }

    /**
     * A segment.
     *
     * @param kind what it takes
     * @param text the literal, decoded, or the variable's name
     */
    record Segment(Kind kind, String text) {}

    /**
     * Reads a template.
     *
     * @throws IllegalArgumentException if {@link #problem} has something to say about it
     */
    public static PathTemplate parse(String text) {
        List<Segment> segments = new ArrayList<>();
        Optional<String> problem = read(text, segments);
        if (problem.isPresent()) {
            throw new IllegalArgumentException("path template " + text + " (expected: " + problem.get() + ")");
        }
        return new PathTemplate(List.copyOf(segments));
    }

    /** What a text should be in order to be a template, to be said to who wrote it; empty if it is one. */
    public static Optional<String> problem(String text) {
        return read(text, new ArrayList<>());
    }

    /** The requests with one of some methods and a path of this form. */
    public OpenPath openPath(Set<String> methods) {
        List<String> texts = segments.stream()
                .filter(segment -> segment.kind() != Kind.REST)
                .map(segment -> segment.kind() == Kind.LITERAL ? segment.text() : "")
                .toList();
        return new OpenPath(methods, texts, texts.size() < segments.size());
    }

    /** Its segments, in order; none for the path {@code /}. */
    List<Segment> segments() {
        return segments;
    }

    private static Optional<String> read(String text, List<Segment> into) {
        if (!text.startsWith("/")) {
            return Optional.of("a path that begins with /");
        }
        if (text.length() > MAX_LENGTH) {
            return Optional.of("at most " + MAX_LENGTH + " characters");
        }
        boolean slashed = text.length() > 1 && text.endsWith("/");
        String inner = text.substring(1, slashed ? text.length() - 1 : text.length());
        if (inner.isEmpty()) {
            return slashed ? Optional.of("no empty segment") : Optional.empty();
        }
        String[] parts = inner.split("/", -1);
        if (parts.length > MAX_SEGMENTS) {
            return Optional.of("at most " + MAX_SEGMENTS + " segments");
        }
        Set<String> names = new HashSet<>();
        for (int i = 0; i < parts.length; i++) {
            Optional<String> problem = readSegment(parts[i], i == parts.length - 1 && !slashed, names, into);
            if (problem.isPresent()) {
                return problem;
            }
        }
        return Optional.empty();
    }

    private static Optional<String> readSegment(String part, boolean last, Set<String> names, List<Segment> into) {
        Matcher variable = VARIABLE.matcher(part);
        if (variable.matches()) {
            boolean rest = variable.group(2) != null;
            into.add(new Segment(rest ? Kind.REST : Kind.VARIABLE, variable.group(1)));
            if (rest && !last) {
                return Optional.of("nothing behind " + part);
            }
            return names.add(variable.group(1))
                    ? Optional.empty()
                    : Optional.of("each variable once, not " + part + " again");
        }
        if (part.isEmpty()) {
            return Optional.of("no empty segment");
        }
        if (part.chars().anyMatch(c -> "{}*?".indexOf(c) >= 0)) {
            return Optional.of("a variable to be a whole segment, {name} or at the end {name=**}, not " + part);
        }
        Optional<String> literal = RequestPath.decodeSegment(part);
        literal.ifPresent(decoded -> into.add(new Segment(Kind.LITERAL, decoded)));
        return literal.isPresent()
                ? Optional.empty()
                : Optional.of("segments in normal form, not " + part
                        + ": no dot segment, backslash, semicolon, number sign, space, control or non-ASCII character, and"
                        + " percent-encoding only where it is needed");
    }
}
