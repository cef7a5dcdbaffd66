package io.keywarden.bench.compare;

import io.envoyproxy.envoy.service.auth.v3.CheckRequest;
import io.grpc.ManagedChannel;
import io.keywarden.bench.compare.Loads.Tokens;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.OptionalDouble;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What is measured apart from the loads, on fresh Keywardens that only check. */
final class Extras {
    private static final Pattern LIVE_BYTES = Pattern.compile("Total\\s+\\d+\\s+(\\d+)");
    private static final Duration JCMD_LIMIT = Duration.ofSeconds(60);
    private static final int MEMORY_HOT = 10_000;
    /**
     * What is asked for before memory is read, for so long that all hits were read again once: at first Java compiles, and
     * takes memory for that which it gives back.
     */
    private static final double LONG_RUN_PER_SECOND = 1_000;

    private final Bench bench;
    private final Scale scale;
    private final Loads loads;

    Extras(Bench bench, Scale scale) {
        this.bench = bench;
        this.scale = scale;
        this.loads = new Loads(bench.tools());
    }

    /**
     * Times of some starts, in milliseconds.
     *
     * @param ready from the start of the process to ready
     * @param firstCheck the first check after that, the connection included
     */
    record Starts(List<Double> ready, List<Double> firstCheck) {}

    /**
     * Memory with hot tokens, in MB of 1,000,000 bytes.
     *
     * @param tokens how many
     * @param seconds for how long they were asked about at a steady rate
     * @param residentMegabytes in RAM after that
     * @param highestMegabytes the most that it was since the start
     */
    record Memory(int tokens, long seconds, double residentMegabytes, double highestMegabytes) {}

    /** Starts Keywarden some times, and once before, so that the classes of the one who asks are loaded too. */
    Starts starts() throws IOException, InterruptedException {
        List<Double> ready = new ArrayList<>();
        List<Double> first = new ArrayList<>();
        CheckRequest request = Requests.get(Requests.ALLOWED_PATH, bench.token().text());
        for (int i = -1; i < scale.starts(); i++) {
            Sidecar sidecar = bench.startCheck();
            ManagedChannel channel = Sidecar.channel(sidecar.port());
            long start = System.nanoTime();
            var unused = Sidecar.awaitAllowed(channel, request);
            if (i >= 0) {
                first.add((System.nanoTime() - start) / 1e6);
                ready.add(sidecar.ready().toNanos() / 1e6);
            }
            channel.shutdownNow();
            bench.end(sidecar);
        }
        Collections.sort(ready);
        Collections.sort(first);
        System.out.println("ready after " + ready + " ms, first check " + first + " ms");
        return new Starts(ready, first);
    }

    /** Asks about 10,000 tokens again and again, as fast as it goes and then steadily, and then for the memory. */
    Memory memory() throws IOException, InterruptedException {
        Sidecar sidecar = bench.startCheck();
        int tokens = Math.min(MEMORY_HOT, scale.largest());
        fill(sidecar, tokens);
        Contender ours = sidecar.contender(Names.KEYWARDEN);
        Path request = bench.request(Requests.ALLOWED_PATH);
        Tokens hot = tokens("uniform", tokens);
        var unused = loads.many(ours, request, hot, Loads.Expected.ALLOWED, scale.window());
        Duration longRun = scale.rounds() == 1 ? scale.window() : Phases.HITS_GROW_OLD;
        Sample steady = loads.manyAt(LONG_RUN_PER_SECOND, ours, request, hot, longRun);
        if (steady.asExpected() < Sample.LEAST_RIGHT) {
            throw new IOException("only %.3f %% of the checks were allowed (expected: all, before memory is read)"
                    .formatted(100 * steady.asExpected()));
        }
        long pid = sidecar.child().pid();
        Memory memory = new Memory(
                tokens,
                longRun.toSeconds(),
                Proc.residentKib(pid) * 1024 / 1e6,
                Proc.highestResidentKib(pid) * 1024 / 1e6);
        bench.end(sidecar);
        System.out.println(memory);
        return memory;
    }

    /** How many bytes of heap a cached token takes: what is live with the hot ones, less what was live before. */
    OptionalDouble bytesPerToken() throws IOException, InterruptedException {
        if (bench.tools().jcmd().isEmpty()) {
            return OptionalDouble.empty();
        }
        Sidecar sidecar = bench.startCheck();
        int tokens = Math.min(scale.hot(), scale.largest());
        // The first tokens load the classes and fill the buffers.
        fill(sidecar, 100);
        double before = liveBytes(sidecar);
        fill(sidecar, tokens);
        double after = liveBytes(sidecar);
        bench.end(sidecar);
        System.out.printf("live bytes %,.0f, with %,d tokens %,.0f%n", before, tokens, after);
        return OptionalDouble.of((after - before) / (tokens - 100));
    }

    private void fill(Sidecar sidecar, int tokens) throws IOException, InterruptedException {
        Path request = bench.request(Requests.ALLOWED_PATH);
        double allowed = loads.known(
                Phases.FILL_PER_SECOND, sidecar.contender(Names.KEYWARDEN), request, tokens("sequence", tokens));
        if (allowed < 0.999) {
            System.out.printf("only %.2f %% of the first checks were allowed%n", 100 * allowed);
        }
    }

    private Tokens tokens(String pattern, int count) {
        return new Tokens(bench.seeder().book(), bench.tokenOffset(), pattern, 0, count, 1);
    }

    private double liveBytes(Sidecar sidecar) throws IOException, InterruptedException {
        String histogram = Tool.run(
                JCMD_LIMIT,
                List.of(
                        bench.tools().jcmd().orElseThrow().toString(),
                        Long.toString(sidecar.child().pid()),
                        "GC.class_histogram"));
        Matcher total = LIVE_BYTES.matcher(histogram);
        if (!total.find()) {
            throw new IOException("jcmd printed no total: " + histogram.lines().count() + " lines");
        }
        return Double.parseDouble(total.group(1));
    }
}
