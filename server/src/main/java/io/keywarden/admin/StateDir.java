package io.keywarden.admin;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.keywarden.token.Uid;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What an Admin keeps outside of Redis: {@code store.json}, which store it worked with, so that an emptied one is not taken
 * for a new one; and {@code bootstrap.json}, the digest of the bootstrap token. The bootstrap token itself goes to a file of
 * its own, for the operator.
 */
public final class StateDir {
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final HexFormat HEX = HexFormat.of();
    private static final int FORMAT = 1;

    private final Path directory;
    private final Path bootstrapTokenFile;

    /**
     * Takes the places.
     *
     * @param directory where the state is; made when it is first written to
     * @param bootstrapTokenFile where the bootstrap token is told to the operator
     */
    public StateDir(Path directory, Path bootstrapTokenFile) {
        this.directory = directory;
        this.bootstrapTokenFile = bootstrapTokenFile;
    }

    /**
     * What is kept of the bootstrap token.
     *
     * @param incarnation the store that it was made for
     * @param id its public id
     * @param uid its identity
     * @param pepper the id of the pepper of its digest
     * @param digest the digest of its secret, as hexadecimal digits
     */
    record Bootstrap(Uid incarnation, String id, Uid uid, int pepper, String digest) {
        @Override
        public String toString() {
            return "Bootstrap[id=" + id + ", pepper=" + pepper + "]";
        }
    }

    /** The store that this Admin worked with; empty where it worked with none. */
    public Optional<Uid> incarnation() throws IOException {
        return read(storeFile()).map(json -> uid(json, "incarnation"));
    }

    void writeIncarnation(Uid incarnation) throws IOException {
        write(storeFile(), Map.of("incarnation", hex(incarnation)));
    }

    Optional<Bootstrap> bootstrap() throws IOException {
        return read(bootstrapFile())
                .map(json -> new Bootstrap(
                        uid(json, "incarnation"),
                        text(json, "id"),
                        uid(json, "uid"),
                        json.path("pepper").asInt(),
                        text(json, "digest")));
    }

    /** Whether the bootstrap token is still told. */
    boolean hasBootstrapToken() {
        return Files.exists(bootstrapTokenFile);
    }

    /** Writes the token for the operator first: a digest whose token nobody knows would lock everybody out. */
    void writeBootstrap(Bootstrap bootstrap, String token) throws IOException {
        PrivateFiles.write(bootstrapTokenFile, token + "\n");
        writeBootstrapDigest(bootstrap);
    }

    void writeBootstrapDigest(Bootstrap bootstrap) throws IOException {
        write(
                bootstrapFile(),
                Map.of(
                        "incarnation", hex(bootstrap.incarnation()),
                        "id", bootstrap.id(),
                        "uid", hex(bootstrap.uid()),
                        "pepper", bootstrap.pepper(),
                        "digest", bootstrap.digest()));
    }

    void removeBootstrap() throws IOException {
        Files.deleteIfExists(bootstrapFile());
        Files.deleteIfExists(bootstrapTokenFile);
    }

    private Path storeFile() {
        return directory.resolve("store.json");
    }

    private Path bootstrapFile() {
        return directory.resolve("bootstrap.json");
    }

    private static void write(Path file, Map<String, Object> fields) throws IOException {
        Map<String, Object> json = new TreeMap<>(fields);
        json.put("format", FORMAT);
        PrivateFiles.write(file, MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(json) + "\n");
    }

    private static Optional<JsonNode> read(Path file) throws IOException {
        if (Files.notExists(file)) {
            return Optional.empty();
        }
        JsonNode json = MAPPER.readTree(PrivateFiles.read(file));
        if (json.path("format").asInt() != FORMAT) {
            throw new IOException(file + " has format " + json.path("format") + " (expected: " + FORMAT + ")");
        }
        return Optional.of(json);
    }

    private static Uid uid(JsonNode json, String field) {
        return Uid.of(HEX.parseHex(text(json, field)));
    }

    private static String text(JsonNode json, String field) {
        return json.path(field).asText();
    }

    private static String hex(Uid uid) {
        return HEX.formatHex(uid.toBytes());
    }
}
