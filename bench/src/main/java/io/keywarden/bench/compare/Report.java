package io.keywarden.bench.compare;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;

/** Writes a run down: tables between two marks of a Markdown file, and two plots beside it. */
final class Report {
    private static final String BEGIN = "<!-- compare: begin -->";
    private static final String END = "<!-- compare: end -->";

    private final Findings findings;
    private final List<String> about;
    private final List<String> missing;

    /**
     * Takes what is written.
     *
     * @param about where and with what it was made
     * @param missing what was left out, and why
     */
    Report(Findings findings, List<String> about, List<String> missing) {
        this.findings = findings;
        this.about = List.copyOf(about);
        this.missing = List.copyOf(missing);
    }

    /** Puts the run into a file, in the place of the one before. The file must hold the two marks, or not be there. */
    void writeTo(Path file) throws IOException {
        String page = Files.exists(file) ? Files.readString(file) : BEGIN + "\n" + END + "\n";
        int begin = page.indexOf(BEGIN);
        int end = page.indexOf(END);
        if (begin < 0 || end < begin) {
            throw new IOException(file + " (expected: " + BEGIN + " and " + END + ")");
        }
        Files.writeString(file, page.substring(0, begin) + BEGIN + "\n" + text() + page.substring(end));
        plot(
                file.resolveSibling("performance-cpu.svg"),
                "CPU time for each check",
                "microseconds, less is better; one token, direct",
                Sample::cpuMicros);
        plot(
                file.resolveSibling("performance-throughput.svg"),
                "Checks a second",
                "more is better; one token, direct, server and load generator on the same cores",
                Sample::perSecond);
    }

    /** The tables as Markdown. */
    String text() {
        StringBuilder text = new StringBuilder();
        findings.invalid()
                .ifPresent(why ->
                        text.append("\n**This run is invalid:** ").append(why).append(".\n"));
        text.append('\n');
        about.forEach(line -> text.append("- ").append(line).append('\n'));
        missing.forEach(line -> text.append("- left out: ").append(line).append('\n'));
        goals(text);
        findings.direct().ifPresent(series -> table(text, series, "h2load, 2 connections × 32 calls"));
        findings.populations().forEach(series -> table(text, series, "`bench/go/load`, 2 connections × 32 calls"));
        findings.cold().ifPresent(series -> table(text, series, "`bench/go/load` at a steady rate"));
        findings.behindEnvoy().forEach(series -> table(text, series, envoyTool(series)));
        rest(text);
        return text.append('\n').toString();
    }

    private static String envoyTool(Series series) {
        return Double.isNaN(series.median(Names.FLOOR, Sample::p99Micros))
                ? "wrk, 32 connections; one Envoy worker"
                : "`bench/go/rate`, 32 connections" + (series.isTogether() ? " to each" : "")
                        + ", latencies from when each request was due, without the first 0.5 s; one Envoy worker";
    }

    private void goals(StringBuilder text) {
        text.append("\n### Promised and measured\n\n| number | promised | measured | kept |\n|---|---|---|---|\n");
        for (Goals.Goal goal : Goals.of(findings)) {
            text.append("| %s | %s | %s | %s |%n"
                    .formatted(goal.what(), goal.limit(), goal.measured(), goal.met() ? "yes" : "**no**"));
        }
    }

    private static void table(StringBuilder text, Series series, String tool) {
        text.append("\n### ")
                .append(capital(series.title()))
                .append("\n\nWith ")
                .append(tool)
                .append(".\n\n");
        boolean latencies = !Double.isNaN(series.median(series.floor(), Sample::p99Micros));
        text.append("| server | CPU µs per check | × floor | answers/s | × floor |")
                .append(latencies ? " p50 µs | p99 µs | p99.9 µs |" : "")
                .append("\n|---|---|---|---|---|")
                .append(latencies ? "---|---|---|" : "")
                .append('\n');
        for (String name : series.names()) {
            text.append("| ")
                    .append(name)
                    .append(series.asExpected(name) < Sample.LEAST_RIGHT ? " (" + wrong(series, name) + ")" : "");
            cell(text, ranged(series, name, Sample::cpuMicros));
            cell(text, Numbers.plain(series.ratioToFloor(name, Sample::cpuMicros)));
            cell(text, ranged(series, name, Sample::perSecond));
            cell(text, Numbers.plain(series.ratioToFloor(name, Sample::perSecond)));
            if (latencies) {
                cell(text, ranged(series, name, Sample::p50Micros));
                cell(text, ranged(series, name, Sample::p99Micros));
                cell(text, ranged(series, name, Sample::p999Micros));
            }
            text.append(" |\n");
        }
    }

