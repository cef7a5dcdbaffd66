package io.keywarden.bench.compare;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;

/** Measures Keywarden and other servers side by side in one run, and writes the tables. */
public final class Compare {
    private static final int INVALID = 3;

    private Compare() {}

    /** Runs it; {@code bench/compare} says how. */
    public static void main(String[] arguments) throws Exception {
        Locale.setDefault(Locale.ROOT);
        Options options;
        try {
            options = Options.parse(arguments);
        } catch (IllegalArgumentException e) {
            System.err.println(e.getMessage());
            System.exit(2);
            return;
        }
        long start = System.nanoTime();
        Path root = Path.of(System.getProperty("keywarden.root", "."))
                .toAbsolutePath()
                .normalize();
        String loadBefore = Proc.loadAverage();
        Tools tools = Tools.find(root);
        List<String> missing = new ArrayList<>(tools.missing());
        if (tools.go("load").isEmpty()) {
            missing.add("the Go servers and generators: there was no `go` to build them (install Go 1.26 or newer)");
        }
        missing.forEach(line -> System.out.println("LEFT OUT: " + line));
        Findings findings;
        List<String> about;
        try (Bench bench = Bench.start(tools)) {
            findings = measure(bench, options);
            String command = ("bench/compare " + String.join(" ", arguments)).strip();
            about = Machine.describe(tools, bench.launch(), command, loadBefore);
        }
        Path file = options.docs()
                ? root.resolve("docs/performance.md")
                : root.resolve("bench/target/compare/performance.md");
        Files.createDirectories(root.resolve("bench/target/compare"));
        Report report = new Report(findings, about, missing);
        report.writeTo(file);
        System.out.println(report.text());
        System.out.printf("written to %s after %d s%n", file, (System.nanoTime() - start) / 1_000_000_000L);
        Optional<String> invalid = findings.invalid();
        invalid.ifPresent(why -> System.out.println("INVALID: " + why));
        System.exit(invalid.isPresent() ? INVALID : 0);
    }

    private static Findings measure(Bench bench, Options options) throws Exception {
        Scale scale = options.scale();
        Sidecar keywarden = bench.startCheck();
        List<Contender> others = OtherServers.start(bench, keywarden, options.peers());
        Phases phases = new Phases(bench, scale, keywarden, others);
        Optional<Series> direct = phases.direct();
        List<Series> behindEnvoy = phases.behindEnvoy();
        Revocation.Both revocations = Revocation.Both.measure(bench, keywarden, scale);
        List<Series> populations = phases.populations();
        int firstCold = bench.seeder().seeded();
        Optional<Series> cold = phases.cold();
        Extras extras = new Extras(bench, scale);
        RoundTrips roundTrips = RoundTrips.count(bench, firstCold);
        Extras.Starts starts = extras.starts();
        Extras.Memory memory = extras.memory();
        OptionalDouble bytesPerToken = extras.bytesPerToken();
        return new Findings(
                direct, populations, cold, behindEnvoy, starts, memory, bytesPerToken, roundTrips, revocations);
    }
}
