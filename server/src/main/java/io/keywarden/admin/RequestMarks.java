package io.keywarden.admin;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.keywarden.admin.AdminFailure.StoreFailed.Effect;
import io.keywarden.policy.Reason;
import io.keywarden.store.Commit.NewMark;
import io.keywarden.store.v1.RequestMark;
import io.keywarden.token.SlotTag;
import java.time.Duration;
import java.util.Optional;

/** What is kept of the request_ids of calls that made something, so that a repeat does not make it again. */
final class RequestMarks {
    private static final Duration LIFETIME = Duration.ofHours(24);

    private final AdminStore store;

    RequestMarks(AdminStore store) {
        this.store = store;
    }

    /**
     * A request that has a request_id.
     *
     * @param slot where its mark is
     * @param id the mark's id
     * @param fingerprint the hash of what it asks for
     */
    record Marked(SlotTag slot, String id, ByteString fingerprint) {
        /** The mark that goes into the commit. */
        NewMark mark(String name) {
            RequestMark mark = RequestMark.newBuilder()
                    .setFingerprint(fingerprint)
                    .setName(name)
                    .build();
            return new NewMark(id, mark.toByteString(), LIFETIME);
        }
    }

    /**
     * The name of what the same request made before; empty where it made nothing.
     *
     * @throws AdminException if the request_id was used for other content
     */
    Optional<String> made(Marked request) {
        return store.mark(request.slot(), request.id()).map(bytes -> {
            RequestMark mark = parse(bytes);
            if (!mark.getFingerprint().equals(request.fingerprint())) {
                throw new AdminException(new AdminFailure.RequestIdReused());
            }
            return mark.getName();
        });
    }

    private static RequestMark parse(ByteString bytes) {
        try {
            return RequestMark.parseFrom(bytes);
        } catch (InvalidProtocolBufferException e) {
            throw AdminStore.failed(Reason.INTERNAL, Effect.NOTHING_WRITTEN);
        }
    }
}
