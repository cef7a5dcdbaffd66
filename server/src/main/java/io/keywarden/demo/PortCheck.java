package io.keywarden.demo;

import io.keywarden.process.Ports;
import java.util.List;
import java.util.stream.Collectors;

/** Looks whether every port of the demo is free, and says who holds one that is not. */
final class PortCheck {

    private PortCheck() {}

    static void require(DemoPorts ports, String launcher) throws DemoProblem {
        List<DemoPort> taken = ports.taken(Ports::isFree);
        if (!taken.isEmpty()) {
            throw new DemoProblem(message(ports, taken, launcher));
        }
    }

    private static String message(DemoPorts ports, List<DemoPort> taken, String launcher) {
        String lines = taken.stream().map(use -> line(ports, use)).collect(Collectors.joining("\n"));
        var offset = ports.nextFreeOffset(Ports::isFree);
        String other = offset.isPresent()
                ? "End that process, or move all ports of the demo: " + launcher + " demo --port-offset "
                        + offset.getAsInt()
                : "End that process: no other set of ports is free either.";
        return lines + "\n" + other;
    }

    private static String line(DemoPorts ports, DemoPort use) {
        int port = ports.of(use);
        String holder = Ports.holder(port)
                .map(held -> "process " + held.pid() + " (" + held.command() + ")")
                .orElse("a process of another user");
        return "port " + port + " (" + use.use() + ") is taken by " + holder + ".";
    }
}
