package io.keywarden.redis;

import io.lettuce.core.api.async.RedisAsyncCommands;
import java.util.concurrent.CompletableFuture;

/** Asks a server that was connected to whether it will do. */
final class ServerCheck {
    private ServerCheck() {}

    /** Completes exceptionally where it will not. A user who may not ask is believed that it will. */
    static CompletableFuture<RedisServer> check(
            RedisAsyncCommands<byte[], byte[]> commands, RedisSettings.Minimum minimum) {
        return new ServerQuestion(false).ask(commands).thenApply(server -> {
            server.refusal(minimum).ifPresent(refusal -> {
                throw new IllegalStateException(refusal);
            });
            return server;
        });
    }
}
