package io.keywarden.bench.compare;

import io.grpc.ManagedChannel;
import io.keywarden.bench.floor.FloorServer;
import io.keywarden.process.Ports;
import io.keywarden.token.Sha256;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** Starts the servers that Keywarden is compared with. Each allows with the very bytes that Keywarden allows with. */
final class OtherServers {
    private final Bench bench;
    private final Path answer;

    private OtherServers(Bench bench, Path answer) {
        this.bench = bench;
        this.answer = answer;
    }

    /** Starts them, the floor first; the last are those of others, which run already. */
    static List<Contender> start(Bench bench, Sidecar keywarden, List<Options.Peer> peers)
            throws IOException, InterruptedException {
        OtherServers servers = new OtherServers(bench, answerOf(bench, keywarden));
        // Both that are asked about.
        List<String> digests =
                List.of(sha256(bench.token().text()), sha256(bench.anywhere().text()));
        try (RedisWire redis = bench.redis()) {
            for (String digest : digests) {
                var unused = redis.call("SET", "bench:" + digest, "active");
            }
        }
        List<Contender> all = new ArrayList<>();
        all.add(servers.floor());
        servers.go(Names.YES_GO, "yes").ifPresent(all::add);
        servers.go(Names.REDIS_GO, "redis", "--redis", "127.0.0.1:" + bench.redisPort())
                .ifPresent(all::add);
        servers.go(Names.OPA_GO, "opa", "--token-sha256", String.join(",", digests))
                .ifPresent(all::add);
        peers.forEach(peer -> all.add(new Contender(peer.name(), peer.host(), peer.port(), OptionalLong.empty())));
        return all;
    }

    private static Path answerOf(Bench bench, Sidecar keywarden) throws IOException {
        ManagedChannel channel = Sidecar.channel(keywarden.port());
        try {
            byte[] bytes = Sidecar.awaitAllowed(
                            channel,
                            Requests.get(Requests.ALLOWED_PATH, bench.token().text()))
                    .toByteArray();
            return Files.write(bench.folder().resolve("answer.bin"), bytes);
        } finally {
            channel.shutdownNow();
        }
    }

    private Contender floor() throws IOException, InterruptedException {
        int port = Ports.free(1).get(0);
        List<String> command = bench.launch().other(FloorServer.class, Integer.toString(port), answer.toString());
        return bench.startServer(Names.FLOOR, port, command);
    }

    private Optional<Contender> go(String name, String program, String... more)
            throws IOException, InterruptedException {
        Optional<Path> binary = bench.tools().go(program);
        if (binary.isEmpty()) {
            return Optional.empty();
        }
        int port = Ports.free(1).get(0);
        List<String> command = new ArrayList<>(
                List.of(binary.get().toString(), "--listen", "127.0.0.1:" + port, "--answer", answer.toString()));
        command.addAll(List.of(more));
        return Optional.of(bench.startServer(name, port, command));
    }

    private static String sha256(String text) {
        return HexFormat.of().formatHex(Sha256.begin().digest(text.getBytes(StandardCharsets.US_ASCII)));
    }
}
