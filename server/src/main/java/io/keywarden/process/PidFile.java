package io.keywarden.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * A process as written down in a file: its number, and what proves that the number was not given to another since.
 *
 * @param start when it started: the kernel's clock ticks where there is {@code /proc}, else milliseconds
 * @param program path of the program that it runs
 */
record PidFile(long pid, String start, String program) {
    /** Place of the start time in {@code /proc/PID/stat}, counted behind the name in brackets. */
    private static final int START_TICKS = 19;

    static Optional<PidFile> of(ProcessHandle process) {
        Optional<String> program = process.info().command();
        Optional<String> start = startOf(process);
        if (program.isEmpty() || start.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(new PidFile(process.pid(), start.get(), program.get()));
    }

    /** The record in the file; none when it is missing or was cut short. */
    static Optional<PidFile> read(Path file) throws IOException {
        if (!Files.isRegularFile(file)) {
            return Optional.empty();
        }
        Map<String, String> values = new HashMap<>();
        for (String line : Files.readAllLines(file, StandardCharsets.UTF_8)) {
            int equals = line.indexOf('=');
            if (equals > 0) {
                values.put(line.substring(0, equals), line.substring(equals + 1));
            }
        }
        String pid = values.getOrDefault("pid", "");
        String start = values.getOrDefault("start", "");
        String program = values.getOrDefault("program", "");
        if (!pid.matches("[0-9]{1,18}") || start.isEmpty() || program.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(new PidFile(Long.parseLong(pid), start, program));
    }

    void write(Path file) throws IOException {
        String text = "pid=" + pid + "\nstart=" + start + "\nprogram=" + program + "\n";
        Files.writeString(file, text, StandardCharsets.UTF_8);
    }

    /** The process, if it still runs and is the very one. */
    Optional<ProcessHandle> process() {
        return ProcessHandle.of(pid)
                .filter(ProcessHandle::isAlive)
                .filter(process -> of(process).filter(this::equals).isPresent());
    }

    private static Optional<String> startOf(ProcessHandle process) {
        Path stat = Path.of("/proc", Long.toString(process.pid()), "stat");
        if (Files.isReadable(stat)) {
            try {
                String text = Files.readString(stat, StandardCharsets.ISO_8859_1);
                String[] columns = text.substring(text.lastIndexOf(')') + 2).split(" ", -1);
                return Optional.of(columns[START_TICKS]);
            } catch (IOException | UncheckedIOException e) {
                return Optional.empty();
            }
        }
        return process.info().startInstant().map(start -> Long.toString(start.toEpochMilli()));
    }
}
