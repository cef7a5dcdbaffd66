package io.keywarden.chaos;

import io.keywarden.testkit.RedisProcess;
import java.time.Duration;

/** A disk on which no file of Redis can grow any more, while rights come and go. */
final class FullDisk {
    private static final Duration LIMIT = Duration.ofSeconds(10);

    private FullDisk() {}

    /** Redis ends itself at the first write that it cannot keep, since it could not take it back. */
    static void always(StandaloneScenarios.Stage stage) {
        RedisProcess redis = stage.redis();
        stage.fault(
                "disk full",
                () -> {
                    redis.fillDisk();
                    require(Load.await(LIMIT, () -> !redis.isRunning()), "Redis runs on (expected: it ends)");
                },
                redis::restart);
        stage.arena().requireLiveNeverDenied();
    }

    /** Redis refuses writes, heartbeats too, until it could write what it has taken. */
    static void everySecond(StandaloneScenarios.Stage stage) {
        RedisProcess redis = stage.redis();
        redis.command("CONFIG", "SET", "appendfsync", "everysec");
        stage.fault(
                "disk full",
                () -> {
                    redis.fillDisk();
                    requireStatus(redis, "err");
                },
                () -> {
                    redis.emptyDisk();
                    requireStatus(redis, "ok");
                });
        redis.command("CONFIG", "SET", "appendfsync", "always");
        stage.arena().requireLiveNeverDenied();
    }

    private static void requireStatus(RedisProcess redis, String status) {
        require(
                Load.await(
                        LIMIT, () -> redis.command("INFO", "persistence").contains("aof_last_write_status:" + status)),
                "the append-only file is not as expected (expected: " + status + ")");
    }

    private static void require(boolean condition, String otherwise) {
        if (!condition) {
            throw new AssertionError(otherwise);
        }
    }
}
