package io.keywarden.check;

import io.keywarden.credential.RequestHeaders;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Headers that stay where they came until somebody asks for one: of all the headers of a request, a decision looks at two or
 * three. Holds the list of headers that Envoy sends with raw values, and the map that it sends without.
 */
final class ScannedHeaders implements RequestHeaders {
    /** Four numbers a header: where its name and its value begin and end. */
    private static final int NUMBERS = 4;

    private final byte[] bytes;
    private final Spans listed = new Spans();
    private final Spans mapped = new Spans();

    /** Starts with none. */
    ScannedHeaders(byte[] bytes) {
        this.bytes = bytes;
    }

    /** Adds a header; {@code isListed} where it is from the list, and otherwise it is from the map. */
    void add(boolean isListed, int nameStart, int nameEnd, int valueStart, int valueEnd) {
        (isListed ? listed : mapped).add(nameStart, nameEnd, valueStart, valueEnd);
    }

    /** The values from the list in order, and behind them the one from the map where it says something else. */
    @Override
    public List<String> values(String name) {
        List<String> values = List.of();
        for (int i = 0; i < listed.count; i++) {
            if (listed.isNamed(i, name, bytes)) {
                values = with(values, listed.value(i, bytes));
            }
        }
        // In a map, the last one of a name counts.
        for (int i = mapped.count - 1; i >= 0; i--) {
            if (mapped.isNamed(i, name, bytes)) {
                String value = mapped.value(i, bytes);
                return RequestHeaders.isJoined(values, value) ? values : with(values, value);
            }
        }
        return values;
    }

    private static List<String> with(List<String> values, String value) {
        if (values.isEmpty()) {
            return List.of(value);
        }
        List<String> more = new ArrayList<>(values);
        more.add(value);
        return more;
    }

    @Override
    public Set<String> names() {
        Set<String> names = new LinkedHashSet<>();
        listed.addNames(names, bytes);
        mapped.addNames(names, bytes);
        return names;
    }

    @Override
    public Set<String> namesLike(String prefix) {
        return mapped.addLike(prefix, bytes, listed.addLike(prefix, bytes, Set.of()));
    }

    @Override
    public String toString() {
        return "RequestHeaders" + names();
    }

    private static String text(byte[] bytes, int start, int end) {
        return new String(bytes, start, end - start, StandardCharsets.ISO_8859_1);
    }

    /** Where some headers are. */
    private static final class Spans {
        private static final int USUAL = 16;
        private static final int[] NONE = {};

        private int[] numbers = NONE;
        private int count;

        private void add(int nameStart, int nameEnd, int valueStart, int valueEnd) {
            int first = count * NUMBERS;
            if (first == numbers.length) {
                numbers = first == 0 ? new int[USUAL * NUMBERS] : Arrays.copyOf(numbers, first * 2);
            }
            numbers[first] = nameStart;
            numbers[first + 1] = nameEnd;
            numbers[first + 2] = valueStart;
            numbers[first + 3] = valueEnd;
            count++;
        }

        private boolean isNamed(int header, String name, byte[] bytes) {
            int start = numbers[header * NUMBERS];
            int length = numbers[header * NUMBERS + 1] - start;
            if (length != name.length()) {
                return false;
            }
            for (int i = length - 1; i >= 0; i--) {
                if (bytes[start + i] != name.charAt(i)) {
                    return false;
                }
            }
            return true;
        }

        /** Whether a name, in lower case and with hyphens for underscores, has a prefix. Names are ASCII here. */
        private boolean isLike(int header, String prefix, byte[] bytes) {
            int start = numbers[header * NUMBERS];
            if (numbers[header * NUMBERS + 1] - start < prefix.length()) {
                return false;
            }
            for (int i = 0; i < prefix.length(); i++) {
                int c = bytes[start + i];
                int lower = c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c == '_' ? '-' : c;
                if (lower != prefix.charAt(i)) {
                    return false;
                }
            }
            return true;
        }

        private Set<String> addLike(String prefix, byte[] bytes, Set<String> others) {
            Set<String> names = others;
            for (int i = 0; i < count; i++) {
                if (isLike(i, prefix, bytes)) {
                    names = names.isEmpty() ? new LinkedHashSet<>() : names;
                    names.add(name(i, bytes));
                }
            }
            return names;
        }

        private String name(int header, byte[] bytes) {
            return text(bytes, numbers[header * NUMBERS], numbers[header * NUMBERS + 1]);
        }

        private String value(int header, byte[] bytes) {
            return text(bytes, numbers[header * NUMBERS + 2], numbers[header * NUMBERS + 3]);
        }

        private void addNames(Set<String> names, byte[] bytes) {
            for (int i = 0; i < count; i++) {
                names.add(name(i, bytes));
            }
        }
    }
}
