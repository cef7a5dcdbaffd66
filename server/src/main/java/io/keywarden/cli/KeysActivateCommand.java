package io.keywarden.cli;

import io.keywarden.config.KeyKind;
import io.keywarden.config.KeyRotation;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Lets the newest version of a key make from now on. */
@Command(
        name = "activate",
        description = "Step 2: let the new version make from now on; the one before still checks.",
        mixinStandardHelpOptions = true)
final class KeysActivateCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "KIND", description = "pepper, tag, signing or sealing")
    private KeyKind kind = KeyKind.PEPPER;

    @Mixin
    private KeysFolder folder = new KeysFolder();

    // Picocli sets the spec before it runs the command.
    @SuppressWarnings("NullAway.Init")
    KeysActivateCommand() {}

    @Override
    public Integer call() {
        KeyRotation.Step step = folder.run(kind, KeyRotation::activate);
        PrintWriter out = spec.commandLine().getOut();
        step.files().forEach(file -> out.println(file + ": written"));
        out.printf(
                "%s %d is ACTIVE: it makes all from now on; %d still checks.%nNext: %s%n%s%nThen: %s%n",
                kind.text(),
                step.version(),
                step.other(),
                KeysFolder.spread(kind),
                after(kind),
                folder.command("retire", kind));
        out.flush();
        return ExitCode.OK;
    }

    private static String after(KeyKind kind) {
        return switch (kind) {
            case PEPPER -> "Rotate the tokens whose secrets hang on the old one: 'keys retire' lists them.";
            case TAG -> "Make new tokens in place of those whose ids hang on the old one: 'keys retire' lists them.";
            case SIGNING -> "Admin signs all records again by itself, some hundred a second.";
            case SEALING -> "Admin seals all secrets again by itself, some hundred a second.";
        };
    }
}
