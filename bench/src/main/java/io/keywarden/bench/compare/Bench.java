package io.keywarden.bench.compare;

import com.google.protobuf.ByteString;
import io.envoyproxy.envoy.service.auth.v3.CheckResponse;
import io.grpc.ManagedChannel;
import io.keywarden.bench.floor.FloorServer;
import io.keywarden.process.ChildProcess;
import io.keywarden.process.Ports;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * All that is measured, up and running on loopback: Redis, an Admin of its own process, a Keywarden that only checks, and
 * the servers that it is compared with, which answer the very bytes that Keywarden answers.
 */
final class Bench implements AutoCloseable {
    private static final Duration START_LIMIT = Duration.ofSeconds(20);

    private final Tools tools;
    private final Parts parts;
    private final int redisPort;
    private final long redisPid;
    private final Launch launch;
    private final Site site;
    private final Site.Issued token;
    private final Seeder seeder;

    private Bench(Tools tools, Parts parts) throws IOException, InterruptedException {
        this.tools = tools;
        this.parts = parts;
        List<Integer> ports = Ports.free(3);
        this.redisPort = ports.get(0);
        this.redisPid = startRedis();
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

    long redisPid() {
        return redisPid;
    }

    /** The token of the runs that have but one. */
    Site.Issued token() {
        return token;
    }

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
                check: {listen: 127.0.0.1:%d}
                metrics: {listen: 127.0.0.1:%d}
                redis: {url: redis://127.0.0.1:%d}
                keys: {file: keys/check.keys}
                """.formatted(
                        ports.get(0), ports.get(1), redisPort));
        long start = System.nanoTime();
        ChildProcess child = parts.start("check", launch.keywarden("serve", "--config", config.toString()));
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

    /** Starts the servers that Keywarden is compared with, the floor first, and takes in those of others. */
    List<Contender> startOthers(Sidecar keywarden, List<Options.Peer> peers) throws IOException, InterruptedException {
        Path answer = parts.folder().resolve("answer.bin");
        ManagedChannel channel = Sidecar.channel(keywarden.port());
        try {
            CheckResponse response = Sidecar.awaitAllowed(channel, Requests.get(Requests.ALLOWED_PATH, token.text()));
            Files.write(answer, response.toByteArray());
        } finally {
            channel.shutdownNow();
        }
        List<Contender> others = new ArrayList<>();
        int floorPort = Ports.free(1).get(0);
        others.add(awaited(
                Names.FLOOR,
                floorPort,
                launch.other(FloorServer.class, Integer.toString(floorPort), answer.toString())));
        String digest = sha256(token.text());
        try (RedisWire redis = redis()) {
            var unused = redis.call("SET", "bench:" + digest, "active");
        }
        startGo(Names.YES_GO, "yes", answer).ifPresent(others::add);
        startGo(Names.REDIS_GO, "redis", answer, "--redis", "127.0.0.1:" + redisPort)
                .ifPresent(others::add);
        startGo(Names.OPA_GO, "opa", answer, "--token-sha256", digest).ifPresent(others::add);
        peers.forEach(peer ->
                others.add(new Contender(peer.name(), peer.host(), peer.port(), java.util.OptionalLong.empty())));
        return others;
    }

    @Override
    public void close() {
        site.close();
        parts.close();
    }

    private Optional<Contender> startGo(String name, String program, Path answer, String... more)
            throws IOException, InterruptedException {
        Optional<Path> binary = tools.go(program);
        if (binary.isEmpty()) {
            return Optional.empty();
        }
        int port = Ports.free(1).get(0);
        List<String> command = new ArrayList<>(
                List.of(binary.get().toString(), "--listen", "127.0.0.1:" + port, "--answer", answer.toString()));
        command.addAll(List.of(more));
        return Optional.of(awaited(name, port, command));
    }

    private Contender awaited(String name, int port, List<String> command) throws IOException, InterruptedException {
        ChildProcess child = parts.start(name, command);
        awaitPort(child, port);
        return Contender.ours(name, port, child.pid());
    }

    private long startRedis() throws IOException, InterruptedException {
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
        return redis.pid();
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

    private static String sha256(String text) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256")
                            .digest(ByteString.copyFromUtf8(text).toByteArray()));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("SHA-256 is missing (expected: every Java platform has it)", e);
        }
    }
}
