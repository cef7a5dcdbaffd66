package io.keywarden.chaos;

import io.keywarden.testkit.RedisProcess;
import io.keywarden.testkit.Signals;
import java.time.Duration;
import java.util.List;

/** Faults of the sidecar's own process, with a Redis and an Admin that are well all the while. */
final class ServedScenarios {
    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final Duration STEADY = Duration.ofSeconds(2);
    private static final Duration WARM_UP_LIMIT = Duration.ofSeconds(60);
    /** For checks that begin after the promise has to hold, and wait in the socket of who is stopped. */
    private static final Duration LONGER = Duration.ofMillis(300);

    /** Of which all checks go over a socket: of more than that, two cores do not get the process warm. More rounds instead. */
    private static final int MOST_TOKENS = 4;

    private ServedScenarios() {}

    static List<Scenario> all() {
        return List.of(new Scenario("the sidecar's own process stopped and resumed", 20, ServedScenarios::stopped));
    }

    private static Findings stopped(Scale scale) throws Exception {
        int tokens = Math.min(scale.tokens(), MOST_TOKENS);
        int rounds = scale.rounds() * ((scale.tokens() + tokens - 1) / tokens);
        History history = new History(System.nanoTime());
        try (RedisProcess redis = RedisProcess.durable();
                Served served = Served.start(redis.uri());
                Sidecar sidecar = served.sidecar()) {
            AdminWriter writer = new AdminWriter(served.admin());
            writer.makeCatalog();
            List<Subject> made = writer.makeTenant("tenant0", 1 + tokens);
            try (Load load = new Load(
                    new Load.Parties(sidecar, writer),
                    history,
                    made.subList(0, 1),
                    made.subList(1, made.size()),
                    scale.perSecond())) {
                load.start();
                if (!load.awaitLive(LIMIT)) {
                    throw new AssertionError("no live token is allowed within " + LIMIT);
                }
                if (!load.awaitSteady(STEADY, WARM_UP_LIMIT)) {
                    throw new AssertionError("the process is not warm within " + WARM_UP_LIMIT);
                }
                history.begin(System.nanoTime());
                for (int round = 0; round < rounds; round++) {
                    load.enableAll(LIMIT);
                    long start = System.nanoTime();
                    Signals.stop(served.sidecarPid());
                    revoke(load);
                    Signals.resume(served.sidecarPid());
                    history.window(new History.Window("SIGSTOP of the sidecar", start, System.nanoTime()));
                    Load.pause(Arena.RECOVERY);
                }
            }
        }
        return new HistoryChecker(HistoryChecker.Rules.promised(Arena.LEASE, scale.leastRate(), scale.leastRevokes()))
                .check(history);
    }

    private static void revoke(Load load) {
        load.disableAll(LIMIT);
        if (load.awaitLive(LONGER)) {
            throw new AssertionError("the sidecar answers while it is stopped (expected: nothing)");
        }
    }
}
