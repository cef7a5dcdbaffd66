package io.keywarden.app;

import io.keywarden.admin.AdminStore;
import io.keywarden.admin.AuditLog;
import io.keywarden.admin.HistoryComparison;
import io.keywarden.admin.HistoryComparison.Problem;
import io.keywarden.cli.Configs;
import io.keywarden.cli.ExitCode;
import io.keywarden.cli.UserError;
import io.keywarden.config.Role;
import io.keywarden.config.StartupConfig;
import io.keywarden.history.AuditTrail;
import io.keywarden.redis.RedisObserver;
import io.keywarden.redis.RedisStore;
import io.keywarden.store.HighWater;
import io.keywarden.store.RecordOpener;
import io.keywarden.store.VerifiedReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Compares the histories in Redis with audit logs. It reads Redis itself: an Admin need not run, nor be believed. */
@Command(
        name = "compare-history",
        description = "Compare the histories in Redis with the audit logs of all Admins.",
        footer = {"", "Exit code: 0 they agree, 1 they do not or Redis cannot be read, 2 not understood."},
        mixinStandardHelpOptions = true)
final class CompareHistoryCommand implements Callable<Integer> {
    private static final Duration LIMIT = Duration.ofSeconds(5);
    private static final Duration AGAIN_AFTER = Duration.ofSeconds(1);
    private static final int REMEMBERED = 10_000;
    /** How many problems are printed one by one. */
    private static final int PRINTED = 100;

    @Spec
    private CommandSpec spec;

    @Option(
            names = "--config",
            required = true,
            paramLabel = "FILE",
            description = "The configuration of an Admin: says where Redis is, and whose signatures count.")
    private Path config = Path.of("");

    @Option(
            names = "--log",
            paramLabel = "FILE",
            description =
                    "An audit log; once for each file of each Admin. Default: admin.audit_log of the configuration.")
    private List<Path> logs = new ArrayList<>();

    // Picocli sets the spec before it runs the command.
    @SuppressWarnings("NullAway.Init")
    CompareHistoryCommand() {}

    @Override
    public Integer call() {
        StartupConfig startup = Configs.orUserError(StartupConfig.load(config, Optional.of(Set.of(Role.ADMIN))));
        AuditTrail trail = trail(startup);
        PrintWriter out = spec.commandLine().getOut();
        trail.unreadable().forEach(line -> out.println("line left out: " + line));
        List<Problem> problems;
        try (RedisStore redis =
                RedisStore.connect(StoreParts.settings(startup.config().redis()), RedisObserver.NONE)) {
            await(redis);
            problems = problems(startup, redis, trail);
        } catch (IOException e) {
            throw new UserError(ExitCode.FAILED, String.valueOf(e.getMessage()));
        }
        problems.stream()
                .limit(PRINTED)
                .forEach(problem ->
                        out.printf("%s event %d of %s%n", problem.kind(), problem.sequence(), problem.key()));
        out.printf(
                "%d events of %d histories in the audit logs, %d problems%n",
                trail.size(), trail.keys().size(), problems.size());
        out.flush();
        return problems.isEmpty() ? ExitCode.OK : ExitCode.FAILED;
    }

    /** What is written at this moment is in Redis before it is in a log: only what is wrong twice is told. */
    private List<Problem> problems(StartupConfig startup, RedisStore redis, AuditTrail trail) throws IOException {
        HistoryComparison comparison = new HistoryComparison(store(startup, redis));
        List<Problem> first = comparison.compare(trail);
        if (first.isEmpty()) {
            return first;
        }
        pause(AGAIN_AFTER);
        return comparison.compare(trail(startup)).stream()
                .filter(first::contains)
                .toList();
    }

    private AuditTrail trail(StartupConfig startup) {
        List<Path> files = logs.isEmpty()
                ? startup.config().admin().auditLog().map(List::of).orElse(List.of())
                : logs;
        if (files.isEmpty()) {
            throw new UserError(ExitCode.USAGE, config + ": no admin.audit_log (expected: that, or --log FILE)");
        }
        try {
            return AuditTrail.read(files);
        } catch (IOException e) {
            throw new UserError(ExitCode.USAGE, "an audit log cannot be read: " + e);
        }
    }

    private static AdminStore store(StartupConfig startup, RedisStore redis) {
        VerifiedReader reader = VerifiedReader.of(
                redis,
                new RecordOpener(startup.keys().verifyingKeys(), REMEMBERED),
                new HighWater(REMEMBERED),
                Optional.empty());
        return new AdminStore(reader, redis, redis, AuditLog.WITHOUT_FILE, LIMIT);
    }

    private static void pause(Duration duration) {
        try {
            Thread.sleep(duration.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new UserError(ExitCode.FAILED, "interrupted");
        }
    }

    private static void await(RedisStore redis) {
        long end = System.nanoTime() + LIMIT.toNanos();
        while (redis.obstacle().isPresent() && System.nanoTime() < end) {
            pause(Duration.ofMillis(20));
        }
        redis.obstacle().ifPresent(why -> {
            throw new UserError(ExitCode.FAILED, why);
        });
    }
}
