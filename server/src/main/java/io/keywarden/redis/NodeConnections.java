package io.keywarden.redis;

import io.keywarden.redis.RedisSettings.Address;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.async.RedisAsyncCommands;
import io.lettuce.core.codec.StringCodec;
import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Connections on which servers are asked about each other, apart from those that carry records. Each is kept as long as its
 * server is among those that are asked, and given up when a question on it failed. Safe for use by several threads.
 */
final class NodeConnections {
    /** How long one server may take, the connecting included. */
    private static final Duration LIMIT = Duration.ofMillis(500);

    private final RedisClient client;
    private final Function<Address, RedisURI> uri;
    private final Map<Address, CompletableFuture<StatefulRedisConnection<String, String>>> open =
            new ConcurrentHashMap<>();

    /**
     * Takes a client.
     *
     * @param uri adds the credentials to an address
     */
    NodeConnections(RedisClient client, Function<Address, RedisURI> uri) {
        this.client = client;
        this.uri = uri;
    }

    /** What some servers said, by their address; it may be of fewer than were asked. */
    record Answers<T>(Map<Address, T> found, Map<Address, String> failures) {}

    /** A question: one or more commands on one connection. */
    interface Question<T> {
        CompletableFuture<T> ask(Address address, RedisAsyncCommands<String, String> commands);
    }

    /** Asks several servers at once, and closes the connections to all others. Never completes exceptionally. */
    <T> CompletableFuture<Answers<T>> askAll(Collection<Address> addresses, Question<T> question) {
        Map<Address, T> found = new ConcurrentHashMap<>();
        Map<Address, String> failures = new ConcurrentHashMap<>();
        Set<Address> asked = Set.copyOf(addresses);
        open.forEach((address, connection) -> {
            if (!asked.contains(address)) {
                giveUp(address, connection);
            }
        });
        CompletableFuture<?>[] all = asked.stream()
                .map(address -> ask(address, question).handle((answer, failure) -> {
                    if (failure == null) {
                        found.put(address, answer);
                    } else {
                        failures.put(address, Failures.text(failure));
                    }
                    return null;
                }))
                .toArray(CompletableFuture<?>[]::new);
        return CompletableFuture.allOf(all).thenApply(done -> new Answers<>(found, failures));
    }

    private <T> CompletableFuture<T> ask(Address address, Question<T> question) {
        CompletableFuture<StatefulRedisConnection<String, String>> connection = connection(address);
        return connection
                .thenCompose(to -> question.ask(address, to.async()))
                .orTimeout(LIMIT.toMillis(), TimeUnit.MILLISECONDS)
                .whenComplete((answer, failure) -> {
                    if (failure != null) {
                        giveUp(address, connection);
                    }
                });
    }

    private CompletableFuture<StatefulRedisConnection<String, String>> connection(Address address) {
        CompletableFuture<StatefulRedisConnection<String, String>> known = open.get(address);
        if (known != null && !isBroken(known)) {
            return known;
        }
        // In a stage, so that what is thrown here is a failure too.
        CompletableFuture<StatefulRedisConnection<String, String>> made = CompletableFuture.completedFuture(
                        StringCodec.UTF8)
                .thenCompose(codec -> client.connectAsync(codec, uri.apply(address)));
        CompletableFuture<StatefulRedisConnection<String, String>> before = open.put(address, made);
        if (before != null) {
            close(before);
        }
        return made;
    }

    private static boolean isBroken(CompletableFuture<StatefulRedisConnection<String, String>> connection) {
        return connection.isDone()
                && (connection.isCompletedExceptionally() || !connection.join().isOpen());
    }

    private void giveUp(Address address, CompletableFuture<StatefulRedisConnection<String, String>> connection) {
        open.remove(address, connection);
        close(connection);
    }

    private static void close(CompletableFuture<StatefulRedisConnection<String, String>> connection) {
        CompletableFuture<Void> unused = connection.thenCompose(StatefulRedisConnection::closeAsync);
    }

    /** Says why nobody could say anything. */
    static IllegalStateException nobody(String what, Answers<?> answers) {
        String reasons = answers.failures().entrySet().stream()
                .map(failure -> failure.getKey() + ": " + failure.getValue())
                .sorted()
                .collect(Collectors.joining("; "));
        return new IllegalStateException("no " + what + " could say which master there is (" + reasons + ")");
    }
}
