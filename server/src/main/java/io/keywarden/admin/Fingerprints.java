package io.keywarden.admin;

import com.google.api.FieldBehavior;
import com.google.api.FieldBehaviorProto;
import com.google.protobuf.ByteString;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import io.keywarden.credential.HmacKeys;
import io.keywarden.token.Base62;
import io.keywarden.token.Sha256;
import io.keywarden.token.Uid;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** The hashes by which a repeated request is known. */
final class Fingerprints {
    private static final byte[] MARK_CONTEXT = "keywarden request mark 1".getBytes(StandardCharsets.US_ASCII);
    private static final int SHA256_BYTES = 32;
    private static final int MARK_ID_LENGTH = 43;

    private final HmacKeys tagKeys;

    Fingerprints(HmacKeys tagKeys) {
        this.tagKeys = tagKeys;
    }

    /**
     * The ids under one of which the mark of a request_id is, that under which it is made first: keyed, so that they tell nothing to
     * who reads the store.
     */
    List<String> markIds(Caller caller, Uid parent, String requestId) {
        return tagKeys.activeFirst().stream()
                .map(key -> tagKeys.mac(key, MARK_CONTEXT, utf8(caller.identity()), parent.toBytes(), utf8(requestId)))
                .map(code -> Base62.encode(code, MARK_ID_LENGTH))
                .toList();
    }

    /** The hash of what a caller asked for: of an id and a resource, without what a caller does not decide. */
    static ByteString content(String id, Message resource) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            CodedOutputStream out = CodedOutputStream.newInstance(bytes);
            out.useDeterministicSerialization();
            out.writeStringNoTag(id);
            inputOf(resource).writeTo(out);
            out.flush();
        } catch (IOException e) {
            throw new UncheckedIOException("writing to memory failed (expected: it does not)", e);
        }
        return ByteString.copyFrom(sha256(bytes.toByteArray()));
    }

    /**
     * What a record keeps of the request that made it: the hash of caller and request_id, then the hash of the content.
     * Empty where there is no request_id.
     */
    static ByteString creation(Caller caller, String requestId, ByteString content) {
        return requestId.isEmpty()
                ? ByteString.EMPTY
                : request(caller, requestId).concat(content);
    }

    /**
     * Whether a record was made by this very request.
     *
     * @param stored what the record keeps of the request that made it
     * @param now what this request would have kept
     * @throws AdminException if it was made by the same caller and request_id, for other content
     */
    static boolean isRepeat(ByteString stored, ByteString now) {
        if (now.isEmpty() || stored.isEmpty()) {
            return false;
        }
        boolean sameRequest = stored.substring(0, SHA256_BYTES).equals(now.substring(0, SHA256_BYTES));
        if (sameRequest && !stored.equals(now)) {
            throw new AdminException(new AdminFailure.RequestIdReused());
        }
        return sameRequest;
    }

    static byte[] sha256(byte[] bytes) {
        return Sha256.begin().digest(bytes);
    }

    private static ByteString request(Caller caller, String requestId) {
        byte[] principal = utf8(caller.identity());
        byte[] length = {(byte) (principal.length >>> 8), (byte) principal.length};
        ByteString all = ByteString.copyFrom(List.of(
                ByteString.copyFrom(length), ByteString.copyFrom(principal), ByteString.copyFromUtf8(requestId)));
        return ByteString.copyFrom(sha256(all.toByteArray()));
    }

    private static Message inputOf(Message resource) {
        Message.Builder input = resource.toBuilder();
        for (FieldDescriptor field : resource.getDescriptorForType().getFields()) {
            List<FieldBehavior> behavior = field.getOptions().getExtension(FieldBehaviorProto.fieldBehavior);
            if (behavior.contains(FieldBehavior.OUTPUT_ONLY) || behavior.contains(FieldBehavior.IDENTIFIER)) {
                input.clearField(field);
            }
        }
        return input.build();
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
