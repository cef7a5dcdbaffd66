package io.keywarden.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Prints which Keywarden this is. */
@Command(name = "version", description = "Print which Keywarden this is.", mixinStandardHelpOptions = true)
final class VersionCommand implements Runnable {
    @Spec
    private CommandSpec spec;

    // Picocli sets the spec before it runs the command.
    @SuppressWarnings("NullAway.Init")
    VersionCommand() {}

    @Override
    public void run() {
        for (String line : new Version().getVersion()) {
            spec.commandLine().getOut().println(line);
        }
        spec.commandLine().getOut().flush();
    }
}
