package io.keywarden.envoy.demo;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A block of a document that a shell can run.
 *
 * @param line where it begins
 * @param reason what it has to print while it fails; empty where it has to succeed
 * @param script what stands in it
 */
record DocumentedCommand(int line, Optional<String> reason, String script) {
    private static final Pattern BLOCK =
            Pattern.compile("^```sh(?: fails ([A-Z_]+))?\\n(.*?)^```$", Pattern.MULTILINE | Pattern.DOTALL);
    private static final long LIMIT_SECONDS = 60;

    /** What came of it. */
    record Outcome(int exitCode, String output) {}

    /** All of a document, in order. */
    static List<DocumentedCommand> in(Path document) throws IOException {
        String text = Files.readString(document);
        List<DocumentedCommand> commands = new ArrayList<>();
        Matcher block = BLOCK.matcher(text);
        while (block.find()) {
            int line = (int) text.substring(0, block.start()).lines().count() + 1;
            commands.add(new DocumentedCommand(line, Optional.ofNullable(block.group(1)), block.group(2)));
        }
        return commands;
    }

    /** Runs it to the end, in a folder. */
    Outcome run(Path folder) throws IOException, InterruptedException {
        Process shell = new ProcessBuilder("sh", "-c", script)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .start();
        shell.getOutputStream().close();
        String output = new String(shell.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (!shell.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)) {
            shell.destroyForcibly();
            throw new AssertionError("line " + line + " does not end: " + output);
        }
        return new Outcome(shell.exitValue(), output);
    }
}
