package io.keywarden.bench.compare;

import io.grpc.ManagedChannel;
import java.io.IOException;
import java.nio.file.Files;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * What a cold check asks of Redis, by Redis's own counts, less what Keywarden asks anyway in the same time.
 *
 * @param checks how many cold checks were counted
 * @param reads how often Redis read from a socket for each: the number of round trips, where each is one packet
 * @param calls how many commands of each kind it got for each
 */
record RoundTrips(int checks, double reads, Map<String, Double> calls) {
    private static final int CHECKS = 300;

    RoundTrips {
        calls = Map.copyOf(calls);
    }

    /** Counts with checks one after another, of the first of the tokens that were never asked about. */
    static RoundTrips count(Bench bench, int firstCold) throws IOException, InterruptedException {
        Sidecar sidecar = bench.startCheck();
        ManagedChannel channel = Sidecar.channel(sidecar.port());
        try (RedisWire redis = bench.redis()) {
            List<String> tokens;
            try (var lines = Files.lines(bench.seeder().book())) {
                tokens = lines.skip(firstCold).limit(CHECKS + 1L).toList();
            }
            // The first loads tenant and catalog.
            ask(channel, tokens.get(0));
            Map<String, Double> start = counts(redis);
            long startNanos = System.nanoTime();
            for (String token : tokens.subList(1, tokens.size())) {
                ask(channel, token);
            }
            long busyNanos = System.nanoTime() - startNanos;
            Map<String, Double> busy = difference(start, counts(redis));
            Map<String, Double> idleStart = counts(redis);
            TimeUnit.NANOSECONDS.sleep(busyNanos);
            Map<String, Double> idle = difference(idleStart, counts(redis));
            Map<String, Double> perCheck = new LinkedHashMap<>();
            busy.forEach((name, count) -> {
                double own = (count - idle.getOrDefault(name, 0.0)) / (tokens.size() - 1);
                if (Math.abs(own) >= 0.01) {
                    perCheck.put(name, own);
                }
            });
            double reads = perCheck.getOrDefault("reads", 0.0);
            perCheck.remove("reads");
            System.out.println("a cold check: " + reads + " reads of a socket, " + perCheck);
            return new RoundTrips(tokens.size() - 1, reads, perCheck);
        } finally {
            channel.shutdownNow();
            bench.end(sidecar);
        }
    }

    private static void ask(ManagedChannel channel, String token) throws IOException {
        var unused = Sidecar.awaitAllowed(channel, Requests.get(Requests.ALLOWED_PATH, token));
    }

    private static Map<String, Double> difference(Map<String, Double> before, Map<String, Double> after) {
        Map<String, Double> difference = new LinkedHashMap<>();
        after.forEach((name, count) -> difference.put(name, count - before.getOrDefault(name, 0.0)));
        return difference;
    }

    private static Map<String, Double> counts(RedisWire redis) throws IOException {
        Map<String, Double> counts = new LinkedHashMap<>();
        redis.text("INFO", "commandstats")
                .lines()
                .filter(line -> line.startsWith("cmdstat_"))
                .forEach(line -> {
                    String name = line.substring("cmdstat_".length(), line.indexOf(':'));
                    String calls = line.substring(line.indexOf("calls=") + 6, line.indexOf(','));
                    if (!name.equals("info")) {
                        counts.put(name, Double.parseDouble(calls));
                    }
                });
        redis.text("INFO", "stats")
                .lines()
                .filter(line -> line.startsWith("total_reads_processed:"))
                .forEach(line -> counts.put(
                        "reads",
                        Double.parseDouble(line.substring(line.indexOf(':') + 1).strip())));
        return counts;
    }
}
