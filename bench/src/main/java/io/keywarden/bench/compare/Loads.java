package io.keywarden.bench.compare;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Runs the load generators, each for a bounded time, and reads what they print. */
final class Loads {
    private static final Duration SLACK = Duration.ofSeconds(30);
    /** What is left out of latencies at a fixed rate: all connections are opened at once. */
    private static final Duration LEAD_IN = Duration.ofMillis(500);

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Pattern H2LOAD_RATE = Pattern.compile("finished in [\\d.]+m?s, ([\\d.]+) req/s");
    private static final Pattern H2LOAD_COUNTS = Pattern.compile("(\\d+) done, (\\d+) succeeded");
    private static final Pattern WRK_RATE = Pattern.compile("Requests/sec:\\s*([\\d.]+)");
    private static final Pattern WRK_COUNT = Pattern.compile("(\\d+) requests in");
    private static final Pattern WRK_WRONG = Pattern.compile("Non-2xx or 3xx responses: (\\d+)");

    private final Tools tools;

    Loads(Tools tools) {
        this.tools = tools;
    }

    /** The same answer is expected to every check of a window. */
    enum Expected {
        ALLOWED("allowed"),
        DENIED("denied");

        private final String field;

        Expected(String field) {
            this.field = field;
        }
    }

    /**
     * Which of the tokens in a file are asked about.
     *
     * @param book the file, one token a line
     * @param offset where in the request the token stands
     * @param pattern uniform, zipf or sequence
     * @param first the first of them
     * @param count how many
     * @param stride how far apart they stand in the file
     */
    record Tokens(Path book, int offset, String pattern, int first, int count, int stride) {}

    /** How many at once: two connections, since an Envoy has one for each worker and there are two cores. */
    private static final int CONNECTIONS = 2;

    private static final int STREAMS = 32;

    /** The same check again and again, as fast as it is answered, by h2load. */
    Sample h2load(Contender server, Path framedRequest, Duration window) throws IOException, InterruptedException {
        List<String> command = List.of(
                tools.h2load().orElseThrow().toString(),
                "-c" + CONNECTIONS,
                "-m" + STREAMS,
                "-t1",
                "-D" + window.toSeconds(),
                "-d" + framedRequest,
                "-Hcontent-type: application/grpc",
                "-Hte: trailers",
                "http://" + server.address() + "/envoy.service.auth.v3.Authorization/Check");
        double before = server.cpuMicros();
        String output = Tool.run(window.plus(SLACK), command);
        double cpu = server.cpuMicros() - before;
        Matcher counts = match(H2LOAD_COUNTS, output);
        double done = Double.parseDouble(counts.group(1));
        return Sample.of(
                Double.parseDouble(match(H2LOAD_RATE, output).group(1)),
                cpu / done,
                Double.parseDouble(counts.group(2)) / done);
    }

    /** Checks of many tokens, as fast as they are answered, by our own generator. */
    Sample many(Contender server, Path request, Tokens tokens, Expected expected, Duration window)
            throws IOException, InterruptedException {
        return own(server, expected, window, ours(server, request, tokens, window));
    }

    /** The same at a steady rate. */
    Sample manyAt(double rate, Contender server, Path request, Tokens tokens, Duration window)
            throws IOException, InterruptedException {
        List<String> command = ours(server, request, tokens, window);
        command.addAll(List.of("--rate", Double.toString(rate)));
        return own(server, Expected.ALLOWED, window, command);
    }

    /** Asks about each of the tokens once, at a rate that is never exceeded. Until all were allowed, three times at most. Returns their share. */
    double known(double rate, Contender server, Path request, Tokens tokens) throws IOException, InterruptedException {
        double allowed = 0;
        for (int i = 0; i < 3 && allowed < 1; i++) {
            allowed = once(rate, server, request, tokens);
        }
        return allowed;
    }

    private double once(double rate, Contender server, Path request, Tokens tokens)
            throws IOException, InterruptedException {
        Duration window = Duration.ofSeconds((long) (5 * tokens.count() / rate) + 5);
        List<String> command = ours(server, request, tokens, window);
        command.addAll(List.of("--rate", Double.toString(rate), "--most", Integer.toString(tokens.count())));
        return own(server, Expected.ALLOWED, window, command).asExpected();
    }

