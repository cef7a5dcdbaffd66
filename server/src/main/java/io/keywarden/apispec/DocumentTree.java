package io.keywarden.apispec;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.exc.StreamReadException;
import com.fasterxml.jackson.core.util.JsonParserDelegate;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLParser;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.LoaderOptions;

/**
 * Reads a JSON or YAML text of somebody else's into a tree, and no more of it than is good for us: its length, its depth and
 * the number of its parts are bounded, a key stands once in its object, and YAML's aliases, by which a short text can mean an
 * endless one, are refused.
 */
final class DocumentTree {
    private static final int MAX_BYTES = 4 * 1024 * 1024;
    private static final int MAX_DEPTH = 100;
    private static final int MAX_PARTS = 1_000_000;

    private static final StreamReadConstraints CONSTRAINTS = StreamReadConstraints.builder()
            .maxDocumentLength(MAX_BYTES)
            .maxNestingDepth(MAX_DEPTH)
            .maxStringLength(MAX_BYTES)
            .build();
    private static final ObjectMapper MAPPER = new ObjectMapper()
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY);
    private static final JsonFactory JSON = JsonFactory.builder()
            .streamReadConstraints(CONSTRAINTS)
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();
    private static final JsonFactory YAML = YAMLFactory.builder()
            .loaderOptions(loaderOptions())
            .streamReadConstraints(CONSTRAINTS)
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();

    private DocumentTree() {}

    /** The text is none of these, or too much. */
    static final class NotRead extends IOException {
        private static final long serialVersionUID = 1L;

        NotRead(String expected) {
            super(expected);
        }
    }

    /**
     * Reads a text.
     *
     * @throws NotRead if it is not read; its message says what was expected, and quotes nothing
     */
    static JsonNode read(String text) throws NotRead {
        if (text.length() > MAX_BYTES || utf8Length(text) > MAX_BYTES) {
            throw new NotRead("at most 4 MiB");
        }
        boolean json = text.stripLeading().startsWith("{");
        try (JsonParser parser = new Bounded((json ? JSON : YAML).createParser(text))) {
            JsonNode tree = MAPPER.readTree(parser);
            if (tree == null || !tree.isObject() || parser.nextToken() != null) {
                throw new NotRead("one JSON or YAML object");
            }
            return tree;
        } catch (NotRead e) {
            throw e;
        } catch (IOException | RuntimeException e) {
            // Whatever a parser says may quote the text.
            throw new NotRead((json ? "JSON" : "YAML") + " of at most " + MAX_DEPTH
                    + " levels, with each key once in its object" + place(e));
        }
    }

    private static String place(Exception e) {
        return e instanceof StreamReadException read && read.getLocation() != null
                ? "; see line " + read.getLocation().getLineNr() + " column "
                        + read.getLocation().getColumnNr()
                : "";
    }

    private static long utf8Length(String text) {
        return text.codePoints()
                .mapToLong(c -> c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4)
                .sum();
    }

    private static LoaderOptions loaderOptions() {
        LoaderOptions options = new LoaderOptions();
        options.setCodePointLimit(MAX_BYTES);
        options.setNestingDepthLimit(MAX_DEPTH);
        options.setMaxAliasesForCollections(0);
        options.setAllowDuplicateKeys(false);
        options.setAllowRecursiveKeys(false);
        return options;
    }

    /** Counts what it reads. */
    private static final class Bounded extends JsonParserDelegate {
        private int parts;

        Bounded(JsonParser parser) {
            super(parser);
        }

        @Override
        public @Nullable JsonToken nextToken() throws IOException {
            JsonToken token = super.nextToken();
            if (++parts > MAX_PARTS) {
                throw new NotRead("at most " + MAX_PARTS + " keys and values");
            }
            if (delegate instanceof YAMLParser yaml && yaml.isCurrentAlias()) {
                throw new NotRead("YAML without aliases (*name): written out");
            }
            return token;
        }

        @Override
        public @Nullable String nextFieldName() throws IOException {
            return nextToken() == JsonToken.FIELD_NAME ? currentName() : null;
        }

        @Override
        public @Nullable String nextTextValue() throws IOException {
            return nextToken() == JsonToken.VALUE_STRING ? getText() : null;
        }
    }
}
