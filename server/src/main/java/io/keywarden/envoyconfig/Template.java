package io.keywarden.envoyconfig;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A YAML resource with places named {@code ${place}}, each filled once with a value that can't change the structure.
 *
 * <p>A text is always double-quoted, so {@code n} stays a text and a quote or a line break in it stays inside. A block is
 * a rendered template that takes the whole line of its place, at its indent; an empty block takes the line away. A place
 * that nobody fills, and a value that has no place, are bugs and throw.
 */
final class Template {
    private static final Pattern BLOCK_LINE = Pattern.compile("^( *)\\$\\{([a-z0-9_]+)}$");
    private static final Pattern PLACE = Pattern.compile("\\$\\{([a-z0-9_]+)}");

    private final String name;
    private final String text;
    private final Map<String, String> scalars = new HashMap<>();
    private final Map<String, String> blocks = new HashMap<>();

    private Template(String name, String text) {
        this.name = name;
        this.text = text;
    }

    static Template named(String name) {
        try (InputStream in = Template.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalStateException("template: " + name + " (expected: a resource of this package)");
            }
            return new Template(name, new String(in.readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException("template " + name, e);
        }
    }

    static Template of(String text) {
        return new Template("text", text);
    }

    Template text(String place, String value) {
        scalars.put(place, quoted(value));
        return this;
    }

    Template texts(String place, List<String> values) {
        scalars.put(place, values.stream().map(Template::quoted).collect(Collectors.joining(", ", "[ ", " ]")));
        return this;
    }

    Template number(String place, long value) {
        scalars.put(place, Long.toString(value));
        return this;
    }

    /** A protobuf duration in seconds, such as {@code 0.25s}. */
    Template duration(String place, Duration value) {
        BigDecimal seconds = BigDecimal.valueOf(value.toNanos(), 9).stripTrailingZeros();
        scalars.put(place, seconds.toPlainString() + "s");
        return this;
    }

    /** A word of the template's own language, such as an enum constant: never a value from outside. */
    Template word(String place, String trusted) {
        scalars.put(place, trusted);
        return this;
    }

    Template block(String place, String rendered) {
        blocks.put(place, rendered);
        return this;
    }

    String render() {
        Set<String> filled = new HashSet<>();
        StringBuilder out = new StringBuilder(text.length() * 2);
        for (String line : text.lines().toList()) {
            Matcher blockLine = BLOCK_LINE.matcher(line);
            if (blockLine.matches() && blocks.containsKey(blockLine.group(2))) {
                filled.add(blockLine.group(2));
                appendIndented(out, blockLine.group(1), required(blocks, blockLine.group(2)));
            } else {
                appendFilled(out, line, filled);
            }
        }
        requireAllUsed(filled);
        return out.toString();
    }

    private static void appendIndented(StringBuilder out, String indent, String block) {
        block.lines().forEach(line -> out.append(indent).append(line).append('\n'));
    }

    private void appendFilled(StringBuilder out, String line, Set<String> filled) {
        Matcher place = PLACE.matcher(line);
        int from = 0;
        while (place.find()) {
            String key = place.group(1);
            filled.add(key);
            out.append(line, from, place.start()).append(required(scalars, key));
            from = place.end();
        }
        out.append(line, from, line.length()).append('\n');
    }

    private String required(Map<String, String> values, String key) {
        String value = values.get(key);
        if (value == null) {
            throw new IllegalStateException("place: " + key + " of " + name + " (expected: a value)");
        }
        return value;
    }

    private void requireAllUsed(Set<String> filled) {
        Set<String> given = new HashSet<>(scalars.keySet());
        given.addAll(blocks.keySet());
        given.removeAll(filled);
        if (!given.isEmpty()) {
            throw new IllegalStateException("values: " + given + " (expected: places of " + name + ")");
        }
    }

    private static String quoted(String value) {
        StringBuilder out = new StringBuilder(value.length() + 2).append('"');
        value.codePoints().forEach(point -> appendEscaped(out, point));
        return out.append('"').toString();
    }

    private static void appendEscaped(StringBuilder out, int point) {
        if (point == '"' || point == '\\') {
            out.append('\\').append((char) point);
        } else if (point < 0x20 || point > 0x7e) {
            out.append(String.format("\\U%08x", point));
        } else {
            out.append((char) point);
        }
    }
}
