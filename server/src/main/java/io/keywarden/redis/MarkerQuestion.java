package io.keywarden.redis;

import com.google.protobuf.ByteString;
import io.keywarden.cache.Feed.Reply;
import io.keywarden.policy.Decision;
import io.keywarden.redis.RedisSettings.Address;
import io.keywarden.store.RecordJudge;
import io.keywarden.store.RecordKey;
import io.keywarden.store.StoreMarker;
import io.lettuce.core.api.async.RedisAsyncCommands;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Asks the master of the store's marker whether the store is the right one. Where the marker's slot is on its way to another
 * master and the marker has left already, that one is asked, which has to have a lease of its own.
 *
 * @param commands of the master's connection
 * @param address where the master is
 * @param elsewhere asks the others
 * @param marker judges what is found
 */
record MarkerQuestion(
        RedisAsyncCommands<byte[], byte[]> commands,
        Address address,
        TrackedConnection.Elsewhere elsewhere,
        StoreMarker marker) {
    /** The marker is at another master, who could not say what it is: nothing is proven, and nothing is wrong either. */
    static final class Untold extends RuntimeException {
        private static final long serialVersionUID = 1;

        Untold(String detail) {
            super("the store's marker: " + detail);
        }
    }

    /** Says what is wrong with the store. Completes exceptionally where nobody says, with {@link Untold} or Redis's error. */
    CompletableFuture<Optional<Decision.CannotTell>> ask() {
        RecordJudge.Expectation expectation = marker.expect();
        return commands.get(RedisKeys.record(RecordKey.STORE))
                .toCompletableFuture()
                .handle((value, failure) -> failure == null
                        ? CompletableFuture.completedFuture(
                                Optional.ofNullable(value).map(ByteString::copyFrom))
                        : follow(failure))
                .thenCompose(found -> found)
                .thenApply(found -> marker.defect(expectation, found));
    }

    private CompletionStage<Optional<ByteString>> follow(Throwable failure) {
        return Redirection.of(failure, address)
                .filter(Redirection::asking)
                .map(redirection -> elsewhere.read(redirection, RecordKey.STORE).thenApply(MarkerQuestion::bytes))
                .orElseGet(() -> CompletableFuture.failedFuture(failure));
    }

    private static Optional<ByteString> bytes(Reply reply) {
        if (reply instanceof Reply.Redirected redirected) {
            return redirected.bytes();
        }
        throw new Untold(reply instanceof Reply.Unavailable unavailable ? unavailable.detail() : "no answer");
    }
}
