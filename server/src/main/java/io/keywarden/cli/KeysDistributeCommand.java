package io.keywarden.cli;

import io.keywarden.config.KeyKind;
import io.keywarden.config.KeyRotation;
import java.io.PrintWriter;
import java.security.SecureRandom;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Adds a new version of a key. */
@Command(
        name = "distribute",
        description = "Step 1: add a new version, which checks and makes nothing yet.",
        mixinStandardHelpOptions = true)
final class KeysDistributeCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "KIND", description = "pepper, tag, signing or sealing")
    private KeyKind kind = KeyKind.PEPPER;

    @Mixin
    private KeysFolder folder = new KeysFolder();

    // Picocli sets the spec before it runs the command.
    @SuppressWarnings("NullAway.Init")
    KeysDistributeCommand() {}

    @Override
    public Integer call() {
        KeyRotation.Step step = folder.run(kind, rotation -> rotation.distribute(new SecureRandom()));
        PrintWriter out = spec.commandLine().getOut();
        step.files().forEach(file -> out.println(file + ": written"));
        out.printf(
                "%s %d is DISTRIBUTED: it checks, and makes nothing yet; %d makes.%nNext: %s%nThen: %s%n",
                kind.text(), step.version(), step.other(), KeysFolder.spread(kind), folder.command("activate", kind));
        out.flush();
        return ExitCode.OK;
    }
}
