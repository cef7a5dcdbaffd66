package io.keywarden.redis;

import io.lettuce.core.api.async.RedisAsyncCommands;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/** Asks a server that was connected to whether it will do. */
final class ServerCheck {
    private ServerCheck() {}

    /** Completes exceptionally where it will not. A user who may not ask is believed that it will. */
    static CompletableFuture<RedisServer> check(
            RedisAsyncCommands<byte[], byte[]> commands, RedisSettings.Minimum minimum) {
        return commands.info().toCompletableFuture().handle((info, failure) -> {
            if (failure != null && !Failures.isForbidden(failure)) {
                throw new CompletionException(failure);
            }
            RedisServer server = info == null ? RedisServer.UNKNOWN : RedisServer.parse(info);
            server.refusal(minimum).ifPresent(refusal -> {
                throw new IllegalStateException(refusal);
            });
            return server;
        });
    }
}
