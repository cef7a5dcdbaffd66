package io.keywarden.cli;

import org.jspecify.annotations.Nullable;

/** Something that the caller of a command has to put right. Its message is printed as it is, without a stack trace. */
public final class UserError extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int exitCode;

    /**
     * Makes one.
     *
     * @param exitCode see {@link ExitCode}
     * @param message what is wrong and what to do; never a secret
     */
    public UserError(int exitCode, @Nullable String message) {
        super(message, null, false, false);
        this.exitCode = exitCode;
    }

    /** What the program ends with. */
    public int exitCode() {
        return exitCode;
    }
}
