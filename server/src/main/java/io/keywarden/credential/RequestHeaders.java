package io.keywarden.credential;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The headers of a request, each with its values in order. Names are exact: HTTP/2 and Envoy have them in lower case. A
 * value holds one character for each byte where it came as bytes. Prints names only.
 */
public interface RequestHeaders {
    /** The values of a header; none if it is not there. */
    List<String> values(String name);

    /** The names of all headers. */
    Set<String> names();

    /**
     * The names that an upstream could take for one with a prefix: some of them ignore case and read an underscore as a
     * hyphen.
     *
     * @param prefix in lower case, without underscores
     */
    Set<String> namesLike(String prefix);

    /** Starts with no headers. */
    static Builder builder() {
        return new Builder();
    }

    /** Collects headers. */
    final class Builder {
        private final Map<String, List<String>> collected = new LinkedHashMap<>();

        private Builder() {}

        /** Adds a value behind those that a header has. */
        public Builder add(String name, String value) {
            collected.computeIfAbsent(name, absent -> new ArrayList<>(1)).add(value);
            return this;
        }

        /** Adds a value, unless it is what a header's values come to when commas join them. */
        public Builder addJoined(String name, String value) {
            List<String> present = collected.getOrDefault(name, List.of());
            return isJoined(present, value) ? this : add(name, value);
        }

        /** What was collected. Nothing may be added afterwards. */
        public RequestHeaders build() {
            return new Collected(collected);
        }
    }

    /** Whether a value is what some values come to when commas join them. */
    static boolean isJoined(List<String> values, String value) {
        return !values.isEmpty() && String.join(",", values).equals(value);
    }

    /** Headers that were collected one by one. */
    final class Collected implements RequestHeaders {
        private final Map<String, List<String>> values;

        private Collected(Map<String, List<String>> values) {
            this.values = values;
        }

        @Override
        public List<String> values(String name) {
            return values.getOrDefault(name, List.of());
        }

        @Override
        public Set<String> names() {
            return values.keySet();
        }

        @Override
        public Set<String> namesLike(String prefix) {
            return values.keySet().stream()
                    .filter(name ->
                            name.toLowerCase(Locale.ROOT).replace('_', '-').startsWith(prefix))
                    .collect(Collectors.toCollection(LinkedHashSet::new));
        }

        @Override
        public String toString() {
            return "RequestHeaders" + values.keySet();
        }
    }
}
