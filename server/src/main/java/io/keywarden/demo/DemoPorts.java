package io.keywarden.demo;

import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import java.util.function.IntPredicate;

/**
 * The demo's ports, all moved by the same number.
 *
 * @param offset what is added to each: 0 to {@link #HIGHEST_OFFSET}
 */
record DemoPorts(int offset) {
    static final int HIGHEST_OFFSET = 65_535 - DemoPort.ADMIN_REST.port();
    /** Offsets that are looked at for a free set of ports lie this far apart. */
    private static final int STEP = 100;

    DemoPorts {
        if (offset < 0 || offset > HIGHEST_OFFSET) {
            throw new IllegalArgumentException(
                    "--port-offset: " + offset + " (expected: 0 to " + HIGHEST_OFFSET + ", such as 100)");
        }
    }

    int of(DemoPort use) {
        return use.port() + offset;
    }

    /** Host and port of a listener, as every client of this machine reaches it. */
    String address(DemoPort use) {
        return "127.0.0.1:" + of(use);
    }

    /** What would not find its port free, in the order of the ports. */
    List<DemoPort> taken(IntPredicate isFree) {
        return Arrays.stream(DemoPort.values())
                .filter(use -> !isFree.test(of(use)))
                .toList();
    }

    /** The next larger offset at which all ports are free; none where there is no such offset. */
    OptionalInt nextFreeOffset(IntPredicate isFree) {
        for (int next = offset + STEP; next <= HIGHEST_OFFSET; next += STEP) {
            if (new DemoPorts(next).taken(isFree).isEmpty()) {
                return OptionalInt.of(next);
            }
        }
        return OptionalInt.empty();
    }
}