    private static String wrong(Series series, String name) {
        return String.format(Locale.ROOT, "**%.3f %% answered otherwise**", 100 * (1 - series.asExpected(name)));
    }

    private static String revocation(Revocation one) {
        return "%d tokens: from the call p50 %s ms, p99 %s ms; from its answer p50 %s ms, p99 %s ms"
                .formatted(
                        one.fromCall().size(),
                        Numbers.plain(Revocation.at(one.fromCall(), 0.5)),
                        Numbers.plain(Revocation.at(one.fromCall(), 0.99)),
                        Numbers.plain(Revocation.at(one.fromAnswer(), 0.5)),
                        Numbers.plain(Revocation.at(one.fromAnswer(), 0.99)));
    }

    private void rest(StringBuilder text) {
        Extras.Starts starts = findings.starts();
        Extras.Memory memory = findings.memory();
        RoundTrips trips = findings.roundTrips();
        text.append("\n### Apart from the loads\n\n");
        line(text, "start to ready, ms, each start: " + all(starts.ready()));
        line(text, "first check after ready, ms, connection included, each start: " + all(starts.firstCheck()));
        line(
                text,
                "resident memory of the check role alone with %,d hot tokens: %s MB after %d s at 1,000 checks a second, at most %s MB since its start"
                        .formatted(
                                memory.tokens(),
                                Numbers.plain(memory.residentMegabytes()),
                                memory.seconds(),
                                Numbers.plain(memory.highestMegabytes())));
        findings.bytesPerToken()
                .ifPresent(bytes -> line(text, "heap for a cached token: " + Numbers.plain(bytes) + " bytes"));
        line(text, "revoke to first deny, " + revocation(findings.revocations().warm()));
        line(
                text,
                "the same by an Admin that was just started, "
                        + revocation(findings.revocations().fresh()));
        line(
                text,
                "a cold check, %d of them: Redis read its socket %s times and got %s"
                        .formatted(
                                trips.checks(),
                                Numbers.plain(trips.reads()),
                                trips.calls().entrySet().stream()
                                        .sorted(Map.Entry.comparingByKey())
                                        .map(call -> Numbers.plain(call.getValue()) + " × " + call.getKey())
                                        .collect(Collectors.joining(", "))));
    }

    private void plot(Path file, String title, String unit, ToDoubleFunction<Sample> value) throws IOException {
        if (findings.direct().isEmpty()) {
            return;
        }
        Series series = findings.direct().get();
        Map<String, Double> bars = new LinkedHashMap<>();
        for (String name : series.names()) {
            double median = series.median(name, value);
            if (!Double.isNaN(median)) {
                bars.put(name, median);
            }
        }
        Files.writeString(file, BarChart.draw(title, unit, bars));
    }

    private static String ranged(Series series, String name, ToDoubleFunction<Sample> value) {
        return Numbers.ranged(series.median(name, value), series.least(name, value), series.most(name, value));
    }

    private static String all(List<Double> values) {
        return values.stream().map(Numbers::plain).collect(Collectors.joining(", "));
    }

    private static void cell(StringBuilder text, String value) {
        text.append(" | ").append(value);
    }

    private static void line(StringBuilder text, String what) {
        text.append("- ").append(what).append('\n');
    }

    private static String capital(String title) {
        return title.substring(0, 1).toUpperCase(Locale.ROOT) + title.substring(1);
    }
}
