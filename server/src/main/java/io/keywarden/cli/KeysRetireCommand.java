package io.keywarden.cli;

import io.keywarden.config.KeyKind;
import io.keywarden.config.KeyRotation;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Takes the version of a key out of use that was active before, unless something still hangs on it. */
@Command(
        name = "retire",
        description = {
            "Step 3: take the version out of use that was active before.",
            "Asks a running Admin first what still hangs on it, and refuses while anything does."
        },
        mixinStandardHelpOptions = true)
final class KeysRetireCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "KIND", description = "pepper, tag, signing or sealing")
    private KeyKind kind = KeyKind.PEPPER;

    @Mixin
    private KeysFolder folder = new KeysFolder();

    @Mixin
    private TargetOptions target = new TargetOptions("10s");

    @Option(names = "--force", description = "Ask nobody, and break what still hangs on it.")
    private boolean force;

    // Picocli sets the spec before it runs the command.
    @SuppressWarnings("NullAway.Init")
    KeysRetireCommand() {}

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        KeyRotation.Step step = folder.run(kind, rotation -> retire(rotation, out));
        step.files().forEach(file -> out.println(file + ": written"));
        out.printf(
                "%s %d is RETIRED: nothing checks it any more; %d makes.%nNext: %s%n"
                        + "When nobody misses it, delete 'key', 'public' and 'private' from its line, and keep its id.%n",
                kind.text(), step.version(), step.other(), KeysFolder.spread(kind));
        out.flush();
        return ExitCode.OK;
    }

    private KeyRotation.Step retire(KeyRotation rotation, PrintWriter out) throws IOException {
        KeyRotation.Retiring retiring = rotation.retiring();
        if (force) {
            out.println(
                    "Nobody was asked what hangs on " + kind.text() + " " + retiring.version() + ". " + broken(kind));
        } else if (!retiring.isBegun()) {
            // Where a step before this one was stopped between the files, nothing hung on it then.
            requireUnused(retiring);
        }
        return rotation.retire();
    }

    private void requireUnused(KeyRotation.Retiring retiring) {
        CallTarget called = target.target();
        StillUsed used = StillUsed.ask(new Caller(called), kind, retiring.version());
        String name = kind.text() + " " + retiring.version();
        if (used.count() > 0) {
            throw new UserError(
                    ExitCode.FAILED,
                    String.join(System.lineSeparator(), used.first()) + System.lineSeparator()
                            + (used.count() > used.first().size() ? "and more: " : "")
                            + used.count() + " in all still hang on " + name + ", which was left as it is. "
                            + help(kind)
                            + System.lineSeparator() + "--force retires it all the same. " + broken(kind));
        }
        if (used.active() != retiring.active()) {
            throw new UserError(
                    ExitCode.FAILED,
                    "the Admin at " + called.address() + " makes with " + kind.text() + " " + used.active()
                            + " (expected: " + retiring.active()
                            + ", as the files say: put them there and restart it)");
        }
    }

    private static String help(KeyKind kind) {
        return switch (kind) {
            case PEPPER -> "Rotate these tokens, and wait until their grace periods are over.";
            case TAG -> "Admin moves names by itself; make new tokens in place of these, and rotate those of secrets.";
            case SIGNING -> "Admin signs them again by itself: wait.";
            case SEALING -> "Admin seals them again by itself: wait.";
        };
    }

    private static String broken(KeyKind kind) {
        return switch (kind) {
            case PEPPER -> "Secrets under it are refused from then on: checks of them answer INTERNAL.";
            case TAG -> "Ids and names under it are unknown from then on.";
            case SIGNING -> "Records under it answer RECORD_TAMPERED from then on.";
            case SEALING -> "Secrets under it cannot be told again.";
        };
    }
}
