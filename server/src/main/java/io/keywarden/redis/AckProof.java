package io.keywarden.redis;

import io.keywarden.store.Bounds;
import io.keywarden.token.SlotTag;
import io.lettuce.core.SetArgs;
import io.lettuce.core.api.async.RedisAsyncCommands;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * A write that always replicates, and behind it the question how many replicas have it. Of N replicas, N - w have to
 * confirm, where w is how many a revocation waits for: a replica that was promoted confirms to the old master no more, nor
 * do the w that had the revocation from the new one before it was answered, so that at most N - 1 - w are left to the old
 * one. N counts replicas that are gone too; it may not be asked of the master itself, who forgets them. It proves nothing
 * against replicas that came later than the count, and with N &lt;= w, where it waits for nobody, against any.
 */
final class AckProof implements HeartbeatProof {
    /** Each heartbeat begins it anew. */
    private static final Duration KEY_LIFE = Duration.ofDays(1);
    /** Reads wait behind the question for so long at most: it has to be well below a lease. */
    private static final Duration LONGEST_WAIT = Duration.ofMillis(100);

    private static final int WAITS_PER_LEASE = 4;

    private final byte[] key;
    private final int replicas;

    AckProof(SlotTag tag, int replicas) {
        this.key = RedisKeys.heartbeat(tag);
        this.replicas = replicas;
    }

    @Override
    public CompletionStage<Void> prepare(RedisAsyncCommands<byte[], byte[]> commands) {
        // Not SET at once, which is refused when Redis is full.
        return commands.pexpire(key, KEY_LIFE)
                .thenCompose(isThere -> isThere
                        ? CompletableFuture.completedFuture(null)
                        : commands.set(key, new byte[] {'1'}, SetArgs.Builder.px(KEY_LIFE))
                                .thenApply(ok -> null));
    }

    @Override
    public CompletionStage<Verdict> prove(RedisAsyncCommands<byte[], byte[]> commands, Bounds bounds) {
        CompletableFuture<Boolean> written = commands.pexpire(key, KEY_LIFE).toCompletableFuture();
        int needed = Math.max(0, replicas - bounds.replicas());
        Duration share = bounds.lease().dividedBy(WAITS_PER_LEASE);
        Duration wait = share.compareTo(LONGEST_WAIT) < 0 ? share : LONGEST_WAIT;
        CompletableFuture<Long> confirmed =
                commands.waitForReplication(needed, wait.toMillis()).toCompletableFuture();
        return written.thenCombine(confirmed, (isThere, count) -> verdict(isThere, count, needed));
    }

    private Verdict verdict(boolean isThere, long count, int needed) {
        if (!isThere) {
            return new Verdict(Verdict.Kind.WIPED, "the key of the heartbeats is gone");
        }
        return count >= needed
                ? Verdict.PROVEN
                : new Verdict(
                        Verdict.Kind.UNPROVEN,
                        count + " of " + replicas + " replicas confirmed (expected: " + needed + ")");
    }
}
