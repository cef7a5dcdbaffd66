package io.keywarden.history;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.util.Timestamps;
import io.keywarden.store.Commit;
import io.keywarden.store.StoredRecord.ChainHead;
import io.keywarden.store.v1.EventRecord;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/**
 * What the audit log keeps of an event, enough to tell later whether it is still in the store as it was written.
 *
 * @param key the text of the key of the record whose event it is
 * @param event its number and its hash
 * @param known whether the store said that it is written; where not, it may be there or not
 */
public record AuditEntry(String key, ChainHead event, boolean known) {
    private static final int FORMAT = 1;
    private static final int HASH_BYTES = 32;
    private static final HexFormat HEX = HexFormat.of();
    private static final ObjectMapper MAPPER = new ObjectMapper();

    /**
     * The line of an event: a JSON object, with its line end. It has all of the event, which holds no secret and no digest.
     *
     * @param known whether the store said that it is written
     */
    public static byte[] line(Commit.NewEvent event, boolean known) {
        EventRecord record = parse(event);
        ObjectNode json = MAPPER.createObjectNode()
                .put("format", FORMAT)
                .put("time", Timestamps.toString(record.getTime()))
                .put("key", event.key().text())
                .put("sequence", event.sequence())
                .put("kind", record.getKind())
                .put("principal", record.getPrincipal())
                .put("acting_owner", record.getActingOwner())
                .put("peer", record.getPeer())
                .put("request_id", record.getRequestId());
        if (record.hasOriginalTime()) {
            json.put("original_time", Timestamps.toString(record.getOriginalTime()));
        }
        ArrayNode changes = json.putArray("changes");
        record.getChangesList()
                .forEach(change -> changes.addObject()
                        .put("path", change.getPath())
                        .put("before", change.getBefore())
                        .put("after", change.getAfter()));
        json.put("previous_hash", hex(record.getPreviousHash()))
                .put("hash", hex(new HistoryChain(event.key()).hash(event.bytes())))
                .put("outcome", known ? "WRITTEN" : "UNKNOWN");
        try {
            return (MAPPER.writeValueAsString(json) + "\n").getBytes(StandardCharsets.UTF_8);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("an event that is no JSON (expected: texts and numbers only)", e);
        }
    }

    /**
     * Reads a line.
     *
     * @throws IllegalArgumentException if it is none; the message says what it is
     */
    public static AuditEntry parse(String line) {
        JsonNode json;
        try {
            json = MAPPER.readTree(line);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("is not JSON", e);
        }
        if (json.path("format").asInt() != FORMAT) {
            throw new IllegalArgumentException("has no format " + FORMAT);
        }
        long sequence = json.path("sequence").asLong();
        ByteString hash = ByteString.copyFrom(HEX.parseHex(json.path("hash").asText()));
        if (sequence < 1 || hash.size() != HASH_BYTES) {
            throw new IllegalArgumentException("has no sequence or no hash");
        }
        boolean known = json.path("outcome").asText().equals("WRITTEN");
        return new AuditEntry(json.path("key").asText(), new ChainHead(sequence, hash), known);
    }

    /** The event of a commit. */
    public static EventRecord parse(Commit.NewEvent event) {
        try {
            return EventRecord.parseFrom(event.bytes());
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException("event " + event.sequence() + " (expected: as it was written)", e);
        }
    }

    private static String hex(ByteString bytes) {
        return HEX.formatHex(bytes.toByteArray());
    }
}
