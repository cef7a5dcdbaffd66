package io.keywarden.cli;

import io.keywarden.config.ConfigReference;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Prints the documentation of the configuration file. */
@Command(
        name = "config-reference",
        description = "Print all keys of the configuration file, as docs/configuration.md.",
        mixinStandardHelpOptions = true)
final class ConfigReferenceCommand implements Runnable {
    @Spec
    private CommandSpec spec;

    // Picocli sets the spec before it runs the command.
    @SuppressWarnings("NullAway.Init")
    ConfigReferenceCommand() {}

    @Override
    public void run() {
        spec.commandLine().getOut().print(ConfigReference.markdown());
        spec.commandLine().getOut().flush();
    }
}
