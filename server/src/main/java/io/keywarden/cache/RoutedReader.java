package io.keywarden.cache;

import com.google.protobuf.ByteString;
import io.keywarden.cache.Feed.Reply;
import io.keywarden.store.RecordKey;
import io.keywarden.store.RecordReader;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;

/** Reads over the connections of a routing, for one load of what is more than one record. */
final class RoutedReader implements RecordReader {
    private final Routing routing;
    private volatile boolean redirected;

    RoutedReader(Routing routing) {
        this.routing = routing;
    }

    /** Whether something came from a master that the routing does not know it of, so that it may not be kept. */
    boolean isRedirected() {
        return redirected;
    }

    @Override
    public CompletionStage<Fetched> fetch(List<RecordKey> keys, Duration limit) {
        List<CompletableFuture<Reply>> replies = new ArrayList<>(keys.size());
        for (RecordKey key : keys) {
            replies.add(routing.of(key.slot()).feed().read(key).toCompletableFuture());
        }
        return CompletableFuture.allOf(replies.toArray(CompletableFuture[]::new))
                .orTimeout(limit.toNanos(), TimeUnit.NANOSECONDS)
                .handle((unused, failure) ->
                        failure == null ? together(replies) : new Fetched.Unavailable("no answer in time"));
    }

    private Fetched together(List<CompletableFuture<Reply>> replies) {
        List<Optional<ByteString>> values = new ArrayList<>(replies.size());
        for (CompletableFuture<Reply> answered : replies) {
            Reply reply = answered.getNow(new Reply.Unavailable("no answer"));
            if (reply instanceof Reply.Value value) {
                values.add(value.bytes());
            } else if (reply instanceof Reply.Redirected other) {
                redirected = true;
                values.add(other.bytes());
            } else {
                return new Fetched.Unavailable(((Reply.Unavailable) reply).detail());
            }
        }
        return new Fetched.Values(values);
    }
}
