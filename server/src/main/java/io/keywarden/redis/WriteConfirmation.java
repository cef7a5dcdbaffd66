package io.keywarden.redis;

import io.keywarden.store.RecordWriter.Durability;
import io.keywarden.token.SlotTag;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.IntSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds out whether a write that Redis has answered outlives the loss of one server: on the connection that wrote it, where
 * there are replicas; by how Redis writes its append-only file, where it stands alone. Safe for use by several threads.
 */
final class WriteConfirmation {
    private static final Logger LOG = LoggerFactory.getLogger(WriteConfirmation.class);
    /** How long a WAIT may hold its connection up. */
    static final Duration WAIT_LIMIT = Duration.ofMillis(500);

    private final boolean standalone;
    private final IntSupplier replicas;

    /**
     * Makes one.
     *
     * @param standalone whether nothing ever takes the place of Redis
     * @param replicas how many replicas have to confirm
     */
    WriteConfirmation(boolean standalone, IntSupplier replicas) {
        this.standalone = standalone;
        this.replicas = replicas;
    }

    /**
     * Asks. Never blocks, never completes exceptionally: the write is there whatever comes of this.
     *
     * @param session that wrote
     * @param atLeast how many replicas have to confirm, if that is more than usual
     * @param limit how long the answer is waited for
     */
    CompletionStage<Durability> of(RedisLink.Session session, int atLeast, Duration limit) {
        if (standalone) {
            return CompletableFuture.completedFuture(durability(session.server().hasWritesOnDisk()));
        }
        int wanted = Math.max(replicas.getAsInt(), atLeast);
        if (wanted == 0 || limit.isNegative() || limit.isZero()) {
            return CompletableFuture.completedFuture(Durability.UNCONFIRMED);
        }
        return session.waits()
                .count(wanted)
                .copy()
                .orTimeout(limit.toNanos(), TimeUnit.NANOSECONDS)
                .handle((count, failure) -> {
                    if (failure != null) {
                        LOG.debug("write_unconfirmed reason={}", Failures.text(failure));
                    }
                    return durability(count != null && count >= wanted);
                });
    }

    /**
     * Writes something that always replicates, and so comes behind all that Redis has in a slot; nothing where there are no
     * replicas.
     */
    CompletableFuture<Void> write(RedisLink.Session session, SlotTag slot) {
        return standalone
                ? CompletableFuture.completedFuture(null)
                : new AckProof(slot, 0).prepare(session.commands()).toCompletableFuture();
    }

    private static Durability durability(boolean isConfirmed) {
        return isConfirmed ? Durability.CONFIRMED : Durability.UNCONFIRMED;
    }
}
