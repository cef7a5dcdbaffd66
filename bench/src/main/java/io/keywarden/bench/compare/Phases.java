package io.keywarden.bench.compare;

import io.keywarden.bench.compare.Loads.Expected;
import io.keywarden.bench.compare.Loads.Tokens;
import io.keywarden.bench.compare.Series.Trial;
import io.keywarden.process.Ports;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The loads of a run, one after another; under each of them the servers take turns. */
final class Phases {
    /** How many unknown tokens are asked about a second at most to make them known: below one caller's share of reads. */
    static final double FILL_PER_SECOND = 4_000;

    /** How many unknown tokens are asked about a second to measure that: each costs a signature. */
    private static final double COLD_PER_SECOND = 1_000;

    /** What is asked for behind Envoy at the fixed rate: about half of what the floor can do there. */
    private static final double SHARE_OF_FLOOR = 0.5;
    /** So many times as many rounds of what is measured in the same moments: a round is one window then, and not five. */
    private static final int ROUNDS_FACTOR = 5;

    private static final Duration SHORT_WARM_UP = Duration.ofSeconds(2);
    /** When hits are read again: after 60 to 75 s. */
    static final Duration HITS_GROW_OLD = Duration.ofSeconds(80);
    /** So many tokens are read again within seconds; so the quick form stays quick. */
    private static final int FEW = 10_000;

    private static final int MOST_WARM_UPS = 8;
    private static final double SETTLED = 0.95;

    private final Bench bench;
    private final Scale scale;
    private final Sidecar keywarden;
    private final List<Contender> others;
    private final Loads loads;

    Phases(Bench bench, Scale scale, Sidecar keywarden, List<Contender> others) {
        this.bench = bench;
        this.scale = scale;
        this.keywarden = keywarden;
        this.others = List.copyOf(others);
        this.loads = new Loads(bench.tools());
    }

    /** One token, straight to each server. */
    Optional<Series> direct() throws Exception {
        if (bench.tools().h2load().isEmpty()) {
            return Optional.empty();
        }
        Path allowed = bench.framedRequest("allowed", Requests.ALLOWED_PATH);
        Path denied = bench.framedRequest("denied", Requests.DENIED_PATH);
        Map<String, Trial> trials = new LinkedHashMap<>();
        Contender ours = keywarden.contender(Names.KEYWARDEN);
        for (Contender server : besideTheFloor(ours)) {
            trials.put(server.name(), () -> loads.h2load(server, allowed, scale.window()));
            warmUp(() -> loads.h2load(server, allowed, isJava(server) ? scale.warmUp() : SHORT_WARM_UP));
        }
        trials.put(Names.DENYING, () -> loads.h2load(ours, denied, scale.window()));
        warmUp(() -> loads.h2load(ours, denied, scale.warmUp()));
        return Optional.of(Series.measure("direct, one token", scale.rounds(), trials));
    }

    /** Many tokens, straight to the floor and to Keywarden. */
    List<Series> populations() throws Exception {
        if (bench.tools().go("load").isEmpty()) {
            return List.of();
        }
        List<Series> all = new ArrayList<>();
        Path request = bench.request(Requests.ALLOWED_PATH);
        Contender floor = others.get(0);
        Contender ours = keywarden.contender(Names.KEYWARDEN);
        for (int population : scale.populations()) {
            bench.seeder().upTo(population);
            int hot = Math.min(population, scale.hot());
            Tokens uniform = tokens("uniform", 0, hot, population / hot);
            Tokens zipf = tokens("zipf", 0, hot, population / hot);
            double known = loads.known(FILL_PER_SECOND, ours, request, tokens("sequence", 0, hot, population / hot));
            System.out.printf("%,d tokens, %,d hot, %.3f %% of them allowed at first%n", population, hot, 100 * known);
            // Until all were read again once, so that those reads come as evenly as they do in the long run.
            Duration settling = hot > FEW ? HITS_GROW_OLD : SHORT_WARM_UP;
            var unused = loads.many(ours, request, uniform, Expected.ALLOWED, settling);
            var unusedToo = loads.many(floor, request, uniform, Expected.ALLOWED, SHORT_WARM_UP);
            Map<String, Trial> trials = new LinkedHashMap<>();
            trials.put(Names.FLOOR, () -> loads.many(floor, request, uniform, Expected.ALLOWED, scale.window()));
            trials.put(Names.KEYWARDEN, () -> loads.many(ours, request, uniform, Expected.ALLOWED, scale.window()));
            trials.put(Names.ZIPF, () -> loads.many(ours, request, zipf, Expected.ALLOWED, scale.window()));
            all.add(Series.measure("%,d tokens, %,d hot".formatted(population, hot), 2 * scale.rounds(), trials));
        }
        return all;
    }

