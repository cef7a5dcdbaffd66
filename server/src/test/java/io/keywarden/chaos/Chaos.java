package io.keywarden.chaos;

import io.keywarden.testkit.Binaries;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;

/**
 * The long form of the proof, as a program: {@code bench/chaos} starts it. Prints one row of a table for each fault, and
 * puts them into a file where one is named.
 */
public final class Chaos {
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
     * @param tokens how many tokens are taken away and given back, at the same time
     * @param shortForm whether it is the short form
     * @param file whose table is replaced; empty for none
     */
    private record Options(String only, int rounds, int revokes, int tokens, boolean shortForm, String file) {
        /** Throws where something is not understood. */
        static Options parse(List<String> args) {
            String only = "";
            int rounds = 0;
            int revokes = 200;
            int tokens = 10;
            boolean shortForm = false;
            String file = "";
            for (Iterator<String> rest = args.iterator(); rest.hasNext(); ) {
                String name = rest.next();
                switch (name) {
                    case "--only" -> only = value(name, rest);
                    case "--rounds" -> rounds = Integer.parseInt(value(name, rest));
                    case "--revokes" -> revokes = Integer.parseInt(value(name, rest));
                    case "--tokens" -> tokens = Integer.parseInt(value(name, rest));
                    case "--short" -> shortForm = true;
                    case "--write" -> file = value(name, rest);
                    default ->
                        throw new IllegalArgumentException(
                                name + " (expected: --only, --rounds, --revokes, --tokens, --short or --write)");
                }
            }
            return new Options(only, rounds, revokes, tokens, shortForm, file);
        }

        private static String value(String name, Iterator<String> rest) {
            if (!rest.hasNext()) {
                throw new IllegalArgumentException(name + " (expected: a value behind it)");
            }
            return rest.next();
        }

        /** The faults that are asked for. */
        List<Scenario> scenarios() {
            List<Scenario> some = Scenarios.all().stream()
                    .filter(scenario ->
                            scenario.name().toLowerCase(Locale.ROOT).contains(only.toLowerCase(Locale.ROOT)))
                    .toList();
            if (some.isEmpty()) {
                throw new IllegalArgumentException(
                        "--only " + only + " (expected: a text that is in the name of a fault)");
            }
            return some;
        }
    }

    /** Runs it; ends with 1 if a promise was broken or could not be proven, with 2 if it is not understood. */
    public static void main(String[] args) throws IOException {
        try {
            Chaos chaos = new Chaos(Options.parse(List.of(args)), "bench/chaos " + String.join(" ", args));
            chaos.run();
            System.exit(chaos.failed ? 1 : 0);
        } catch (IllegalArgumentException e) {
            System.out.println(e.getMessage());
            System.exit(2);
        }
    }

    private void run() throws IOException {
        List<Scenario> scenarios = options.scenarios();
        System.out.print(Findings.header());
        scenarios.forEach(this::prove);
        if (!options.file().isEmpty()) {
            write(Path.of(options.file()));
        }
    }

    private void prove(Scenario scenario) {
        int rounds = options.rounds() > 0 ? options.rounds() : scenario.rounds();
        Scale scale = options.shortForm() ? Scale.SHORT : Scale.full(options.tokens(), rounds, options.revokes());
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
        String caption = LocalDate.now(ZoneOffset.UTC) + ", Redis "
                + Binaries.redis().version() + ", Java "
                + Runtime.version().feature() + ", "
                + Runtime.getRuntime().availableProcessors() + " processors, `" + command.strip() + "`:";
        Files.writeString(file, ResultsBlock.of(Files.readString(file)).with(caption, rows));
    }
}
