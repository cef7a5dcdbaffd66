package io.keywarden.cli;

import io.keywarden.config.KeyRotation;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Lists the versions of all keys, without the keys. */
@Command(
        name = "list",
        description = "List the versions of all keys, without the keys.",
        mixinStandardHelpOptions = true)
final class KeysListCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Mixin
    private KeysFolder folder = new KeysFolder();

    // Picocli sets the spec before it runs the command.
    @SuppressWarnings("NullAway.Init")
    KeysListCommand() {}

    @Override
    public Integer call() {
        try {
            KeyRotation.list(folder.path()).forEach(spec.commandLine().getOut()::println);
        } catch (IOException e) {
            throw KeysFolder.failed(e);
        }
        spec.commandLine().getOut().flush();
        return ExitCode.OK;
    }
}
