package io.keywarden.envoy.e2e;

import io.keywarden.envoy.e2e.fixture.Answer;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/** What was answered in a {@link RotationStorm}: how often as promised, and each time that it was not. */
final class StormTally {
    private final AtomicInteger rotations = new AtomicInteger();
    private final AtomicInteger allowed = new AtomicInteger();
    private final AtomicInteger refused = new AtomicInteger();
    private final AtomicInteger errors = new AtomicInteger();
    private final AtomicInteger late = new AtomicInteger();
    private final Queue<String> deniedWrongly = new ConcurrentLinkedQueue<>();
    private final Queue<String> allowedWrongly = new ConcurrentLinkedQueue<>();
    private final Queue<String> toldWrongly = new ConcurrentLinkedQueue<>();
    private final Queue<Throwable> broken = new ConcurrentLinkedQueue<>();

    void rotated() {
        rotations.incrementAndGet();
    }

    /** Notes the answer to who has to be allowed. That it could not be told is neither. */
    void mustBeAllowed(Answer answer, String what) {
        switch (answer.status()) {
            case 200 -> allowed.incrementAndGet();
            case 503 -> errors.incrementAndGet();
            default -> deniedWrongly.add(what + ": " + answer);
        }
    }

    /** Notes the answer to who has to be refused, and told why. */
    void mustBeRefused(Answer answer, String reason, String what) {
        switch (answer.status()) {
            case 200 -> allowedWrongly.add(what + ": " + answer);
            case 503 -> errors.incrementAndGet();
            case 401 -> {
                refused.incrementAndGet();
                if (!answer.body().contains("\"" + reason + "\"")) {
                    toldWrongly.add(what + ": " + answer + " (expected: " + reason + ")");
                }
            }
            default -> toldWrongly.add(what + ": " + answer + " (expected: 401)");
        }
    }

    /** Notes an answer that came so late that nothing is promised about it. */
    void late() {
        late.incrementAndGet();
    }

    /** Notes what ended a part of the storm. */
    void broken(Throwable failure) {
        broken.add(failure);
    }

    int rotations() {
        return rotations.get();
    }

    /** How many answers were judged, and were one. */
    int told() {
        return allowed.get() + refused.get() + deniedWrongly.size() + allowedWrongly.size();
    }

    int errors() {
        return errors.get();
    }

    int lateAnswers() {
        return late.get();
    }

    Queue<String> deniedWrongly() {
        return deniedWrongly;
    }

    Queue<String> allowedWrongly() {
        return allowedWrongly;
    }

    Queue<String> toldWrongly() {
        return toldWrongly;
    }

    Queue<Throwable> broken() {
        return broken;
    }

    @Override
    public String toString() {
        return rotations + " rotations: " + allowed + " allowed, " + refused + " refused, " + errors
                + " could not be told, " + late + " late; wrongly denied " + deniedWrongly.size() + ", wrongly allowed "
                + allowedWrongly.size();
    }
}
