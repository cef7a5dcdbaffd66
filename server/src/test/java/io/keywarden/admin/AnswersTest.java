package io.keywarden.admin;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Context;
import io.grpc.stub.ServerCallStreamObserver;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class AnswersTest {
    private final FakeClock clock = new FakeClock();
    private final FakeTimer timer = new FakeTimer();
    private final Answers answers = new Answers(clock, timer);

    @BeforeEach
    void letAnswersWait() {
        timer.waits();
    }

    @Test
    void send_nothingToWaitFor_sentAtOnce() {
        FakeCall call = new FakeCall();
        answers.send(new Held<>("done", Optional.empty()), call);
        assertThat(call.said).containsExactly("done", "end");
        FakeCall past = new FakeCall();
        answers.send(new Held<>("done", Optional.of(clock.instant())), past);
        assertThat(past.said).containsExactly("done", "end");
    }

    @Test
    void send_untilLater_sentThen() {
        FakeCall call = send(Duration.ofMillis(1_050));
        assertThat(call.said).isEmpty();
        assertThat(timer.delays()).containsExactly(Duration.ofMillis(1_050));
        assertThat(answers.held()).isEqualTo(1);
        timer.fire();
        assertThat(call.said).containsExactly("done", "end");
        assertThat(answers.held()).isZero();
    }

    @Test
    void send_untilMuchLater_sentAtTheLimit() {
        FakeCall call = send(Duration.ofHours(1));
        assertThat(timer.delays()).containsExactly(Answers.LONGEST);
        timer.fire();
        assertThat(call.said).containsExactly("done", "end");
    }

    @Test
    void send_deadlineBefore_sentBeforeIt() throws Exception {
        ScheduledExecutorService deadlines = Executors.newSingleThreadScheduledExecutor();
        try (Context.CancellableContext call = Context.current().withDeadlineAfter(5, TimeUnit.SECONDS, deadlines)) {
            call.call(() -> send(Duration.ofSeconds(10)));
            assertThat(timer.delays().get(0))
                    .isLessThan(Duration.ofMillis(4_901))
                    .isPositive();
        } finally {
            deadlines.shutdownNow();
        }
    }

    @Test
    void send_deadlineAlmostThere_sentAtOnce() throws Exception {
        ScheduledExecutorService deadlines = Executors.newSingleThreadScheduledExecutor();
        try (Context.CancellableContext call = Context.current()
                .withDeadlineAfter(Answers.BEFORE_DEADLINE.toMillis(), TimeUnit.MILLISECONDS, deadlines)) {
            assertThat(call.call(() -> send(Duration.ofSeconds(10))).said).containsExactly("done", "end");
        } finally {
            deadlines.shutdownNow();
        }
    }

    @Test
    void send_callerGone_forgotten() {
        FakeCall call = send(Duration.ofSeconds(1));
        call.cancel();
        assertThat(timer.delays()).isEmpty();
        assertThat(answers.held()).isZero();
        assertThat(call.said).isEmpty();
    }

    @Test
    void send_moreThanAreHeld_sentAtOnce() {
        List<FakeCall> held = new ArrayList<>();
        for (int i = 0; i < Answers.MOST; i++) {
            held.add(send(Duration.ofSeconds(1)));
        }
        assertThat(held).allSatisfy(call -> assertThat(call.said).isEmpty());
        assertThat(send(Duration.ofSeconds(1)).said).containsExactly("done", "end");
        timer.fire();
        assertThat(held).allSatisfy(call -> assertThat(call.said).containsExactly("done", "end"));
        assertThat(send(Duration.ofSeconds(1)).said).isEmpty();
    }

    @Test
    void close_held_sentAtOnceAndNothingIsHeldAfterwards() {
        FakeCall held = send(Duration.ofSeconds(1));
        answers.close();
        assertThat(held.said).containsExactly("done", "end");
        assertThat(send(Duration.ofSeconds(1)).said).containsExactly("done", "end");
        timer.fire();
        assertThat(held.said).containsExactly("done", "end");
    }

    private FakeCall send(Duration delay) {
        Instant until = clock.instant().plus(delay);
        FakeCall call = new FakeCall();
        answers.send(new Held<>("done", Optional.of(until)), call);
        return call;
    }

    /** A call that notes what it is told. */
    private static final class FakeCall extends ServerCallStreamObserver<String> {
        private final List<String> said = new ArrayList<>();
        private Runnable onCancel = () -> {};
        private boolean cancelled;

        private void cancel() {
            cancelled = true;
            onCancel.run();
        }

        @Override
        public void onNext(String value) {
            said.add(value);
        }

        @Override
        public void onError(Throwable error) {
            said.add("error");
        }

        @Override
        public void onCompleted() {
            said.add("end");
        }

        @Override
        public boolean isCancelled() {
            return cancelled;
        }

        @Override
        public void setOnCancelHandler(Runnable handler) {
            onCancel = handler;
        }

        @Override
        public void setCompression(String compression) {}

        @Override
        public boolean isReady() {
            return true;
        }

        @Override
        public void setOnReadyHandler(Runnable handler) {}

        @Override
        public void request(int count) {}

        @Override
        public void setMessageCompression(boolean enable) {}

        @Override
        public void disableAutoInboundFlowControl() {}
    }
}
