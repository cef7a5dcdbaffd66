package io.keywarden.redis;

import io.keywarden.cache.CacheObserver;
import io.keywarden.cache.Generation;
import io.keywarden.policy.Reason;
import io.keywarden.store.RecordKey;
import io.lettuce.core.api.push.PushListener;
import io.lettuce.core.api.push.PushMessage;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Passes the pushes of one connection on to its generation. They come on the connection's thread, in their order among the
 * replies, and are done with when this returns: so no reply overtakes a push.
 */
final class Invalidations implements PushListener {
    private static final String TYPE = "invalidate";

    private final CoherenceRules rules;
    private final CacheObserver observer;
    private final CompletableFuture<Void> canary = new CompletableFuture<>();
    /** What is told; null before it begins, when nothing is known that could be wrong. Written once. */
    private volatile @Nullable Generation generation;

    Invalidations(CoherenceRules rules, CacheObserver observer) {
        this.rules = rules;
        this.observer = observer;
    }

    /** From now on this generation is told. To be called before anything is read for it. */
    void tell(Generation told) {
        generation = told;
    }

    /** Completes when a canary was pushed, on the connection's thread. */
    CompletableFuture<Void> canary() {
        return canary;
    }

    @Override
    // Lettuce would log what is thrown here and go on; a push that was lost must end what relied on it.
    @SuppressWarnings("CatchingUnchecked")
    public void onPushMessage(PushMessage message) {
        if (!TYPE.equals(message.getType())) {
            return;
        }
        try {
            List<Object> content = message.getContent();
            Object keys = content.size() == 2 ? content.get(1) : null;
            if (keys instanceof List<?> names) {
                names.forEach(this::written);
            } else if (rules.keep(CoherenceRules.Rule.NULL_PUSH_CLEARS)) {
                everything();
            }
        } catch (RuntimeException e) {
            Generation told = generation;
            if (told != null) {
                told.discard(Reason.INTERNAL, "a push could not be read: " + e);
            }
        }
    }

    private void written(@Nullable Object name) {
        if (!(name instanceof ByteBuffer bytes)) {
            everything();
            return;
        }
        String text = StandardCharsets.US_ASCII.decode(bytes.duplicate()).toString();
        if (text.startsWith(RedisKeys.CANARY_PREFIX)) {
            canary.complete(null);
            return;
        }
        RecordKey.parse(text).ifPresentOrElse(this::written, this::everything);
    }

    private void written(RecordKey key) {
        Generation told = generation;
        if (told != null) {
            told.invalidate(key);
            observer.on(CacheObserver.Event.INVALIDATED);
        }
    }

    private void everything() {
        Generation told = generation;
        if (told != null) {
            told.invalidateAll();
            observer.on(CacheObserver.Event.FLUSHED);
        }
    }
}
