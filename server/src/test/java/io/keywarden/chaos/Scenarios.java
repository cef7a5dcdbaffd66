package io.keywarden.chaos;

import java.util.ArrayList;
import java.util.List;

/** All faults. */
final class Scenarios {
    /** Whether the build runs all faults, and not only those that show most in the least time. */
    private static final boolean ALL_FAULTS = Boolean.getBoolean("keywarden.chaos.all");

    private static final List<String> SHORT = List.of(
            "Redis killed and started again, AOF always",
            "answers and pushes of Redis held",
            "CLIENT KILL storm",
            "RESET on the tracked connection",
            "SWAPDB with an empty database",
            "the sidecar's own process stopped and resumed",
            "Sentinel: master cut off, max-lag 10, down-after 1000 ms",
            "Cluster: cut, then FAILOVER TAKEOVER");

    private Scenarios() {}

    static List<Scenario> all() {
        List<Scenario> all = new ArrayList<>(StandaloneScenarios.all());
        all.addAll(ServedScenarios.all());
        all.addAll(SentinelScenarios.all());
        all.addAll(ClusterScenarios.all());
        return List.copyOf(all);
    }

    /** Those that this build runs. */
    static List<Scenario> ofThisBuild() {
        List<Scenario> all = all();
        List<Scenario> some =
                all.stream().filter(scenario -> SHORT.contains(scenario.name())).toList();
        if (some.size() != SHORT.size()) {
            throw new IllegalStateException(some + " (expected: " + SHORT + ")");
        }
        return ALL_FAULTS ? all : some;
    }
}
