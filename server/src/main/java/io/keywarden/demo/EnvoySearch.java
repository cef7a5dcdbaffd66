package io.keywarden.demo;

import io.keywarden.envoyconfig.EnvoyConfigRenderer;
import io.keywarden.process.BinaryLookup;
import io.keywarden.process.BinaryLookup.Missing;
import io.keywarden.process.EnvoyBinary;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Looks for an Envoy, for a bounded time: a network that swallows a download must not hold the demo up. */
final class EnvoySearch {
    private static final Duration LIMIT = Duration.ofMinutes(3);

    private static final Duration END_LIMIT = Duration.ofSeconds(2);

    private EnvoySearch() {}

    static BinaryLookup find(Map<String, String> environment, Path cache, Progress progress)
            throws InterruptedException {
        EnvoyBinary search =
                new EnvoyBinary(impatient(environment), cache, EnvoyConfigRenderer.ENVOY_VERSION, progress::note);
        ExecutorService executor = Executors.newSingleThreadExecutor();
        Future<BinaryLookup> found = executor.submit(search::find);
        try {
            return found.get(LIMIT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            return new Missing("no Envoy " + EnvoyConfigRenderer.ENVOY_VERSION + ": the download did not end within "
                    + LIMIT.toMinutes() + " minutes. Put envoy on PATH or set ENVOY_BIN to one");
        } catch (ExecutionException e) {
            throw new IllegalStateException("the search for Envoy broke", e.getCause());
        } finally {
            // Ends a download with it.
            found.cancel(true);
            executor.shutdown();
            awaitEnd(executor);
        }
    }

    /** Else the program could end before the download's process was ended. */
    private static void awaitEnd(ExecutorService executor) throws InterruptedException {
        boolean ended = executor.awaitTermination(END_LIMIT.toMillis(), TimeUnit.MILLISECONDS);
        if (!ended) {
            return;
        }
    }

    /** The environment, in which pip gives up early where nothing else is said. */
    private static Map<String, String> impatient(Map<String, String> environment) {
        Map<String, String> own = new HashMap<>(environment);
        own.putIfAbsent("PIP_DEFAULT_TIMEOUT", "15");
        own.putIfAbsent("PIP_RETRIES", "1");
        return own;
    }
}
