package io.keywarden.cache;

import com.google.protobuf.ByteString;
import io.keywarden.cache.Feed.Reply;
import io.keywarden.store.RecordKey;
import io.keywarden.store.RecordReader;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;

/**
 * Reads over the connections of a routing, for one load of what is more than one record. Many records are read some at a
 * time, and by turns with other loads, since a connection takes only so many reads at once.
 */
final class RoutedReader implements RecordReader {
    /** How many reads are sent together. */
    private static final int CHUNK = 64;
    /** So few are sent without waiting for a turn: a catalog that has not changed is no more than that. */
    private static final int FEW = 2;
    /** How many loads send at a time: together less than a connection takes, so that single reads get through. */
    private static final int AT_A_TIME = 2;

    private final Routing routing;
    private final Turns turns;
    /** Until when those may be believed that reads were sent on to; empty as long as none was. */
    private volatile OptionalLong redirectedUntil = OptionalLong.empty();

    /**
     * Makes one for one load.
     *
     * @param turns what all loads share, from {@link #turns()}
     */
    RoutedReader(Routing routing, Turns turns) {
        this.routing = routing;
        this.turns = turns;
    }

    /** Makes what all loads share. */
    static Turns turns() {
        return new Turns(AT_A_TIME);
    }

    /**
     * Until when those masters may be believed of which the routing does not know what came from them, so that it may not be
     * kept; empty where all came from where it belongs.
     */
    OptionalLong redirectedUntil() {
        return redirectedUntil;
    }

    @Override
    public CompletionStage<Fetched> fetch(List<RecordKey> keys, Duration limit) {
        Fetch fetch = new Fetch(keys);
        return fetch.from(0).orTimeout(limit.toNanos(), TimeUnit.NANOSECONDS).handle((fetched, failure) -> {
            fetch.over = true;
            return failure == null ? fetched : new Fetched.Unavailable("no answer in time: " + failure);
        });
    }

    /** Some keys that are read one chunk after the other, so that what is later in the order is read later. */
    private final class Fetch {
        private final List<RecordKey> keys;
        /** What came so far. Only used by the chunk whose turn it is. */
        private final List<Optional<ByteString>> values;
        /** Whether nobody waits for it any more. */
        private volatile boolean over;

        Fetch(List<RecordKey> keys) {
            this.keys = keys;
            this.values = new ArrayList<>(keys.size());
        }

        CompletableFuture<Fetched> from(int first) {
            if (first >= keys.size()) {
                return CompletableFuture.completedFuture(new Fetched.Values(values));
            }
            List<RecordKey> chunk = keys.subList(first, Math.min(keys.size(), first + CHUNK));
            CompletableFuture<Optional<Fetched.Unavailable>> taken =
                    keys.size() <= FEW ? send(chunk) : turns.take(() -> send(chunk));
            return taken.thenCompose(missing -> missing.isPresent()
                    ? CompletableFuture.completedFuture(missing.get())
                    : from(first + chunk.size()));
        }

        private CompletableFuture<Optional<Fetched.Unavailable>> send(List<RecordKey> chunk) {
            if (over) {
                return CompletableFuture.completedFuture(Optional.of(new Fetched.Unavailable("nobody waits for it")));
            }
            List<CompletableFuture<Reply>> replies = new ArrayList<>(chunk.size());
            for (RecordKey key : chunk) {
                replies.add(routing.of(key.slot()).feed().read(key).toCompletableFuture());
            }
            return CompletableFuture.allOf(replies.toArray(CompletableFuture[]::new))
                    .thenApply(unused -> take(replies));
        }

        private Optional<Fetched.Unavailable> take(List<CompletableFuture<Reply>> replies) {
            for (CompletableFuture<Reply> answered : replies) {
                Reply reply = answered.getNow(new Reply.Unavailable("no answer"));
                if (reply instanceof Reply.Unavailable unavailable) {
                    return Optional.of(new Fetched.Unavailable(unavailable.detail()));
                }
                if (reply instanceof Reply.Redirected other) {
                    OptionalLong known = redirectedUntil;
                    long until = other.untilNanos();
                    redirectedUntil =
                            OptionalLong.of(known.isPresent() ? Lease.earlier(known.getAsLong(), until) : until);
                    values.add(other.bytes());
                } else {
                    values.add(((Reply.Value) reply).bytes());
                }
            }
            return Optional.empty();
        }
    }
}
