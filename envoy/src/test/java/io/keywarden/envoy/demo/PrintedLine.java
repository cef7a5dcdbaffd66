package io.keywarden.envoy.demo;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A command that the demo printed, with what it says that comes of it.
 *
 * @param expected an HTTP status, or OK for exit code 0
 * @param command the line as printed
 */
record PrintedLine(String expected, String command) {
    private static final Pattern PAIR =
            Pattern.compile("^  # (OK|[1-5][0-9]{2}): .*\\n(  (?:curl|grpcurl|\\S*keywarden) .*)$", Pattern.MULTILINE);
    private static final long LIMIT_SECONDS = 30;

    static List<PrintedLine> in(String output) {
        List<PrintedLine> lines = new ArrayList<>();
        Matcher pair = PAIR.matcher(output);
        while (pair.find()) {
            lines.add(new PrintedLine(pair.group(1), pair.group(2)));
        }
        return lines;
    }

    /** Runs the line as it is, and returns what came of it in the words of the expectation, or all that was printed. */
    String outcome(Path workingFolder) throws IOException, InterruptedException {
        Process shell = new ProcessBuilder("sh", "-c", command)
                .directory(workingFolder.toFile())
                .redirectErrorStream(true)
                .start();
        shell.getOutputStream().close();
        String output = new String(shell.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (!shell.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS) || shell.exitValue() != 0) {
            shell.destroyForcibly();
            return "failed: " + output;
        }
        return expected.equals("OK") ? "OK" : status(output);
    }

    private static String status(String output) {
        return output.matches("(?s)HTTP/1\\.1 [1-5][0-9]{2} .*") ? output.substring(9, 12) : "no status: " + output;
    }
}
