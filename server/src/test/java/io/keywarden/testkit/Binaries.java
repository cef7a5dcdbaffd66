package io.keywarden.testkit;

import io.keywarden.envoyconfig.EnvoyConfigRenderer;
import io.keywarden.process.BinaryLookup;
import io.keywarden.process.BinaryLookup.Located;
import io.keywarden.process.EnvoyBinary;
import io.keywarden.process.RedisBinary;
import io.keywarden.process.ToolCache;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;

/** The programs that tests start, looked for once per JVM. */
public final class Binaries {
    private static final Path CACHE = ToolCache.folder(System.getenv(), Path.of("target", "tools"));

    private Binaries() {}

    /** Whether this is a run where nothing may be left out. */
    public static boolean inCi() {
        return Boolean.parseBoolean(System.getenv("CI"));
    }

    /** The Envoy to test with; without one the test fails in CI and is left out elsewhere. */
    public static Located envoy() {
        return EnvoyHolder.LOOKUP.fold(located -> located, missing -> unavailable(missing.reason()));
    }

    /** The Redis to test with, possibly the embedded 6.2; without one the test fails in CI and is left out elsewhere. */
    public static Located redis() {
        return RedisHolder.LOOKUP.fold(located -> located, missing -> unavailable(missing.reason()));
    }

    static Located unavailable(String reason) {
        if (inCi()) {
            throw new AssertionError(reason + " (CI=true: nothing is left out)");
        }
        System.out.println("LEFT OUT: " + reason);
        return Assumptions.abort(reason);
    }

    private static BinaryLookup uninterrupted(Search search) {
        try {
            BinaryLookup lookup = search.find();
            System.out.println("Testing with " + lookup);
            return lookup;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while looking for a program", e);
        }
    }

    @FunctionalInterface
    private interface Search {
        BinaryLookup find() throws InterruptedException;
    }

    /** Looked for when first asked for: a test of Redis needs no Envoy. */
    private static final class EnvoyHolder {
        static final BinaryLookup LOOKUP = uninterrupted(
                new EnvoyBinary(System.getenv(), CACHE, EnvoyConfigRenderer.ENVOY_VERSION, System.out::println)::find);
    }

    private static final class RedisHolder {
        static final BinaryLookup LOOKUP = uninterrupted(new RedisBinary(System.getenv(), CACHE)::find);
    }
}
