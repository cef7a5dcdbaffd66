package io.keywarden.envoy.demo;

import io.keywarden.process.Ports;
import io.keywarden.testkit.Eventually;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** A demo that was started with the launcher, as a user does, on ports that nobody uses. */
final class DemoRun implements AutoCloseable {
    static final Path ROOT = Path.of(System.getProperty("keywarden.root"));
    static final Path FOLDER = ROOT.resolve("target").resolve("demo");
    static final Path ENV = FOLDER.resolve("demo.env");

    private static final Duration READY_LIMIT = Duration.ofMinutes(5);
    private static final Duration STOP_LIMIT = Duration.ofSeconds(40);
    private static final List<Integer> PORTS = List.of(6390, 9001, 9002, 9004, 9901, 10_000, 10_001);

    private final Process process;
    private final Path output;

    private DemoRun(Process process, Path output) {
        this.process = process;
        this.output = output;
    }

    static DemoRun start(Path output, int offset) {
        try {
            List<String> command =
                    List.of(ROOT.resolve("keywarden").toString(), "demo", "--port-offset", Integer.toString(offset));
            Process process = new ProcessBuilder(command)
                    .directory(ROOT.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile())
                    .start();
            process.getOutputStream().close();
            return new DemoRun(process, output);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** An offset that moves all of the demo's ports to free ones. */
    static int freeOffset() {
        return IntStream.iterate(12_000, offset -> offset + 50)
                .limit(400)
                .filter(offset -> PORTS.stream().allMatch(port -> Ports.isFree(port + offset)))
                .findFirst()
                .orElseThrow();
    }

    void awaitReady() {
        Eventually.within(READY_LIMIT, () -> {
            if (!process.isAlive()) {
                throw new IllegalStateException("the demo ended: " + output());
            }
            if (!Files.exists(ENV) || !output().contains("\nReady. ")) {
                throw new AssertionError("not ready: " + output());
            }
        });
    }

    /** What {@code demo.env} says. */
    Map<String, String> env() throws IOException {
        return Files.readAllLines(ENV).stream()
                .map(line -> line.split("=", 2))
                .collect(Collectors.toMap(pair -> pair[0], pair -> pair[1]));
    }

    String output() {
        try {
            return Files.readString(output);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The processes that it recorded, by name. */
    Map<String, ProcessHandle> children() throws IOException {
        try (Stream<Path> files = Files.list(FOLDER)) {
            return files.filter(file -> file.toString().endsWith(".pid"))
                    .collect(Collectors.toMap(
                            file -> file.getFileName().toString().replace(".pid", ""), DemoRun::process));
        }
    }

    long pid() {
        return process.pid();
    }

    /** Sends a signal, by its number. */
    void signal(int number) throws IOException, InterruptedException {
        Process kill = new ProcessBuilder("kill", "-" + number, Long.toString(process.pid())).start();
        if (kill.waitFor() != 0) {
            throw new IllegalStateException("signal " + number + " could not be sent");
        }
    }

    int awaitExit() throws InterruptedException {
        if (!process.waitFor(STOP_LIMIT.toSeconds(), TimeUnit.SECONDS)) {
            throw new AssertionError("still running after " + STOP_LIMIT + ": " + output());
        }
        return process.exitValue();
    }

    /** Folders of sockets that some demo has in the temporary folder. */
    static List<String> socketFolders() {
        String[] names = new File(System.getProperty("java.io.tmpdir"))
                .list((folder, name) -> name.startsWith("keywarden-demo-"));
        return names == null ? List.of() : new ArrayList<>(List.of(names));
    }

    @Override
    public void close() throws IOException {
        try {
            if (process.isAlive()) {
                process.destroy();
                awaitExit();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }

    private static ProcessHandle process(Path pidFile) {
        try {
            String first = Files.readAllLines(pidFile).get(0);
            return ProcessHandle.of(Long.parseLong(first.replace("pid=", ""))).orElseThrow();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
