package io.keywarden.chaos;

import io.keywarden.redis.RedisSettings;
import io.keywarden.redis.TrackedSidecars.Guards;
import io.keywarden.testkit.CuttableLink;
import io.keywarden.testkit.CuttableLink.Direction;
import io.keywarden.testkit.RedisProcess;
import io.keywarden.testkit.Signals;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/** Faults of one Redis, with rights that come and go all the while. */
final class StandaloneScenarios {
    private static final Duration BETWEEN = Duration.ofMillis(1_500);
    private static final Duration OUTAGE = Duration.ofMillis(1_800);

    private StandaloneScenarios() {}

    /** One Redis, the sidecar's way to it, and everything else. */
    record Stage(RedisProcess redis, CuttableLink link, Arena arena) {
        void fault(String name, Arena.Step breaking, Arena.Step repair) {
            arena.fault(name, breaking, OUTAGE, repair);
        }
    }

    /** What goes wrong. */
    interface Fault {
        void happen(Stage stage) throws Exception;
    }

    static List<Scenario> all() {
        return Stream.concat(ofRedis().stream(), onTheWay().stream()).toList();
    }

    private static List<Scenario> onTheWay() {
        return List.of(
                scenario(
                        "answers and pushes of Redis held",
                        stage -> stage.fault(
                                "blackhole to the sidecar",
                                () -> stage.link().cut(CuttableLink.CLIENTS, Direction.TO_CLIENT),
                                () -> stage.link().heal(CuttableLink.CLIENTS))),
                scenario(
                        "fresh tokens revoked for good, answers and pushes held",
                        stage -> stage.arena()
                                .revokeFresh(
                                        "blackhole to the sidecar",
                                        () -> stage.link().cut(CuttableLink.CLIENTS, Direction.TO_CLIENT),
                                        () -> stage.link().heal(CuttableLink.CLIENTS))),
                scenario(
                        "questions to Redis held",
                        stage -> stage.fault(
                                "blackhole to Redis",
                                () -> stage.link().cut(CuttableLink.CLIENTS, Direction.TO_SERVER),
                                () -> stage.link().heal(CuttableLink.CLIENTS))),
                scenario(
                        "connection held both ways, then broken",
                        stage -> stage.fault("blackhole", () -> stage.link().cut(CuttableLink.CLIENTS), () -> {
                            stage.link().disconnect(CuttableLink.CLIENTS);
                            stage.link().heal(CuttableLink.CLIENTS);
                        })),
                scenario(
                        "60 ms more latency each way",
                        stage -> stage.fault(
                                "latency",
                                () -> stage.link().delay(CuttableLink.CLIENTS, Duration.ofMillis(60)),
                                () -> stage.link().delay(CuttableLink.CLIENTS, Duration.ZERO))));
    }

    private static List<Scenario> ofRedis() {
        return List.of(
                scenario("no fault", stage -> Load.pause(OUTAGE)),
                scenario(
                        "Redis killed and started again, AOF always",
                        stage -> stage.fault("kill -9", stage.redis()::kill, stage.redis()::restart)),
                scenario(
                        "Redis stopped and resumed",
                        stage -> stage.fault(
                                "SIGSTOP",
                                () -> Signals.stop(stage.redis().pid()),
                                () -> Signals.resume(stage.redis().pid()))),
                scenario("CLIENT KILL storm", StandaloneScenarios::killStorm),
                scenario(
                        "RESET on the tracked connection",
                        stage -> repeat(
                                stage, "RESET", () -> stage.arena().tracked().reset())),
                scenario(
                        "TRACKING OFF on the tracked connection",
                        stage -> repeat(
                                stage,
                                "TRACKING OFF",
                                () -> stage.arena().tracked().trackingOff())),
                scenario("a command of 0.7 s, again and again", StandaloneScenarios::slow),
                scenario(
                        "memory full",
                        stage -> stage.fault(
                                "maxmemory",
                                () -> stage.redis().command("CONFIG", "SET", "maxmemory", "1"),
                                () -> stage.redis().command("CONFIG", "SET", "maxmemory", "0"))),
                scenario("snapshots fail, writes are refused", StandaloneScenarios::snapshotsFail),
                scenario("disk full, AOF always: Redis ends, and is started again with room", FullDisk::always),
                scenario("disk full, AOF every second: writes are refused", FullDisk::everySecond),
                wiped("FLUSHALL", StandaloneScenarios::flushAll),
                wiped("SWAPDB with an empty database", StandaloneScenarios::swap));
    }

