package io.keywarden.credential;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The headers of a request, each with its values in order. Names are exact: HTTP/2 and Envoy have them in lower case. A
 * value holds one character for each byte where it came as bytes. Prints names only.
 */
public final class RequestHeaders {
    private final Map<String, List<String>> values;

    private RequestHeaders(Map<String, List<String>> values) {
        this.values = values;
    }

    /** Starts with no headers. */
    public static Builder builder() {
        return new Builder();
    }

    /** The values of a header; none if it is not there. */
    public List<String> values(String name) {
        return values.getOrDefault(name, List.of());
    }

    /** The names of all headers. */
    public Set<String> names() {
        return values.keySet();
    }

    @Override
    public String toString() {
        return "RequestHeaders" + values.keySet();
    }

    /** Collects headers. */
    public static final class Builder {
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
            return String.join(",", present).equals(value) && !present.isEmpty() ? this : add(name, value);
        }

        /** What was collected. Nothing may be added afterwards. */
        public RequestHeaders build() {
            return new RequestHeaders(collected);
        }
    }
}
