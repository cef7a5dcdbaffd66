package io.keywarden.process;

import static java.util.Objects.requireNonNull;

import io.keywarden.process.BinaryLookup.Located;
import io.keywarden.process.BinaryLookup.Missing;
import io.keywarden.process.BinaryLookup.Origin;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Finds a Redis server program: {@code $REDIS_BIN}, then {@code redis-server} on {@code PATH}, then the embedded one.
 *
 * <p>Only the program is looked for. A Redis that already runs belongs to somebody else and is never used.
 */
public final class RedisBinary {
    /** Redis prints {@code Redis server v=<version> sha=…}, and Valkey the same with its own name. */
    private static final Pattern VERSION = Pattern.compile("v=(\\d+\\.\\d+\\.\\d+)");

    private static final Duration VERSION_LIMIT = Duration.ofSeconds(20);
    private static final int LOWEST_MAJOR = 6;

    private final Map<String, String> environment;
    private final Path cacheFolder;

    public RedisBinary(Map<String, String> environment, Path cacheFolder) {
        this.environment = Map.copyOf(environment);
        this.cacheFolder = requireNonNull(cacheFolder, "cacheFolder");
    }

    public BinaryLookup find() throws InterruptedException {
        String named = environment.getOrDefault("REDIS_BIN", "");
        if (!named.isEmpty()) {
            return fromEnvironment(named);
        }
        Optional<Path> onPath = Commands.onPath("redis-server", environment);
        if (onPath.isPresent()) {
            Optional<Located> found = located(onPath.get(), Origin.PATH);
            if (found.filter(redis -> redis.majorVersion() >= LOWEST_MAJOR).isPresent()) {
                return found.get();
            }
        }
        return embedded();
    }

    private BinaryLookup fromEnvironment(String named) throws InterruptedException {
        Optional<Path> path = Commands.asPath(named);
        Optional<Located> found = path.isPresent() ? located(path.get(), Origin.ENVIRONMENT) : Optional.empty();
        if (found.isPresent()) {
            return found.get();
        }
        return new Missing("REDIS_BIN=" + named + " does not answer --version as Redis does (expected: the path of "
                + "redis-server; unset it to let Keywarden look for one)");
    }

    private BinaryLookup embedded() throws InterruptedException {
        Optional<String> resource = embeddedResource();
        if (resource.isEmpty()) {
            return missing("none is embedded for " + machine());
        }
        Path target = cacheFolder.resolve(resource.get());
        Optional<Located> kept = located(target, Origin.CACHE);
        if (kept.isPresent()) {
            return kept.get();
        }
        try {
            return unpack(resource.get(), target);
        } catch (IOException e) {
            return missing("the cache folder " + cacheFolder + " can't be used: " + e);
        }
    }

    private BinaryLookup unpack(String resource, Path target) throws IOException, InterruptedException {
        try (InputStream bytes = RedisBinary.class.getResourceAsStream("/" + resource)) {
            if (bytes == null) {
                return missing("the embedded " + resource + " is not on the class path");
            }
            Path fresh = CachedFile.write(target, bytes);
            try {
                Optional<Located> located = located(fresh, Origin.EMBEDDED);
                if (located.isEmpty()) {
                    return missing("the embedded one does not run here (it needs OpenSSL 3 and a recent C library)");
                }
                CachedFile.publish(fresh, target);
                return new Located(target, located.get().version(), Origin.EMBEDDED);
            } finally {
                Files.deleteIfExists(fresh);
            }
        }
    }

    private static Missing missing(String why) {
        return new Missing("no redis-server: none on PATH, and " + why + ". Install Redis 7 or set REDIS_BIN to one");
    }

    /** The names that the library embedded-redis gives to its programs. */
    private static Optional<String> embeddedResource() {
        return switch (machine()) {
            case "linux amd64" -> Optional.of("redis-server-6.2.6-v5-linux-amd64");
            case "linux aarch64" -> Optional.of("redis-server-6.2.7-linux-arm64");
            case "mac os x x86_64" -> Optional.of("redis-server-6.2.6-v5-darwin-amd64");
            case "mac os x aarch64" -> Optional.of("redis-server-6.2.6-v5-darwin-arm64");
            default -> Optional.empty();
        };
    }

    private static String machine() {
        return (System.getProperty("os.name", "") + " " + System.getProperty("os.arch", "")).toLowerCase(Locale.ROOT);
    }

    private Optional<Located> located(Path binary, Origin origin) throws InterruptedException {
        if (!Files.isRegularFile(binary) || !Files.isExecutable(binary)) {
            return Optional.empty();
        }
        Path path = binary.toAbsolutePath();
        Commands.Result result = Commands.run(List.of(path.toString(), "--version"), environment, VERSION_LIMIT);
        Matcher version = VERSION.matcher(result.output());
        return result.succeeded() && version.find()
                ? Optional.of(new Located(path, version.group(1), origin))
                : Optional.empty();
    }
}
