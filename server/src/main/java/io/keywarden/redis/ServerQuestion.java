package io.keywarden.redis;

import io.lettuce.core.api.async.RedisAsyncCommands;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks a server what it is. A server that does not let this user ask is taken for one that will do.
 *
 * @param withAppendFsync whether it is asked when it synchronizes its append-only file, for which the user has to be allowed
 *     to read its whole configuration
 */
record ServerQuestion(boolean withAppendFsync) {
    private static final Logger LOG = LoggerFactory.getLogger(ServerQuestion.class);
    private static final String FSYNC = "appendfsync";

    /** Asks; the answer is exceptional too where the server will not do. */
    CompletableFuture<RedisServer> ask(RedisAsyncCommands<byte[], byte[]> commands, RedisSettings.Minimum minimum) {
        return ask(commands).thenApply(server -> {
            server.refusal(minimum).ifPresent(refusal -> {
                throw new IllegalStateException(refusal);
            });
            return server;
        });
    }

    /** Asks; the answer is exceptional where there is none. */
    CompletableFuture<RedisServer> ask(RedisAsyncCommands<byte[], byte[]> commands) {
        CompletableFuture<RedisServer> server = commands.info()
                .toCompletableFuture()
                .handle((info, failure) -> {
                    if (failure != null && !Failures.isForbidden(failure)) {
                        throw new CompletionException(failure);
                    }
                    if (failure != null) {
                        LOG.warn("redis_info_forbidden assumed={}", RedisServer.UNKNOWN);
                    }
                    return info == null ? RedisServer.UNKNOWN : RedisServer.parse(info);
                });
        if (!withAppendFsync) {
            return server;
        }
        CompletableFuture<Optional<String>> fsync = commands.configGet(FSYNC)
                .toCompletableFuture()
                .handle((found, failure) -> failure == null ? Optional.ofNullable(found.get(FSYNC)) : Optional.empty());
        return server.thenCombine(
                fsync, (known, when) -> when.map(known::withAppendFsync).orElse(known));
    }
}
