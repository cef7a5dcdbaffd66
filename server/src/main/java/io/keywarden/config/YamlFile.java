package io.keywarden.config;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Reads a YAML file into parts that know their lines. Its messages never quote the file, which may hold keys. */
final class YamlFile {
    /** More than any configuration or key file needs. */
    private static final long MAX_BYTES = 1 << 20;

    private final Path file;
    private final List<ConfigProblem> problems = new ArrayList<>();

    private YamlFile(Path file) {
        this.file = file;
    }

    /** Reads a file. A file without any content is an empty map. */
    static Loaded<YamlNode> read(Path file) {
        return new YamlFile(file).read();
    }

    private Loaded<YamlNode> read() {
        try {
            if (!Files.isRegularFile(file)) {
                return invalid(0, Files.exists(file) ? "is not a file" : "does not exist");
            }
            if (Files.size(file) > MAX_BYTES) {
                return invalid(0, Files.size(file) + " bytes (expected: at most " + MAX_BYTES + ")");
            }
            YamlNode root = parse(Files.readString(file));
            return problems.isEmpty() ? new Loaded.Valid<>(root) : new Loaded.Invalid<>(problems);
        } catch (JsonProcessingException e) {
            JsonLocation where = e.getLocation();
            return invalid(
                    where == null ? 0 : where.getLineNr(),
                    "cannot be read as YAML from here on (expected: 'key: value' lines, indented with spaces;"
                            + " an address such as \"[::1]:9001\" needs its quotes)");
        } catch (CharacterCodingException e) {
            return invalid(0, "is not UTF-8 text");
        } catch (IOException e) {
            return invalid(0, "cannot be read: " + e);
        }
    }

    private YamlNode parse(String text) throws IOException {
        try (JsonParser parser = new YAMLFactory().createParser(text)) {
            JsonToken first = parser.nextToken();
            if (first == null || first == JsonToken.VALUE_NULL) {
                return YamlNode.map(1, Map.of());
            }
            YamlNode root = node(parser);
            if (root.kind() != YamlNode.Kind.MAP) {
                add(root.line(), "is " + root.kind().words() + " (expected: 'key: value' lines)");
            }
            if (parser.nextToken() != null) {
                add(parser.currentTokenLocation().getLineNr(), "a second document (expected: one)");
            }
            return root;
        }
    }

    private YamlNode node(JsonParser parser) throws IOException {
        int line = parser.currentTokenLocation().getLineNr();
        JsonToken token = parser.currentToken();
        if (token == JsonToken.START_OBJECT) {
            return YamlNode.map(line, fields(parser));
        }
        if (token == JsonToken.START_ARRAY) {
            List<YamlNode> items = new ArrayList<>();
            while (parser.nextToken() != JsonToken.END_ARRAY) {
                items.add(node(parser));
            }
            return YamlNode.list(line, items);
        }
        return token == JsonToken.VALUE_NULL ? YamlNode.empty(line) : YamlNode.scalar(line, parser.getText());
    }

    private Map<String, YamlNode> fields(JsonParser parser) throws IOException {
        Map<String, YamlNode> fields = new LinkedHashMap<>();
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String key = parser.currentName();
            int line = parser.currentTokenLocation().getLineNr();
            parser.nextToken();
            YamlNode value = node(parser);
            if (fields.put(key, new YamlNode(line, value.kind(), value.fields(), value.items(), value.text()))
                    != null) {
                add(line, "'" + key + "' stands here a second time (expected: once)");
            }
        }
        return fields;
    }

    private void add(int line, String message) {
        problems.add(new ConfigProblem(file, line, message));
    }

    private Loaded<YamlNode> invalid(int line, String message) {
        add(line, message);
        return new Loaded.Invalid<>(problems);
    }
}
