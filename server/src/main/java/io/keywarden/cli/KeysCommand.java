package io.keywarden.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Rotates the keys of an installation, step by step. */
@Command(
        name = "keys",
        description = "Rotate the keys of an installation: distribute, activate, retire.",
        subcommands = {
            KeysListCommand.class,
            KeysDistributeCommand.class,
            KeysActivateCommand.class,
            KeysRetireCommand.class
        },
        footer = {"", "See docs/keys.md."},
        mixinStandardHelpOptions = true)
final class KeysCommand implements Runnable {
    @Spec
    private CommandSpec spec;

    // Picocli sets the spec before it runs the command.
    @SuppressWarnings("NullAway.Init")
    KeysCommand() {}

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "Say which step: list, distribute, activate or retire.");
    }
}
