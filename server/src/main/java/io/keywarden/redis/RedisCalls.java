package io.keywarden.redis;

import io.keywarden.token.SlotTag;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Sends commands, none of which Redis may do twice, and turns whatever comes of them into an answer within a limit. Safe for use by several
 * threads.
 */
final class RedisCalls {
    /** How long is waited before a command is sent to the master of a moment later, but for the first time. */
    private static final Duration PAUSE = Duration.ofMillis(50);

    private final RedisMasters masters;
    private final RedisObserver observer;

    RedisCalls(RedisMasters masters, RedisObserver observer) {
        this.masters = masters;
        this.observer = observer;
    }

    /**
     * A command.
     *
     * @param operation what it is
     * @param slot of all its keys
     * @param waiting how many commands may wait for answers when it is sent
     * @param send sends it
     * @param onReply reads the reply of Redis
     * @param onFailure makes the answer where there is none
     * @param <A> the reply of Redis
     * @param <R> the answer
     */
    record Call<A, R>(
            RedisObserver.Operation operation,
            SlotTag slot,
            int waiting,
            Function<RedisLink.Session, CompletableFuture<A>> send,
            Function<A, Answer<R>> onReply,
            Function<Failure, R> onFailure) {}

    /** An answer, and how it is counted. */
    record Answer<R>(R value, RedisObserver.Outcome outcome) {
        static <R> Answer<R> ok(R value) {
            return new Answer<>(value, RedisObserver.Outcome.OK);
        }
    }

    /**
     * There is no answer.
     *
     * @param outcome DISCONNECTED or REFUSED: nothing was done; NO_ANSWER: it may have been done, or may still be
     * @param detail what happened, for the log
     * @param elsewhere whether nothing was done because it belongs to another server, or cannot be taken right now
     */
    record Failure(RedisObserver.Outcome outcome, String detail, boolean elsewhere) {
        static Failure of(Throwable failure) {
            boolean refused = Failures.isAnswer(failure) && !Failures.isFromWithinScript(failure);
            return new Failure(
                    refused ? RedisObserver.Outcome.REFUSED : RedisObserver.Outcome.NO_ANSWER,
                    Failures.text(failure),
                    refused && Failures.isElsewhere(failure));
        }

        static Failure refused(String detail) {
            return new Failure(RedisObserver.Outcome.REFUSED, detail, false);
        }

        static Failure disconnected(String detail) {
            return new Failure(RedisObserver.Outcome.DISCONNECTED, detail, false);
        }
    }

    /** What came of one sending: an answer, or the reason why there is none. */
    private record Sent<A>(@Nullable A reply, @Nullable Failure failure) {}

    /**
     * Sends a command to the master of its slot. One that was refused because it belongs elsewhere did nothing: it is sent
     * again, to the master of a moment later, as long as there is time. Never blocks, never completes exceptionally.
     */
    <A, R> CompletionStage<R> ask(Call<A, R> call, Duration limit) {
        long start = System.nanoTime();
        return attempt(call, start + limit.toNanos(), Duration.ZERO)
                .thenApply(sent -> over(call, start, answer(call, sent)));
    }

    private <A, R> CompletableFuture<Sent<A>> attempt(Call<A, R> call, long deadline, Duration pause) {
        return once(call, deadline).thenCompose(sent -> {
            Failure failure = sent.failure();
            boolean again = failure != null && failure.elsewhere() && !masters.isStandalone();
            if (!again || left(deadline).compareTo(pause) <= 0) {
                return CompletableFuture.completedFuture(sent);
            }
            return masters.read()
                    .copy()
                    .completeOnTimeout(null, left(deadline).toNanos(), TimeUnit.NANOSECONDS)
                    .thenRunAsync(() -> {}, after(pause))
                    .thenCompose(read -> left(deadline).compareTo(PAUSE) <= 0
                            ? CompletableFuture.completedFuture(sent)
                            : attempt(call, deadline, PAUSE));
        });
    }

    private <A, R> CompletableFuture<Sent<A>> once(Call<A, R> call, long deadline) {
        RedisMasters.View view = masters.view();
        RedisLink link = view.of(call.slot());
        if (link == null) {
            return failed(Failure.disconnected(view.whyNone()));
        }
        RedisLink.Session session = link.session();
        if (session == null) {
            return failed(new Failure(RedisObserver.Outcome.DISCONNECTED, link.whyNot(), link.isNew()));
        }
        Duration limit = left(deadline);
        if (limit.isZero() || limit.isNegative()) {
            return failed(Failure.refused("no time is left"));
        }
        if (session.waiting().get() >= call.waiting()) {
            return failed(Failure.refused(call.waiting() + " commands wait for their answers already"));
        }
        return send(call, session)
                .copy()
                .orTimeout(limit.toNanos(), TimeUnit.NANOSECONDS)
                .handle((reply, failure) -> new Sent<>(reply, failure == null ? null : Failure.of(failure)));
    }

    private static Duration left(long deadline) {
        return Duration.ofNanos(deadline - System.nanoTime());
    }

    private static Executor after(Duration pause) {
        return pause.isZero()
                ? Runnable::run
                : CompletableFuture.delayedExecutor(pause.toNanos(), TimeUnit.NANOSECONDS, Runnable::run);
    }

    private static <A> CompletableFuture<Sent<A>> failed(Failure failure) {
        return CompletableFuture.completedFuture(new Sent<>(null, failure));
    }

    @SuppressWarnings("NullAway") // A reply that is null is one too: there is nothing under the key.
    private static <A, R> Answer<R> answer(Call<A, R> call, Sent<A> sent) {
        Failure failure = sent.failure();
        if (failure != null) {
            return failed(call, failure);
        }
        try {
            return call.onReply().apply(sent.reply());
        } catch (IllegalArgumentException e) {
            return failed(call, Failure.refused(Failures.text(e)));
        }
    }

    private static <A> CompletableFuture<A> send(Call<A, ?> call, RedisLink.Session session) {
        session.waiting().incrementAndGet();
        CompletableFuture<A> sent;
        try {
            sent = call.send().apply(session);
        } catch (RuntimeException e) {
            // Whatever it is: it may not have been sent, and nobody is to be called back by an exception.
            sent = CompletableFuture.failedFuture(e);
        }
        return sent.whenComplete((reply, failure) -> session.waiting().decrementAndGet());
    }

    private static <R> Answer<R> failed(Call<?, R> call, Failure failure) {
        return new Answer<>(call.onFailure().apply(failure), failure.outcome());
    }

    private <R> R over(Call<?, R> call, long start, Answer<R> answer) {
        observer.observed(call.operation(), answer.outcome(), System.nanoTime() - start);
        return answer.value();
    }
}