    /** Requests through Envoy, as fast as they are answered, by wrk. */
    Sample wrk(Contender server, int gatewayPort, String token, Duration window)
            throws IOException, InterruptedException {
        List<String> command = List.of(
                tools.wrk().orElseThrow().toString(),
                "-t1",
                "-c32",
                "-d" + window.toSeconds() + "s",
                "-HHost: " + Requests.HOST,
                "-Hauthorization: Bearer " + token,
                "http://127.0.0.1:" + gatewayPort + Requests.ALLOWED_PATH);
        double before = server.cpuMicros();
        String output = Tool.run(window.plus(SLACK), command);
        double cpu = server.cpuMicros() - before;
        double count = Double.parseDouble(match(WRK_COUNT, output).group(1));
        Matcher wrong = WRK_WRONG.matcher(output);
        double others = wrong.find() ? Double.parseDouble(wrong.group(1)) : 0;
        return Sample.of(Double.parseDouble(match(WRK_RATE, output).group(1)), cpu / count, (count - others) / count);
    }

    /** Requests through Envoy at a fixed rate, by our own generator: each is measured from when it was due. */
    Sample steady(Contender server, int gatewayPort, String token, double rate, Duration window)
            throws IOException, InterruptedException {
        List<String> command = List.of(
                tools.go("rate").orElseThrow().toString(),
                "--target",
                "127.0.0.1:" + gatewayPort,
                "--host",
                Requests.HOST,
                "--path",
                Requests.ALLOWED_PATH,
                "--token",
                token,
                "--rate",
                Double.toString(rate),
                "--duration",
                window.toSeconds() + "s",
                "--lead-in",
                LEAD_IN.toMillis() + "ms");
        double before = server.cpuMicros();
        JsonNode result = JSON.readTree(Tool.run(window.plus(SLACK), command));
        double cpu = server.cpuMicros() - before;
        double count = result.path("requests").asDouble();
        return new Sample(
                count / window.toSeconds(),
                cpu / count,
                result.path("p50_us").asDouble(),
                result.path("p99_us").asDouble(),
                result.path("p999_us").asDouble(),
                result.path("statuses").path("200").asDouble() / count);
    }

    private List<String> ours(Contender server, Path request, Tokens tokens, Duration window) {
        return new ArrayList<>(List.of(
                tools.go("load").orElseThrow().toString(),
                "--target=" + server.address(),
                "--body=" + request,
                "--tokens=" + tokens.book(),
                "--offset=" + tokens.offset(),
                "--pattern=" + tokens.pattern(),
                "--first=" + tokens.first(),
                "--count=" + tokens.count(),
                "--stride=" + tokens.stride(),
                "--connections=" + CONNECTIONS,
                "--streams=" + STREAMS,
                "--duration=" + window.toSeconds() + "s"));
    }

    private static Sample own(Contender server, Expected expected, Duration window, List<String> command)
            throws IOException, InterruptedException {
        double before = server.cpuMicros();
        JsonNode result = JSON.readTree(Tool.run(window.plus(SLACK), command));
        double cpu = server.cpuMicros() - before;
        double checks = result.path("checks").asDouble() + result.path("failed").asDouble();
        double right = result.path(expected.field).asDouble();
        if (right < checks) {
            System.out.println("not all " + expected.name().toLowerCase(Locale.ROOT) + ": " + result);
        }
        return new Sample(
                result.path("checks").asDouble() / result.path("seconds").asDouble(),
                cpu / checks,
                result.path("p50_us").asDouble(),
                result.path("p99_us").asDouble(),
                result.path("p999_us").asDouble(),
                right / checks);
    }

    private static Matcher match(Pattern pattern, String output) throws IOException {
        Matcher matcher = pattern.matcher(output);
        if (!matcher.find()) {
            throw new IOException("a load generator printed: " + output);
        }
        return matcher;
    }
}
