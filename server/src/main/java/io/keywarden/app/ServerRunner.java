package io.keywarden.app;

import io.keywarden.cli.ExitCode;
import io.keywarden.cli.Starter;
import io.keywarden.config.StartupConfig;
import io.keywarden.telemetry.JulBridge;
import java.util.concurrent.CountDownLatch;

/** Runs a server for as long as the process lives: INT, TERM and HUP stop it in order. */
final class ServerRunner implements Starter {
    @Override
    public int run(StartupConfig config) throws InterruptedException {
        JulBridge.install();
        Keywarden keywarden = Keywarden.start(config);
        Runtime.getRuntime().addShutdownHook(new Thread(keywarden::close, "keywarden-stop"));
        // Only a signal ends the process from here on, and the hook runs then.
        new CountDownLatch(1).await();
        return ExitCode.OK;
    }
}