    /** Tokens that were never asked about, each once, at a steady rate; the floor at the same rate. */
    Optional<Series> cold() throws Exception {
        if (bench.tools().go("load").isEmpty()) {
            return Optional.empty();
        }
        Path request = bench.request(Requests.ALLOWED_PATH);
        int first = bench.seeder().seeded();
        bench.seeder().upTo(first + scale.cold());
        int each = (int) (COLD_PER_SECOND * scale.window().toSeconds());
        int[] next = {first};
        Map<String, Trial> trials = new LinkedHashMap<>();
        trials.put(
                Names.FLOOR,
                () -> loads.manyAt(
                        COLD_PER_SECOND, others.get(0), request, tokens("uniform", 0, 100, 1), scale.window()));
        trials.put(
                Names.KEYWARDEN,
                () -> loads.manyAt(
                        COLD_PER_SECOND,
                        keywarden.contender(Names.KEYWARDEN),
                        request,
                        tokens("uniform", 0, 100, 1),
                        scale.window()));
        trials.put(Names.COLD, () -> {
            Tokens fresh = tokens("sequence", next[0], each, 1);
            next[0] += each;
            return loads.manyAt(COLD_PER_SECOND, keywarden.contender(Names.COLD), request, fresh, scale.window());
        });
        int rounds = Math.min(scale.rounds(), scale.cold() / each);
        return Optional.of(Series.measure("%,.0f checks a second".formatted(COLD_PER_SECOND), rounds, trials));
    }

    /** Behind one Envoy worker: as much as goes, and at a fixed rate. */
    List<Series> behindEnvoy() throws Exception {
        if (bench.tools().envoy().isEmpty()) {
            return List.of();
        }
        List<Contender> servers = besideTheFloor(keywarden.contender(Names.KEYWARDEN));
        Gateway gateway = Gateway.before(servers, Ports.free(servers.size()));
        bench.startEnvoy(gateway.yaml(), gateway.lastPort());
        String token = bench.anywhere().text();
        List<Series> all = new ArrayList<>();
        double rate = 2_000;
        if (bench.tools().wrk().isPresent()) {
            Map<String, Trial> trials = new LinkedHashMap<>();
            for (Contender server : servers) {
                var unused = loads.wrk(server, gateway.port(server), token, SHORT_WARM_UP);
                trials.put(server.name(), () -> loads.wrk(server, gateway.port(server), token, scale.window()));
            }
            Series most = Series.measure("behind Envoy, as much as goes", scale.rounds(), trials);
            all.add(most);
            rate = Math.floor(SHARE_OF_FLOOR * most.median(Names.FLOOR, Sample::perSecond) / 500) * 500;
        }
        if (bench.tools().go("rate").isPresent() && rate > 0) {
            all.add(steady(gateway, servers, rate));
            all.add(together(gateway, servers.subList(0, 2), rate / 2));
        }
        return all;
    }

    private Series steady(Gateway gateway, List<Contender> servers, double rate) throws Exception {
        String title = "behind Envoy, %,.0f requests a second".formatted(rate);
        return Series.measure(title, scale.rounds(), steadily(gateway, servers, rate));
    }

    /** The floor and ours at the same time, each with a part of what one could do. */
    private Series together(Gateway gateway, List<Contender> servers, double rate) throws Exception {
        String title = "behind Envoy at the same time, %,.0f requests a second each".formatted(rate);
        return Series.together(title, ROUNDS_FACTOR * scale.rounds(), steadily(gateway, servers, rate));
    }

    private Map<String, Trial> steadily(Gateway gateway, List<Contender> servers, double rate) {
        String token = bench.anywhere().text();
        Map<String, Trial> trials = new LinkedHashMap<>();
        for (Contender server : servers) {
            trials.put(server.name(), () -> loads.steady(server, gateway.port(server), token, rate, scale.window()));
        }
        return trials;
    }

    /** Lets a server run until it costs hardly less than before: on a slow machine a JVM compiles for half a minute. */
    private static void warmUp(Trial trial) throws Exception {
        double before = Double.MAX_VALUE;
        for (int i = 0; i < MOST_WARM_UPS; i++) {
            double micros = trial.run().cpuMicros();
            // Also where it is not known.
            if (!(micros < SETTLED * before)) {
                return;
            }
            before = micros;
        }
    }

    private Tokens tokens(String pattern, int first, int count, int stride) throws IOException {
        return new Tokens(bench.seeder().book(), bench.tokenOffset(), pattern, first, count, stride);
    }

    /** All servers, ours right after the floor: what is compared is to be measured within seconds. */
    private List<Contender> besideTheFloor(Contender ours) {
        List<Contender> servers = new ArrayList<>(others);
        servers.add(1, ours);
        return servers;
    }

    private static boolean isJava(Contender server) {
        return server.name().equals(Names.FLOOR) || server.name().equals(Names.KEYWARDEN);
    }
}
