package io.keywarden.admin;

import io.grpc.Context;
import io.grpc.Deadline;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Sends answers, some of them held back until what they tell holds everywhere. An answer that is held back has no thread. It is
 * sent early where the call's deadline, its own limit, the number of others or the end of the process do not let it wait: what
 * it tells was written already. Safe for use by several threads.
 */
public final class Answers implements AutoCloseable {
    /** The longest that one is held back: less than Envoy waits for Admin. */
    static final Duration LONGEST = Duration.ofSeconds(20);
    /** How many are held back at once. */
    static final int MOST = 1024;
    /** How long before a call's deadline its answer is sent. */
    static final Duration BEFORE_DEADLINE = Duration.ofMillis(100);

    private final InstantSource clock;
    private final Timer timer;
    private final Set<Waiting<?>> waiting = ConcurrentHashMap.newKeySet();
    private final AtomicInteger count = new AtomicInteger();
    private volatile boolean closed;

    /** Runs things later. */
    @FunctionalInterface
    public interface Timer {
        /** Runs a task that does not block after a while; running the answer first prevents it. */
        Runnable after(Duration delay, Runnable task);
    }

    /** Takes the clock that times are told by, and what runs things later. */
    public Answers(InstantSource clock, Timer timer) {
        this.clock = clock;
        this.timer = timer;
    }

    /** Sends an answer, now or later. To be called once, by the call's own thread, as the last thing that it does. */
    <R> void send(Held<R> held, StreamObserver<R> observer) {
        Duration delay = held.until()
                .map(until -> Duration.between(clock.instant(), until))
                .map(Answers::limited)
                .orElse(Duration.ZERO);
        if (delay.isNegative() || delay.isZero() || closed || !(observer instanceof ServerCallStreamObserver<R> call)) {
            observer.onNext(held.response());
            observer.onCompleted();
            return;
        }
        Waiting<R> one = new Waiting<>(call, held.response());
        if (count.incrementAndGet() > MOST) {
            one.send();
            return;
        }
        waiting.add(one);
        call.setOnCancelHandler(one::drop);
        one.cancel = timer.after(delay, one::send);
        if (closed || call.isCancelled()) {
            one.send();
        }
    }

    /** How many answers are held back now. */
    int held() {
        return waiting.size();
    }

    /** Sends all that is held back, and holds back nothing from then on. */
    @Override
    public void close() {
        closed = true;
        waiting.forEach(Waiting::send);
    }

    private static Duration limited(Duration delay) {
        Duration limit = LONGEST;
        Deadline deadline = Context.current().getDeadline();
        if (deadline != null) {
            Duration left = Duration.ofNanos(deadline.timeRemaining(TimeUnit.NANOSECONDS))
                    .minus(BEFORE_DEADLINE);
            limit = left.compareTo(limit) < 0 ? left : limit;
        }
        return delay.compareTo(limit) < 0 ? delay : limit;
    }

    /** One answer. Whoever sets {@code done} has it to itself. */
    private final class Waiting<R> {
        private final ServerCallStreamObserver<R> call;
        private final R response;
        private final AtomicBoolean done = new AtomicBoolean();
        /** Written by the call's thread, read by the one that ends the waiting. */
        private volatile Runnable cancel = () -> {};

        private Waiting(ServerCallStreamObserver<R> call, R response) {
            this.call = call;
            this.response = response;
        }

        private void send() {
            if (end()) {
                call.onNext(response);
                call.onCompleted();
            }
        }

        /** The caller is gone. */
        private void drop() {
            if (end()) {
                cancel.run();
            }
        }

        private boolean end() {
            boolean mine = done.compareAndSet(false, true);
            if (mine) {
                waiting.remove(this);
                count.decrementAndGet();
            }
            return mine;
        }
    }
}
