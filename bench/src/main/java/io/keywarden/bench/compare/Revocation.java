package io.keywarden.bench.compare;

import io.envoyproxy.envoy.service.auth.v3.CheckRequest;
import io.grpc.ManagedChannel;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * How soon a revoked token is denied, in milliseconds, in order.
 *
 * @param fromCall from when RevokeToken was called to the first deny
 * @param fromAnswer from when it had answered to the first deny; 0 where the deny came before the answer
 */
record Revocation(List<Double> fromCall, List<Double> fromAnswer) {
    private static final int WARM_CHECKS = 20;
    /** From one check to the next: asked without a pause, the three processes would wait for each other's cores. */
    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

    private static final long LIMIT_NANOS = TimeUnit.SECONDS.toNanos(10);

    /**
     * Twice in one run.
     *
     * @param fresh by an Admin that was started not long before: Java has compiled little of it
     * @param warm by one that runs as it does in the long run
     */
    record Both(Revocation fresh, Revocation warm) {
        private static final int BEFORE_FRESH = 50;

        static Both measure(Bench bench, Sidecar keywarden, Scale scale) throws Exception {
            Revocation fresh = Revocation.measure(bench, keywarden, BEFORE_FRESH, scale.revokes());
            return new Both(fresh, Revocation.measure(bench, keywarden, scale.warmRevokes(), scale.revokes()));
        }
    }

    /**
     * Revokes tokens one after another, each while it is asked about once a millisecond.
     *
     * @param before how many are revoked before those that count
     */
    static Revocation measure(Bench bench, Sidecar keywarden, int before, int count) throws Exception {
        List<Double> fromCall = new ArrayList<>();
        List<Double> fromAnswer = new ArrayList<>();
        ManagedChannel channel = Sidecar.channel(keywarden.port());
        try {
            for (int i = -before; i < count; i++) {
                Site.Issued token = bench.site().issue();
                CheckRequest request = Requests.get(Requests.ALLOWED_PATH, token.text());
                for (int warm = 0; warm < WARM_CHECKS; warm++) {
                    var unused = Sidecar.awaitAllowed(channel, request);
                }
                CompletableFuture<Long> denied = CompletableFuture.supplyAsync(() -> firstDeny(channel, request));
                long call = System.nanoTime();
                bench.site().revoke(token);
                long answer = System.nanoTime();
                long deny = denied.get(20, TimeUnit.SECONDS);
                if (i >= 0) {
                    fromCall.add((deny - call) / 1e6);
                    fromAnswer.add(Math.max(0, deny - answer) / 1e6);
                }
            }
        } finally {
            channel.shutdownNow();
        }
        Collections.sort(fromCall);
        Collections.sort(fromAnswer);
        return new Revocation(fromCall, fromAnswer);
    }

    /** The value that so many of the sorted ones are not above. */
    static double at(List<Double> sorted, double share) {
        return sorted.get((int) Math.ceil(share * sorted.size()) - 1);
    }

    private static long firstDeny(ManagedChannel channel, CheckRequest request) {
        long start = System.nanoTime();
        while (System.nanoTime() - start < LIMIT_NANOS) {
            if (!Sidecar.check(channel, request).hasOkResponse()) {
                return System.nanoTime();
            }
            LockSupport.parkNanos(PAUSE_NANOS);
        }
        throw new IllegalStateException("a revoked token is still allowed after 10 s (expected: denied)");
    }
}
