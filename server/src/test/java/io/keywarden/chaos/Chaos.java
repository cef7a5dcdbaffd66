package io.keywarden.chaos;

import io.keywarden.testkit.Binaries;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The long form of the proof, as a program: {@code bench/chaos} starts it. Prints one row of a table for each fault, and
 * writes the table into a file where one is named.
 */
public final class Chaos {
    private static final String BEGIN = "<!-- chaos: begin -->";
    private static final String END = "<!-- chaos: end -->";

    private final Options options;
    private final String command;
    private final List<String> rows = new ArrayList<>();
    private boolean failed;

    private Chaos(Options options, String command) {
        this.options = options;
        this.command = command;
    }

    /**
     * What is asked for.
     *
     * @param only a text that the name of a fault has to have in it
     * @param rounds how often each fault is there; 0 for as often as 200 revocations need
     * @param revokes how many revocations have to be watched
     * @param shortForm whether it is the short form
     * @param file whose table is replaced; empty for none
     */
    private record Options(String only, int rounds, int revokes, boolean shortForm, String file) {
        static Options parse(List<String> args) {
            return new Options(
                    value(args, "--only", ""),
                    Integer.parseInt(value(args, "--rounds", "0")),
                    Integer.parseInt(value(args, "--revokes", "200")),
                    args.contains("--short"),
                    value(args, "--write", ""));
        }

        private static String value(List<String> args, String name, String otherwise) {
            int index = args.indexOf(name);
            return index >= 0 && index + 1 < args.size() ? args.get(index + 1) : otherwise;
        }
    }

    /** Runs it; ends with 1 if a promise was broken or could not be proven. */
    public static void main(String[] args) throws IOException {
        Chaos chaos = new Chaos(Options.parse(List.of(args)), "bench/chaos " + String.join(" ", args));
        chaos.run();
        System.exit(chaos.failed ? 1 : 0);
    }

    private void run() throws IOException {
        System.out.print(Findings.header());
        for (Scenario scenario : Scenarios.all()) {
            if (scenario.name().toLowerCase(Locale.ROOT).contains(options.only().toLowerCase(Locale.ROOT))) {
                prove(scenario);
            }
        }
        if (!options.file().isEmpty()) {
            write(Path.of(options.file()));
        }
    }

    private void prove(Scenario scenario) {
        int rounds = options.rounds() > 0 ? options.rounds() : scenario.rounds();
        Scale scale = options.shortForm() ? Scale.SHORT : Scale.full(rounds, options.revokes());
        String row;
        try {
            Findings findings = scenario.proof().run(scale);
            failed |= !findings.isClean();
            row = findings.row(scenario.name());
            findings.violations().stream().limit(5).forEach(violation -> System.err.println("  " + violation));
            findings.voids().forEach(reason -> System.err.println("  void: " + reason));
        } catch (Exception | AssertionError e) {
            failed = true;
            row = "| " + scenario.name() + " | | | | | | | | | | not run to its end: "
                    + String.valueOf(e.getMessage()).lines().findFirst().orElse("") + " |";
        }
        rows.add(row);
        System.out.println(row);
    }

    private void write(Path file) throws IOException {
        String text = Files.readString(file);
        int begin = text.indexOf(BEGIN) + BEGIN.length();
        int end = text.indexOf(END);
        if (begin < BEGIN.length() || end < begin) {
            throw new IOException(file + " has no place for the table (expected: " + BEGIN + " and " + END + ")");
        }
        String table = "\n" + LocalDate.now(ZoneOffset.UTC) + ", Redis "
                + Binaries.redis().version() + ", Java "
                + Runtime.version().feature() + ", "
                + Runtime.getRuntime().availableProcessors() + " processors, `" + command.strip() + "`:\n\n"
                + Findings.header() + String.join("\n", rows) + "\n";
        Files.writeString(file, text.substring(0, begin) + table + text.substring(end));
    }
}
