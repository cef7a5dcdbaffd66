package io.keywarden.admin;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.keywarden.admin.AdminFailure.StoreFailed.Effect;
import io.keywarden.policy.Reason;
import io.keywarden.store.Commit.NewMark;
import io.keywarden.store.v1.RequestMark;
import io.keywarden.token.SlotTag;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

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
     * @param ids the ids under one of which its mark is, that under which it is made first
     * @param fingerprint the hash of what it asks for
     */
    record Marked(SlotTag slot, List<String> ids, ByteString fingerprint) {
        /** Copies the list. */
        Marked {
            ids = List.copyOf(ids);
        }

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
            return new NewMark(ids.get(0), mark.toByteString(), LIFETIME);
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
        Stream<ByteString> marks = request.ids().stream().flatMap(id -> store.mark(request.slot(), id).stream());
        return marks.findFirst().map(bytes -> {
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
