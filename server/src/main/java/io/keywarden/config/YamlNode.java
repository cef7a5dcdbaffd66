package io.keywarden.config;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A part of a YAML file that knows its line.
 *
 * @param line where it begins, from 1
 * @param kind what it is
 * @param fields of a map, in the order of the file
 * @param items of a list
 * @param text of a scalar, as written
 */
record YamlNode(int line, Kind kind, Map<String, YamlNode> fields, List<YamlNode> items, String text) {
    /** What a part can be. */
    enum Kind {
        /** Keys with values. */
        MAP("a section"),
        /** Values in order. */
        LIST("a list"),
        /** One value. */
        SCALAR("a value"),
        /** Nothing. */
        EMPTY("nothing");

        private final String words;

        Kind(String words) {
            this.words = words;
        }

        /** What to call it in a message. */
        String words() {
            return words;
        }
    }

    static YamlNode map(int line, Map<String, YamlNode> fields) {
        return new YamlNode(line, Kind.MAP, fields, List.of(), "");
    }

    static YamlNode list(int line, List<YamlNode> items) {
        return new YamlNode(line, Kind.LIST, Map.of(), items, "");
    }

    static YamlNode scalar(int line, String text) {
        return new YamlNode(line, Kind.SCALAR, Map.of(), List.of(), text);
    }

    static YamlNode empty(int line) {
        return new YamlNode(line, Kind.EMPTY, Map.of(), List.of(), "");
    }

    /** The line of the deepest part on the way to a dotted key; 0 where not even its first step is there. */
    int lineOf(String dottedKey) {
        YamlNode node = this;
        int found = 0;
        for (String step : dottedKey.split("\\.", -1)) {
            @Nullable YamlNode next = node.fields.get(step);
            if (next == null) {
                break;
            }
            node = next;
            found = next.line;
        }
        return found;
    }

    /** Prints no value: the file may hold keys. */
    @Override
    public String toString() {
        return kind + " at line " + line;
    }
}
