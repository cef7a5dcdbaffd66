package io.keywarden.bench.compare;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** What the kernel says about a process. */
final class Proc {
    /** The unit of the times in {@code /proc}, as every Linux has it towards programs. */
    private static final long MICROS_PER_TICK = 10_000;

    private Proc() {}

    /** How much CPU time a process has had, in microseconds, to 10 ms: user and system, all threads. */
    static long cpuMicros(long pid) {
        String stat = read(pid, "stat");
        // The name of the program stands in parentheses and may hold anything.
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
        return (Long.parseLong(fields[11]) + Long.parseLong(fields[12])) * MICROS_PER_TICK;
    }

    /** How much memory a process has in RAM, in KiB. */
    static long residentKib(long pid) {
        return status(pid, "VmRSS:");
    }

    /** The most memory that a process had in RAM so far, in KiB. */
    static long highestResidentKib(long pid) {
        return status(pid, "VmHWM:");
    }

    /** The program and its arguments. */
    static List<String> commandLine(long pid) {
        return List.of(read(pid, "cmdline").split("\0"));
    }

    /** What stood in a process's environment when it was started, each as NAME=VALUE. */
    static List<String> environment(long pid) {
        return List.of(read(pid, "environ").split("\0"));
    }

    /** The CPU's name; empty where the kernel does not tell. */
    static Optional<String> cpuModel() {
        try {
            return Files.readAllLines(Path.of("/proc/cpuinfo")).stream()
                    .filter(line -> line.startsWith("model name"))
                    .map(line -> line.substring(line.indexOf(':') + 1).strip())
                    .findFirst();
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** The load average of the last minute, as the kernel prints it. */
    static String loadAverage() {
        try {
            return Files.readString(Path.of("/proc/loadavg")).split(" ", -1)[0];
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static long status(long pid, String name) {
        return read(pid, "status")
                .lines()
                .filter(line -> line.startsWith(name))
                .map(line -> line.substring(name.length()).replace("kB", "").strip())
                .mapToLong(Long::parseLong)
                .findFirst()
                .orElseThrow();
    }

    private static String read(long pid, String file) {
        try {
            // Any bytes may stand in an environment.
            return Files.readString(Path.of("/proc", Long.toString(pid), file), StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
