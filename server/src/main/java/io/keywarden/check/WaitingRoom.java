package io.keywarden.check;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * Counts the checks that wait for a read, and has room for so many: with more, answers would come later than anybody waits
 * for them, and every one of them would keep its memory until then. Safe for use by several threads.
 */
final class WaitingRoom {
    private final int places;
    private final AtomicInteger taken = new AtomicInteger();

    /** Starts empty. */
    WaitingRoom(int places) {
        this.places = places;
    }

    /** Takes a place; answers false where there is none, and then nothing is to be given back. */
    boolean enter() {
        if (taken.incrementAndGet() > places) {
            taken.decrementAndGet();
            return false;
        }
        return true;
    }

    /** Gives a place back. */
    void leave() {
        taken.decrementAndGet();
    }

    /** How many wait now. */
    int taken() {
        return taken.get();
    }
}
