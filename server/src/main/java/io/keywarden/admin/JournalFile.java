package io.keywarden.admin;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.protobuf.ByteString;
import io.keywarden.store.RecordKey;
import io.keywarden.store.StoredRecord.ChainHead;
import io.keywarden.store.v1.RecordKind;
import io.keywarden.token.SlotTag;
import io.keywarden.token.Uid;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/**
 * The file of the {@link Journal}: a JSON object a line, mode 0600. A last line that was cut off, as by a crash, was never
 * answered for, and is left out. Used by one thread at a time.
 */
final class JournalFile {
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final HexFormat HEX = HexFormat.of();
    private static final Base64.Encoder BASE64 = Base64.getEncoder();
    private static final int FORMAT = 1;

    private final Path path;

    JournalFile(Path path) {
        this.path = path;
    }

    /**
     * A line.
     *
     * @param added a write that is kept
     * @param cancelled what got its right back
     */
    record Line(Optional<Journal.Kept> added, Optional<Journal.Cancel> cancelled) {
        static Line added(Journal.Kept write) {
            return new Line(Optional.of(write), Optional.empty());
        }

        static Line cancelled(Journal.Cancel cancel) {
            return new Line(Optional.empty(), Optional.of(cancel));
        }
    }

    /** Reads all lines; none where there is no file. */
    List<Line> read() throws IOException {
        if (Files.notExists(path)) {
            return List.of();
        }
        String text = PrivateFiles.read(path);
        List<Line> lines = new ArrayList<>();
        int from = 0;
        for (int end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', from)) {
            lines.add(parse(text.substring(from, end), lines.size() + 1));
            from = end + 1;
        }
        return lines;
    }

    /** Adds a line; it is on the disk when this returns. */
    void append(Line line) throws IOException {
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.WRITE, StandardOpenOption.APPEND)) {
            ByteBuffer bytes = ByteBuffer.wrap((text(line) + "\n").getBytes(StandardCharsets.UTF_8));
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            channel.force(false);
        }
    }

    /** Puts other lines in place of all that are there, in one step. */
    void replace(List<Line> lines) throws IOException {
        StringBuilder text = new StringBuilder();
        for (Line line : lines) {
            text.append(text(line)).append('\n');
        }
        PrivateFiles.write(path, text.toString());
    }

    private static String text(Line line) throws IOException {
        ObjectNode json = MAPPER.createObjectNode();
        json.put("format", FORMAT);
        line.cancelled()
                .ifPresent(
                        cancel -> json.put("cancels", HEX.formatHex(cancel.of().toBytes()))
                                .put("version", cancel.version()));
        line.added().ifPresent(write -> put(json, write));
        return MAPPER.writeValueAsString(json);
    }

    private static void put(ObjectNode json, Journal.Kept write) {
        Journal.Place place = write.place();
        if (!write.command().content().isEmpty()) {
            json.put("content", BASE64.encodeToString(write.command().content().toByteArray()));
        }
        json.put("time", write.time().toString())
                .put("kind", write.command().kind().rpc())
                .put("name", write.command().name())
                .put("reason", write.command().reason())
                .put("uid", HEX.formatHex(write.of().toBytes()))
                .put("record_kind", place.key().kind().name())
                .put("slot", place.key().slot().text())
                .put("record", place.key().id())
                .put("version", place.version())
                .put("sequence", place.event().count())
                .put("hash", HEX.formatHex(place.event().hash().toByteArray()));
    }

    private Line parse(String text, int number) throws IOException {
        try {
            JsonNode json = MAPPER.readTree(text);
            if (json.path("format").asInt() != FORMAT) {
                throw new IllegalArgumentException("format " + json.path("format") + " (expected: " + FORMAT + ")");
            }
            return json.has("cancels")
                    ? Line.cancelled(new Journal.Cancel(uid(json, "cancels"), number(json, "version")))
                    : Line.added(write(json));
        } catch (JsonProcessingException | IllegalArgumentException | DateTimeException e) {
            String problem = e instanceof JsonProcessingException ? "is not JSON" : e.getMessage();
            throw new IOException(path + ":" + number + " " + problem + " (expected: a line as Admin wrote it; without"
                    + " this file, what was revoked within the last day could come back)");
        }
    }

    private static Journal.Kept write(JsonNode json) {
        Narrowing kind = Narrowing.of(text(json, "kind"))
                .orElseThrow(() -> new IllegalArgumentException("kind " + json.path("kind")));
        RecordKey key = new RecordKey(
                RecordKind.valueOf(text(json, "record_kind")), new SlotTag(text(json, "slot")), text(json, "record"));
        ChainHead event =
                new ChainHead(number(json, "sequence"), ByteString.copyFrom(HEX.parseHex(text(json, "hash"))));
        return new Journal.Kept(
                Instant.parse(text(json, "time")),
                new Journal.Command(
                        kind,
                        text(json, "name"),
                        json.path("reason").asInt(),
                        ByteString.copyFrom(Base64.getDecoder().decode(text(json, "content")))),
                uid(json, "uid"),
                new Journal.Place(key, number(json, "version"), event),
                "");
    }

    private static Uid uid(JsonNode json, String field) {
        return Uid.of(HEX.parseHex(text(json, field)));
    }

    private static long number(JsonNode json, String field) {
        JsonNode found = json.path(field);
        if (!found.canConvertToLong()) {
            throw new IllegalArgumentException(field + " " + found + " (expected: a number)");
        }
        return found.asLong();
    }

    private static String text(JsonNode json, String field) {
        return json.path(field).asText();
    }
}
