package io.keywarden.cli;

import io.keywarden.config.StartupConfig;

/** Runs the server. */
@FunctionalInterface
public interface Starter {
    /**
     * Runs until the process is told to stop.
     *
     * @return the program's exit code
     * @throws UserError if it cannot start because of something that the caller can put right
     */
    int run(StartupConfig config) throws InterruptedException;
}
