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
        /**
         * The mark that goes into the commit.
         *
         * @param name the name of what is made
         * @param jwe the secret that is made, encrypted for who asked; empty text where it is not
         */
        NewMark mark(String name, String jwe) {
            RequestMark mark = RequestMark.newBuilder()
                    .setFingerprint(fingerprint)
                    .setName(name)
                    .setJwe(jwe)
                    .build();
            return new NewMark(id, mark.toByteString(), LIFETIME);
        }
    }

    /**
     * What the same request made before.
     *
     * @param name its name
     * @param jwe its secret, encrypted for who asked; empty text where it was told in the clear
     */
    record Made(String name, String jwe) {}

    /**
     * What the same request made before; empty where it made nothing.
     *
     * @throws AdminException if the request_id was used for other content
     */
    Optional<Made> made(Marked request) {
        return store.mark(request.slot(), request.id()).map(bytes -> {
            RequestMark mark = parse(bytes);
            if (!mark.getFingerprint().equals(request.fingerprint())) {
                throw new AdminException(new AdminFailure.RequestIdReused());
            }
            return new Made(mark.getName(), mark.getJwe());
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
