package io.keywarden.demo;

import io.keywarden.process.BinaryLookup.Located;
import io.keywarden.process.ChildProcess;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Redis, Keywarden and Envoy: how each is started, and when it is ready. */
final class DemoProcesses {
    static final String REDIS = "redis";
    static final String KEYWARDEN = "keywarden";
    static final String ENVOY = "envoy";
    static final List<String> NAMES = List.of(ENVOY, KEYWARDEN, REDIS);

    private static final Duration START_LIMIT = Duration.ofSeconds(60);
    /** A program that shall be there soon, not one that runs for long under load. */
    private static final List<String> QUICK_START = List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx256m");

    private final Installation installation;
    private final DemoPorts ports;
    private final DemoFolder folder;
    private final Children children;
    private final Readiness readiness;

    DemoProcesses(Installation installation, DemoPorts ports, DemoFolder folder, Children children) {
        this.installation = installation;
        this.ports = ports;
        this.folder = folder;
        this.children = children;
        this.readiness = new Readiness(children);
    }

    void startRedis(Located binary) throws DemoProblem, InterruptedException {
        ChildProcess redis = start(REDIS, List.of(binary.path().toString(), path(DemoFiles.REDIS_CONF)));
        readiness.await("Redis answers", redis.log(), START_LIMIT, () -> RedisProbe.answers(ports.of(DemoPort.REDIS)));
    }

    void startKeywarden() throws DemoProblem, InterruptedException {
        Stream<String> program =
                Stream.of("-jar", installation.jar().toString(), "serve", "--config", path(DemoFiles.KEYWARDEN_YAML));
        List<String> command = Stream.of(Stream.of(installation.java().toString()), QUICK_START.stream(), program)
                .flatMap(part -> part)
                .toList();
        start(KEYWARDEN, command);
    }

    void startEnvoy(Located binary) throws DemoProblem, InterruptedException {
        start(
                ENVOY,
                List.of(
                        binary.path().toString(),
                        "--config-path",
                        path(DemoFiles.ENVOY_YAML),
                        "--concurrency",
                        "1",
                        // Else two Envoys of one machine would share memory, and the second would not start.
                        "--disable-hot-restart",
                        "--log-level",
                        "warning",
                        "--file-flush-interval-msec",
                        "100"));
    }

    void awaitKeywarden() throws DemoProblem, InterruptedException {
        for (String role : List.of("check", "admin")) {
            awaitStatus("Keywarden is ready for " + role, KEYWARDEN, DemoPort.METRICS, "/readyz/" + role);
        }
    }

    void awaitEnvoy() throws DemoProblem, InterruptedException {
        awaitStatus("Envoy is ready", ENVOY, DemoPort.ENVOY_ADMIN, "/ready");
    }

    /** Waits until the gateway gives this very answer, as it does once Envoy has found Keywarden. */
    void awaitAnswer(int status, String path, Map<String, String> headers) throws DemoProblem, InterruptedException {
        int port = ports.of(DemoPort.GATEWAY);
        readiness.await(
                "The gateway answers " + path + " with " + status,
                folder.log(ENVOY),
                START_LIMIT,
                () -> HttpProbe.status(port, path, headers) == status);
    }

    private void awaitStatus(String what, String name, DemoPort port, String path)
            throws DemoProblem, InterruptedException {
        Map<String, String> host = Map.of("Host", ports.address(port));
        readiness.await(what, folder.log(name), START_LIMIT, () -> HttpProbe.status(ports.of(port), path, host) == 200);
    }

    private ChildProcess start(String name, List<String> command) throws DemoProblem, InterruptedException {
        return children.start(name, new ChildProcess.Launch(command, Map.of(), folder.log(name), folder.pidFile(name)));
    }

    private String path(String file) {
        return folder.file(file).toString();
    }
}
