package io.keywarden.admin;

import com.google.protobuf.ByteString;
import io.keywarden.store.StoredRecord;
import java.util.Arrays;
import java.util.Base64;

/**
 * Names the states of resources: 12 bytes of the SHA-256 of what a record holds, base64url. Every change sets a time in there,
 * so no state comes back; what only adds to the history, such as that somebody asked for an explanation, is no other state.
 */
final class Etags {
    private static final int BYTES = 12;

    private Etags() {}

    /** The etag of a record as it is stored. */
    static String of(StoredRecord record) {
        ByteString state = CatalogMessages.bytes(record.uid()).concat(record.payload());
        byte[] hash = Fingerprints.sha256(state.toByteArray());
        return Base64.getUrlEncoder().withoutPadding().encodeToString(Arrays.copyOf(hash, BYTES));
    }

    /** Throws if a caller gave an etag, and the record is not as it says. */
    static void check(String etag, StoredRecord record, AdminFailure.ResourceType type, String name) {
        if (!etag.isEmpty() && !etag.equals(of(record))) {
            throw new AdminException(
                    new AdminFailure.LostRace(type, name, "is not as the etag says: read it again and repeat"));
        }
    }
}
