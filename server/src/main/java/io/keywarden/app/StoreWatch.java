package io.keywarden.app;

import io.keywarden.cli.UserError;
import io.keywarden.policy.Reason;
import io.keywarden.store.Lookup;
import io.keywarden.store.RecordKey;
import io.keywarden.store.StoredRecord;
import io.keywarden.store.VerifiedReader;
import io.keywarden.telemetry.Readiness;
import io.keywarden.telemetry.Readiness.Component;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks at the store again and again, notes in the readiness what is there, and takes the steps that wait for it, in order,
 * each until it is done. Runs on one thread, and may block it.
 */
final class StoreWatch {
    private static final Logger LOG = LoggerFactory.getLogger(StoreWatch.class);
    private static final Duration PERIOD = Duration.ofMillis(250);
    /** At first, as long as steps wait: nothing is served before they are done. */
    private static final Duration EAGER = Duration.ofMillis(20);

    private static final int EAGER_LOOKS = 100;

    private static final Duration LIMIT = Duration.ofSeconds(1);

    private final VerifiedReader reader;
    private final Readiness readiness;
    private final List<Step> steps;
    private final Consumer<UserError> end;
    /** Only used by the one thread. */
    private int stepsDone;

    private int looks;

    private String lastObstacle = "";

    /**
     * Something that has to be done once the store can be used, or so that it can.
     */
    interface Step {
        /** Whether it waits for the store's marker; a step that does not may make it. */
        boolean needsMarker();

        /**
         * Tries; answers whether it is done.
         *
         * @throws UserError if it can never be done: then the process ends
         */
        boolean attempt() throws Exception;
    }

    /**
     * Takes what it looks at.
     *
     * @param end is told why the process has to end
     */
    StoreWatch(VerifiedReader reader, Readiness readiness, List<Step> steps, Consumer<UserError> end) {
        this.reader = reader;
        this.readiness = readiness;
        this.steps = List.copyOf(steps);
        this.end = end;
    }

    /** Begins to look, on a thread that the caller ends. */
    void start(ScheduledExecutorService thread) {
        thread.execute(() -> lookAndGoOn(thread));
    }

    private void lookAndGoOn(ScheduledExecutorService thread) {
        look();
        Duration pause = stepsDone < steps.size() && looks++ < EAGER_LOOKS ? EAGER : PERIOD;
        if (!thread.isShutdown()) {
            var unused = thread.schedule(() -> lookAndGoOn(thread), pause.toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    // Whatever goes wrong here must not end the looking; it is logged, and the readiness says no.
    @SuppressWarnings("CatchingUnchecked")
    private void look() {
        try {
            // A step that may make the marker comes before the first look: a new store is no obstacle worth a warning.
            boolean blocked = !takeSteps(false);
            if (lookAtMarker() && !blocked && !takeSteps(true)) {
                LOG.debug("step_waits number={}", stepsDone);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (UserError e) {
            note("refused: " + e.getMessage());
            end.accept(e);
        } catch (Exception | LinkageError | StackOverflowError e) {
            note("failed: " + e);
        }
    }

    /** Takes the next steps; answers false if one could not be done. */
    private boolean takeSteps(boolean marker) throws Exception {
        while (stepsDone < steps.size() && (marker || !steps.get(stepsDone).needsMarker())) {
            if (!steps.get(stepsDone).attempt()) {
                return false;
            }
            stepsDone++;
        }
        return true;
    }

    private boolean lookAtMarker() throws InterruptedException {
        Lookup<StoredRecord> marker;
        try {
            marker = reader.read(RecordKey.STORE, LIMIT)
                    .toCompletableFuture()
                    .get(2 * LIMIT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException | TimeoutException e) {
            marker = new Lookup.CannotTell<>(Reason.STORE_UNAVAILABLE, e.toString());
        }
        return marker.fold(
                found -> state(true, true, ""),
                absent -> state(true, false, "the store has no marker"),
                unknown -> state(
                        unknown.reason() != Reason.STORE_UNAVAILABLE,
                        false,
                        unknown.reason() + ": " + unknown.detail()));
    }

    private boolean state(boolean redis, boolean marker, String obstacle) {
        readiness.set(Component.REDIS, redis);
        readiness.set(Component.MARKER, marker);
        note(obstacle);
        return marker;
    }

    /** Each obstacle is logged once, when it comes. */
    private void note(String obstacle) {
        if (!obstacle.equals(lastObstacle) && !obstacle.isEmpty()) {
            LOG.warn("store_not_usable reason={}", obstacle);
        } else if (obstacle.isEmpty() && !lastObstacle.isEmpty()) {
            LOG.info("store_usable");
        }
        lastObstacle = obstacle;
    }
}
