package io.keywarden.cli;

import io.keywarden.config.KeyKind;
import io.keywarden.config.KeyRotation;
import java.io.IOException;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/** The option that says where the key files are. */
final class KeysFolder {
    @Option(
            names = "--dir",
            required = true,
            paramLabel = "DIR",
            description = "The folder with admin.keys, and check.keys where there is one.")
    private Path folder = Path.of("");

    /** The folder. */
    Path path() {
        return folder;
    }

    /** A step on a kind of key. */
    interface Work<T> {
        /** Does it. */
        T on(KeyRotation rotation) throws IOException;
    }

    /** Does a step; what is in its way ends the command in words. */
    <T> T run(KeyKind kind, Work<T> work) {
        try (KeyRotation rotation = KeyRotation.of(folder, kind).requireThere()) {
            return work.on(rotation);
        } catch (IOException e) {
            throw failed(e);
        }
    }

    /** What is said of a step that could not be done. */
    static UserError failed(IOException e) {
        String message = e.getMessage();
        return new UserError(
                ExitCode.FAILED, e.getClass() == IOException.class ? message : "the keys cannot be used: " + e);
    }

    /** The command of a next step. */
    String command(String step, KeyKind kind) {
        return "keywarden keys " + step + " " + kind.text() + " --dir " + folder;
    }

    /** Where the files of a kind belong. */
    static String spread(KeyKind kind) {
        return kind == KeyKind.SEALING
                ? "put admin.keys on every Admin, restart them one after the other, and wait until all are ready."
                : "put admin.keys on every Admin and check.keys on every process that only checks, restart them one after"
                        + " the other, and wait until all are ready.";
    }
}
