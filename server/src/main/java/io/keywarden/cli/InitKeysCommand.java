package io.keywarden.cli;

import io.keywarden.config.NewKeys;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Makes the keys of an installation. */
@Command(
        name = "init-keys",
        description =
                "Make the keys of an installation: admin.keys, which can make tokens, and check.keys, which cannot.",
        mixinStandardHelpOptions = true)
final class InitKeysCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Option(names = "--out", required = true, paramLabel = "DIR", description = "The folder; it is made if missing.")
    private Path folder = Path.of("");

    // Picocli sets the spec before it runs the command.
    @SuppressWarnings("NullAway.Init")
    InitKeysCommand() {}

    @Override
    public Integer call() {
        try {
            NewKeys.write(folder, new SecureRandom());
        } catch (FileAlreadyExistsException e) {
            throw new UserError(ExitCode.FAILED, e.getMessage());
        } catch (IOException e) {
            throw new UserError(ExitCode.FAILED, folder + ": cannot be written: " + e);
        }
        spec.commandLine()
                .getOut()
                .printf(
                        "%s  for the role admin, or both roles in one process: it can make tokens%n"
                                + "%s  for the role check alone%n"
                                + "Keep a copy of both in a safe place: without them every token is void.%n",
                        folder.resolve(NewKeys.ADMIN_FILE), folder.resolve(NewKeys.CHECK_FILE));
        spec.commandLine().getOut().flush();
        return ExitCode.OK;
    }
}