    private static Scenario scenario(String name, Fault fault) {
        return new Scenario(
                name,
                5,
                scale -> onStage(scale, Guards.ALL, stage -> {
                    for (int round = 0; round < scale.rounds(); round++) {
                        stage.arena().load().cycle(true);
                        Load.pause(BETWEEN);
                        fault.happen(stage);
                        stage.arena().settle();
                    }
                }));
    }

    /** Faults that take away what is stored: that is a revocation of everything. */
    private static Scenario wiped(String name, Fault fault) {
        return new Scenario(
                name,
                20,
                scale -> onStage(scale, Guards.ALL, stage -> {
                    for (int round = 0; round < scale.rounds(); round++) {
                        stage.arena().load().enableAll(Duration.ofSeconds(10));
                        fault.happen(stage);
                        stage.arena().settle();
                    }
                }));
    }

    /** Runs something on one Redis. */
    static Findings onStage(Scale scale, Guards guards, Fault run) throws Exception {
        try (RedisProcess redis = RedisProcess.withADiskToFill(
                        "--save",
                        "",
                        "--appendonly",
                        "yes",
                        "--appendfsync",
                        "always",
                        "--enable-debug-command",
                        "local");
                CuttableLink link = CuttableLink.to(redis.port());
                Arena arena = Arena.open(new Arena.Plan(
                        RedisSettings.local(redis.port()),
                        RedisSettings.local(link.port()),
                        guards,
                        1,
                        scale.tokens(),
                        scale.perSecond()))) {
            run.happen(new Stage(redis, link, arena));
            return arena.findings(scale.leastRate(), scale.leastRevokes());
        }
    }

    private static void killStorm(Stage stage) {
        stage.fault(
                "CLIENT KILL",
                () -> {
                    for (int i = 0; i < 40; i++) {
                        stage.redis().command("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes");
                        Load.pause(Duration.ofMillis(25));
                    }
                },
                () -> {});
    }

    private static void repeat(Stage stage, String name, Arena.Step step) {
        stage.fault(
                name,
                () -> {
                    for (int i = 0; i < 4; i++) {
                        step.run();
                        Load.pause(Duration.ofMillis(400));
                    }
                },
                () -> {});
    }

    private static void slow(Stage stage) {
        stage.fault(
                "DEBUG SLEEP",
                () -> {
                    for (int i = 0; i < 4; i++) {
                        stage.redis().command("DEBUG", "SLEEP", "0.7");
                        Load.pause(Duration.ofMillis(100));
                    }
                },
                () -> {});
    }

    /** A snapshot that cannot be put in its place. */
    private static void snapshotsFail(Stage stage) {
        RedisProcess redis = stage.redis();
        Path place = redis.folder().resolve("dump.rdb");
        stage.fault(
                "snapshots fail",
                () -> {
                    redis.command("CONFIG", "SET", "save", "3600 1000000");
                    Files.deleteIfExists(place);
                    Files.createDirectories(place.resolve("in-the-way"));
                    snapshot(redis, "err");
                },
                () -> {
                    Files.delete(place.resolve("in-the-way"));
                    Files.delete(place);
                    snapshot(redis, "ok");
                });
    }

    private static void snapshot(RedisProcess redis, String status) {
        redis.command("BGSAVE");
        boolean seen = Load.await(
                Duration.ofSeconds(5),
                () -> redis.command("INFO", "persistence").contains("rdb_last_bgsave_status:" + status));
        if (!seen) {
            throw new IllegalStateException(
                    redis.command("INFO", "persistence") + " (expected: status " + status + ")");
        }
    }

    /** Another server keeps the data meanwhile. */
    private static void flushAll(Stage stage) throws IOException {
        RedisProcess redis = stage.redis();
        try (RedisProcess backup = RedisProcess.inMemory()) {
            copy(redis, backup);
            stage.fault(
                    "FLUSHALL",
                    () -> stage.arena().allNarrowed(redis::flushAll),
                    () -> stage.arena().allWidened(() -> copy(backup, redis)));
        }
    }

    private static void copy(RedisProcess from, RedisProcess to) {
        String keys = from.command("DBSIZE");
        to.command("REPLICAOF", "127.0.0.1", Integer.toString(from.port()));
        boolean done = Load.await(
                Duration.ofSeconds(20),
                () -> to.command("INFO", "replication").contains("master_link_status:up")
                        && to.command("DBSIZE").equals(keys));
        to.command("REPLICAOF", "NO", "ONE");
        if (!done) {
            throw new IllegalStateException("nothing was copied from " + from.port());
        }
    }

    private static void swap(Stage stage) {
        Arena.Step swap = () -> stage.redis().command("SWAPDB", "0", "1");
        stage.fault(
                "SWAPDB",
                () -> stage.arena().allNarrowed(swap),
                () -> stage.arena().allWidened(swap));
    }
}
