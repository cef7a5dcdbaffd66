package io.keywarden.app;

import io.keywarden.cli.Starter;
import io.keywarden.config.StartupConfig;
import io.keywarden.telemetry.JulBridge;

/** Runs a server for as long as the process lives: INT, TERM and HUP stop it in order. */
final class ServerRunner implements Starter {
    @Override
    public int run(StartupConfig config) throws InterruptedException {
        JulBridge.install();
        Keywarden keywarden = Keywarden.start(config);
        Runtime.getRuntime().addShutdownHook(new Thread(keywarden::close, "keywarden-stop"));
        // A signal ends the process, or what Keywarden finds out when it meets the store; the hook runs in both cases.
        throw keywarden.awaitEnd();
    }
}
