package io.keywarden.cache;

import com.google.protobuf.ByteString;
import io.keywarden.store.RecordKey;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;

/** A connection whose replies come at once from a map, or when the test says so. For one thread. */
final class FakeFeed implements Feed {
    final Map<RecordKey, ByteString> values = new HashMap<>();
    /** Reads of anything but the marker. */
    final AtomicInteger reads = new AtomicInteger();

    /** As many replies are held at most; a read beyond that is refused, as a connection does. */
    int most = CacheLimits.DEFAULT.readsInFlight();

    boolean held;
    boolean redirecting;
    /** When the lease of the master is over to which it sends on. */
    long redirectedUntil;

    boolean away;
    volatile boolean closed;
    /** Completes when it is closed, on whatever thread. */
    final CompletableFuture<Void> ended = new CompletableFuture<>();

    int refused;
    private final Queue<Runnable> replies = new ArrayDeque<>();

    @Override
    public CompletionStage<Reply> read(RecordKey key) {
        if (!key.equals(RecordKey.STORE)) {
            reads.incrementAndGet();
        }
        CompletableFuture<Reply> reply = new CompletableFuture<>();
        // What is there when it is sent: what Redis would answer, however late it arrives.
        Reply answer = answer(Optional.ofNullable(values.get(key)));
        if (held && replies.size() >= most) {
            refused++;
            reply.complete(new Reply.Unavailable("too many reads wait for their answers"));
        } else if (held) {
            replies.add(() -> reply.complete(answer));
        } else {
            reply.complete(answer);
        }
        return reply;
    }

    private Reply answer(Optional<ByteString> value) {
        if (away) {
            return new Reply.Unavailable("away");
        }
        return redirecting ? new Reply.Redirected(value, redirectedUntil) : new Reply.Value(value);
    }

    /** Lets all held replies arrive. */
    void release() {
        while (!replies.isEmpty()) {
            replies.remove().run();
        }
    }

    @Override
    public void close() {
        closed = true;
        ended.complete(null);
    }
}
