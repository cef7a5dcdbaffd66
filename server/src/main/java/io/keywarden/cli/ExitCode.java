package io.keywarden.cli;

/** What the program's exit codes mean. */
public final class ExitCode {
    /** It did what was asked. */
    public static final int OK = 0;
    /** It could not: the call failed, the port is taken, a file cannot be written. */
    public static final int FAILED = 1;
    /** What was asked makes no sense: a wrong option, or a configuration with mistakes. */
    public static final int USAGE = 2;

    private ExitCode() {}
}
