package io.keywarden.bench.compare;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Where and with what a run was made, as the lines of a list. */
final class Machine {
    /** Envoy prints its path, and then {@code version: COMMIT/VERSION/FLAVOUR}. */
    private static final Pattern ENVOY_VERSION = Pattern.compile("/(\\d+\\.\\d+\\.\\d+)/");

    private Machine() {}

    static List<String> describe(Tools tools, Launch launch, String command, String loadBefore)
            throws InterruptedException {
        List<String> lines = new ArrayList<>();
        lines.add("date: "
                + DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm 'UTC'").format(ZonedDateTime.now(ZoneOffset.UTC)));
        lines.add("command: `" + command + "`");
        lines.add("commit: "
                + Tool.firstLine(List.of("git", "-C", tools.root().toString(), "describe", "--always", "--dirty")));
        lines.add("machine: " + Runtime.getRuntime().availableProcessors() + " cores, "
                + Proc.cpuModel().orElse("unknown CPU") + ", " + memory() + ", Linux "
                + System.getProperty("os.version") + "; load average before the run " + loadBefore);
        lines.add("JDK " + Runtime.version() + " (" + System.getProperty("java.vendor")
                + "), flags of Keywarden and of the floor: `"
                + String.join(" ", launch.flags()) + "`, environment: `" + new TreeMap<>(launch.environment()) + "`");
        lines.add("Redis " + tools.redisVersion() + " (standalone, AOF every second)"
                + tools.envoy().map(envoy -> ", Envoy " + envoyVersion(envoy)).orElse("")
                + tools.h2load()
                        .map(file -> ", " + line(List.of(file.toString(), "--version")))
                        .orElse("")
                + (tools.wrk().isPresent() ? ", wrk 4" : "")
                + ", " + line(List.of("go", "version")));
        return lines;
    }

    private static String memory() {
        try {
            long kib = Files.readAllLines(Path.of("/proc/meminfo")).stream()
                    .filter(line -> line.startsWith("MemTotal:"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("\\D+", "")))
                    .findFirst()
                    .orElse(0);
            return Math.round(kib / 1_048_576.0) + " GiB";
        } catch (IOException e) {
            return "unknown memory";
        }
    }

    private static String envoyVersion(Path envoy) {
        Matcher version = ENVOY_VERSION.matcher(line(List.of(envoy.toString(), "--version")));
        return version.find() ? version.group(1) : "of an unknown version";
    }

    private static String line(List<String> command) {
        try {
            return Tool.run(Duration.ofSeconds(20), command)
                    .lines()
                    .filter(line -> !line.isBlank())
                    .findFirst()
                    .orElse("")
                    .strip();
        } catch (IOException e) {
            return command.get(0) + " of an unknown version";
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return "unknown";
        }
    }
}
