package io.keywarden.redis;

import io.lettuce.core.api.async.RedisAsyncCommands;
import java.util.concurrent.CompletableFuture;

/** Asks a server that was connected to whether records may be read from it. */
final class ServerCheck {
    private static final ServerQuestion QUESTION = new ServerQuestion(false);

    private ServerCheck() {}

    /** Completes exceptionally where it will not do. */
    static CompletableFuture<RedisServer> check(
            RedisAsyncCommands<byte[], byte[]> commands, RedisSettings.Minimum minimum) {
        return QUESTION.ask(commands).thenApply(server -> {
            server.refusal(minimum).ifPresent(refusal -> {
                throw new IllegalStateException(refusal);
            });
            return server;
        });
    }
}
