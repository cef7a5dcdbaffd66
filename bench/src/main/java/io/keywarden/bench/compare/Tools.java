package io.keywarden.bench.compare;

import io.keywarden.envoyconfig.EnvoyConfigRenderer;
import io.keywarden.process.EnvoyBinary;
import io.keywarden.process.RedisBinary;
import io.keywarden.process.ToolCache;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The programs of a run. What is not here is named in the report, and what needs it is left out.
 *
 * @param root the project's folder
 * @param redis the Redis server, which nothing goes without
 * @param redisVersion its version
 * @param envoy Envoy, where there is one
 * @param h2load the load generator of nghttp2, where it is installed
 * @param wrk the load generator for HTTP/1.1, where it is installed
 * @param jcmd the JDK's tool that asks a JVM, where it is a JDK
 * @param missing a line for everything that is not here, with the way to get it
 */
record Tools(
        Path root,
        Path redis,
        String redisVersion,
        Optional<Path> envoy,
        Optional<Path> h2load,
        Optional<Path> wrk,
        Optional<Path> jcmd,
        List<String> missing) {
    Tools {
        missing = List.copyOf(missing);
    }

    /** Looks for them. */
    static Tools find(Path root) throws InterruptedException {
        Map<String, String> environment = System.getenv();
        Path cache = ToolCache.folder(environment, root.resolve("target/tools"));
        List<String> missing = new ArrayList<>();
        var redis = new RedisBinary(environment, cache).find().fold(found -> found, absent -> {
            throw new IllegalStateException(absent.reason());
        });
        Optional<Path> envoy = new EnvoyBinary(
                        environment, cache, EnvoyConfigRenderer.ENVOY_VERSION, System.out::println)
                .find()
                .fold(found -> Optional.of(found.path()), absent -> {
                    missing.add("Envoy: " + absent.reason());
                    return Optional.empty();
                });
        Path ownJava = Path.of(System.getProperty("java.home"), "bin", "jcmd");
        Optional<Path> jcmd = Optional.of(ownJava).filter(Files::isExecutable);
        if (jcmd.isEmpty()) {
            missing.add("jcmd: not beside " + ownJava.getParent() + " (install a JDK, not only a JRE)");
        }
        return new Tools(
                root,
                redis.path(),
                redis.version(),
                envoy,
                onPath("h2load", "apt-get install nghttp2-client", missing),
                onPath("wrk", "apt-get install wrk", missing),
                jcmd,
                missing);
    }

    /** One of the Go programs; empty where there was no Go to build it. */
    Optional<Path> go(String name) {
        return Optional.of(root.resolve("bench/target/go").resolve(name)).filter(Files::isExecutable);
    }

    private static Optional<Path> onPath(String name, String install, List<String> missing) {
        for (String folder : System.getenv().getOrDefault("PATH", "").split(File.pathSeparator, -1)) {
            Path file = Path.of(folder, name);
            if (!folder.isEmpty() && Files.isExecutable(file)) {
                return Optional.of(file);
            }
        }
        missing.add(name + ": not on PATH (" + install + ")");
        return Optional.empty();
    }
}
