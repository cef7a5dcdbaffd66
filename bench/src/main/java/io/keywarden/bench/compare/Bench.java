package io.keywarden.bench.compare;

import io.keywarden.process.ChildProcess;
import io.keywarden.process.Ports;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * What a run stands on, up and running on loopback: Redis, an Admin in a process of its own with a catalog, a tenant and a
 * token, and whatever is started beside them.
 */
final class Bench implements AutoCloseable {
    private static final Duration START_LIMIT = Duration.ofSeconds(20);

    private final Tools tools;
    private final Parts parts;
    private final int redisPort;
    private final Launch launch;
    private final Site site;
    private final Site.Issued token;
    private final Site.Issued anywhere;
    private final Seeder seeder;

    private Bench(Tools tools, Parts parts) throws IOException, InterruptedException {
        this.tools = tools;
        this.parts = parts;
        List<Integer> ports = Ports.free(3);
        this.redisPort = ports.get(0);
        startRedis();
        Path keys = parts.folder().resolve("keys");
        String launcher = tools.root().resolve("keywarden").toString();
        System.out.print(Tool.run(Duration.ofMinutes(5), List.of(launcher, "init-keys", "--out", keys.toString())));
        Path config = Files.writeString(
                parts.folder().resolve("admin.yaml"), """
                roles: [admin]
                admin: {listen: 127.0.0.1:%d, state_dir: state}
                metrics: {listen: 127.0.0.1:%d}
                redis: {url: redis://127.0.0.1:%d}
                keys: {file: keys/admin.keys}
                """.formatted(ports.get(1), ports.get(2), redisPort));
        long start = System.nanoTime();
        ChildProcess admin = parts.start("admin", List.of(launcher, "serve", "--config", config.toString()));
        Sidecar running = Sidecar.awaited(admin, start, ports.get(1), ports.get(2), "admin");
        this.launch = Launch.of(admin.pid());
        this.site = Site.at(running.port(), parts.folder().resolve("state/bootstrap-token"));
        site.open();
        this.token = site.issue();
        this.anywhere = site.issueForAnywhere();
        this.seeder = Seeder.like(
                token.text(),
                keys.resolve("admin.keys"),
                redisPort,
                parts.folder().resolve("tokens"));
    }

    /** Starts Redis and Admin, and makes catalog, tenant and the first token. */
    static Bench start(Tools tools) throws IOException, InterruptedException {
        Parts parts = new Parts();
        Runtime.getRuntime().addShutdownHook(new Thread(parts::close));
        return new Bench(tools, parts);
    }

    Tools tools() {
        return tools;
    }

    Launch launch() {
        return launch;
    }

    Site site() {
        return site;
    }

    Seeder seeder() {
        return seeder;
    }

    /** A connection to Redis, past everything. */
    RedisWire redis() throws IOException {
        return RedisWire.to(redisPort);
    }

    /** Where Redis listens, on loopback. */
    int redisPort() {
        return redisPort;
    }

    /** The token of the runs that have but one. */
    Site.Issued token() {
        return token;
    }

    /** One that is not bound to addresses and countries, for requests that come from loopback. */
    Site.Issued anywhere() {
        return anywhere;
    }

    /** A folder for files of the run, which goes away with it. */
    Path folder() {
        return parts.folder();
    }

    /** A check of the one token, as a file. */
    Path request(String path) throws IOException {
        byte[] bytes = Requests.get(path, token.text()).toByteArray();
        return Files.write(parts.folder().resolve("request.bin"), bytes);
    }

    /** Where in {@link #request} the token stands. */
    int tokenOffset() {
        return Requests.offsetOf(
                token.text(), Requests.get(Requests.ALLOWED_PATH, token.text()).toByteArray());
    }

    /** The same behind gRPC's prefix, as h2load sends it. */
    Path framedRequest(String name, String path) throws IOException {
        byte[] bytes = Requests.get(path, token.text()).toByteArray();
        ByteBuffer framed = ByteBuffer.allocate(5 + bytes.length)
                .put((byte) 0)
                .putInt(bytes.length)
                .put(bytes);
        return Files.write(parts.folder().resolve(name + ".framed"), framed.array());
    }

    /** Starts a Keywarden that only checks, and waits until it is ready. */
    Sidecar startCheck() throws IOException, InterruptedException {
        List<Integer> ports = Ports.free(2);
        Path config = Files.writeString(parts.folder().resolve("check-" + ports.get(0) + ".yaml"), """
                roles: [check]
                check: {listen: 127.0.0.1:%d, countries: {database: %s}}
                metrics: {listen: 127.0.0.1:%d}
                redis: {url: redis://127.0.0.1:%d}
                keys: {file: keys/check.keys}
                """.formatted(
                        ports.get(0), tools.root().resolve("config/sample-country.mmdb"), ports.get(1), redisPort));
        long start = System.nanoTime();
        ChildProcess child =
                parts.start("check", launch.keywarden("serve", "--config", config.toString()), launch.environment());
        return Sidecar.awaited(child, start, ports.get(0), ports.get(1), "check");
    }

    /** Ends a Keywarden. */
    void end(Sidecar sidecar) throws IOException {
        parts.end(sidecar.child());
    }

    /** Starts Envoy with a configuration and waits until its last listener takes connections. */
    void startEnvoy(String yaml, int lastPort) throws IOException, InterruptedException {
        Path config = Files.writeString(parts.folder().resolve("envoy.yaml"), yaml);
        ChildProcess envoy = parts.start(
                "envoy",
                List.of(
                        tools.envoy().orElseThrow().toString(),
                        "--config-path",
                        config.toString(),
                        "--concurrency",
                        "1",
                        "--disable-hot-restart",
                        "--log-level",
                        "warning"));
        awaitPort(envoy, lastPort);
    }

    /** Starts another server, and waits until it takes connections. */
    Contender startServer(String name, int port, List<String> command) throws IOException, InterruptedException {
        ChildProcess child = parts.start(name, command, launch.environment());
        awaitPort(child, port);
        return Contender.ours(name, port, child.pid());
    }

    @Override
    public void close() {
        site.close();
        parts.close();
    }

    private void startRedis() throws IOException, InterruptedException {
        ChildProcess redis = parts.start(
                "redis",
                List.of(
                        tools.redis().toString(),
                        "--port",
                        Integer.toString(redisPort),
                        "--bind",
                        "127.0.0.1",
                        "--dir",
                        parts.folder().toString(),
                        "--save",
                        "",
                        "--appendonly",
                        "yes",
                        // A rewrite in the middle of a window would cost the servers their core.
                        "--auto-aof-rewrite-percentage",
                        "0"));
        awaitPort(redis, redisPort);
    }

    private static void awaitPort(ChildProcess child, int port) throws IOException, InterruptedException {
        long start = System.nanoTime();
        while (child.isAlive() && System.nanoTime() - start < START_LIMIT.toNanos()) {
            try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
                if (socket.isConnected()) {
                    return;
                }
            } catch (IOException e) {
                TimeUnit.MILLISECONDS.sleep(20);
            }
        }
        throw new IOException("it does not listen: " + Files.readString(child.log()));
    }
}
