package io.keywarden.check;

import java.util.concurrent.CompletableFuture;

/** Does what nothing on a check's path may do, so that the rule against it can be tried. */
public final class WaitsForAFuture {
    private WaitsForAFuture() {}

    public static String wait(CompletableFuture<String> future) {
        return future.join();
    }
}
