package io.keywarden.redis;

import io.keywarden.store.Bounds;
import io.keywarden.token.SlotTag;
import io.lettuce.core.api.async.RedisAsyncCommands;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * A write that needs no memory: enough for a server of its own, whose place no other one takes. It deletes what is not
 * there, so that it is not even replicated; a server that became somebody's replica refuses it.
 */
final class WriteProof implements HeartbeatProof {
    private final byte[] key;

    WriteProof(SlotTag tag) {
        this.key = RedisKeys.heartbeat(tag);
    }

    @Override
    public CompletionStage<Void> prepare(RedisAsyncCommands<byte[], byte[]> commands) {
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public CompletionStage<Verdict> prove(RedisAsyncCommands<byte[], byte[]> commands, Bounds bounds) {
        return commands.unlink(key).thenApply(deleted -> Verdict.PROVEN);
    }
}
