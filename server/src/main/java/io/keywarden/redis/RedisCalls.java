package io.keywarden.redis;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Sends commands, each at most once, and turns whatever comes of them into an answer within a limit. Safe for use by several
 * threads.
 */
final class RedisCalls {
    private final RedisLink link;
    private final RedisObserver observer;

    RedisCalls(RedisLink link, RedisObserver observer) {
        this.link = link;
        this.observer = observer;
    }

    /**
     * A command.
     *
     * @param operation what it is
     * @param waiting how many commands may wait for answers when it is sent
     * @param send sends it
     * @param onReply reads the reply of Redis
     * @param onFailure makes the answer where there is none
     * @param <A> the reply of Redis
     * @param <R> the answer
     */
    record Call<A, R>(
            RedisObserver.Operation operation,
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
     */
    record Failure(RedisObserver.Outcome outcome, String detail) {
        static Failure of(Throwable failure) {
            boolean refused = Failures.isAnswer(failure) && !Failures.isFromWithinScript(failure);
            return new Failure(
                    refused ? RedisObserver.Outcome.REFUSED : RedisObserver.Outcome.NO_ANSWER, Failures.text(failure));
        }
    }

    /** Sends a command. Never blocks, never completes exceptionally. */
    <A, R> CompletionStage<R> ask(Call<A, R> call, Duration limit) {
        long start = System.nanoTime();
        RedisLink.Session session = link.session();
        Failure obstacle = obstacle(call, session, limit);
        if (session == null || obstacle != null) {
            Failure why = obstacle == null ? disconnected() : obstacle;
            return CompletableFuture.completedFuture(over(call, start, failed(call, why)));
        }
        CompletableFuture<A> sent = send(call, session);
        return sent.copy().orTimeout(limit.toNanos(), TimeUnit.NANOSECONDS).handle((reply, failure) -> {
            if (failure != null) {
                return over(call, start, failed(call, Failure.of(failure)));
            }
            try {
                return over(call, start, call.onReply().apply(reply));
            } catch (IllegalArgumentException e) {
                return over(call, start, failed(call, new Failure(RedisObserver.Outcome.REFUSED, Failures.text(e))));
            }
        });
    }

    private @Nullable Failure obstacle(Call<?, ?> call, RedisLink.@Nullable Session session, Duration limit) {
        if (session == null) {
            return disconnected();
        }
        if (limit.isZero() || limit.isNegative()) {
            return new Failure(RedisObserver.Outcome.REFUSED, "no time is left");
        }
        return session.waiting().get() < call.waiting()
                ? null
                : new Failure(
                        RedisObserver.Outcome.REFUSED, call.waiting() + " commands wait for their answers already");
    }

    private Failure disconnected() {
        return new Failure(RedisObserver.Outcome.DISCONNECTED, link.whyNot());
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
