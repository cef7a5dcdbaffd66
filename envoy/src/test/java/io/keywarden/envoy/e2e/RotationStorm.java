package io.keywarden.envoy.e2e;

import com.google.protobuf.Timestamp;
import com.google.protobuf.util.Durations;
import io.keywarden.admin.v1.RevokeTokenRequest;
import io.keywarden.admin.v1.RotateTokenRequest;
import io.keywarden.admin.v1.RotateTokenResponse;
import io.keywarden.envoy.e2e.fixture.AdminClient;
import io.keywarden.envoy.e2e.fixture.Answer;
import io.keywarden.envoy.e2e.fixture.Gateway;
import io.keywarden.envoy.e2e.fixture.IssuedToken;
import io.keywarden.envoy.e2e.fixture.RawRequest;
import io.keywarden.envoy.e2e.fixture.Shop;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Rotates many tokens again and again, while they and others are used through every replica. The new secret is used as soon as
 * it is told, first through a replica that did not rotate it; the one before until a second before its end, and from its end on.
 */
final class RotationStorm implements AutoCloseable {
    private static final Duration GRACE = Duration.ofSeconds(2);
    /** How long before its end an old secret is used no more by who is careful. */
    private static final Duration CAREFUL = Duration.ofSeconds(1);

    private static final Duration BETWEEN_USES = Duration.ofMillis(200);
    private static final Duration BETWEEN_OTHERS = Duration.ofMillis(5);
    private static final int THREADS = 8;
    /** One in so many rotations lets the old secret end at once. */
    private static final int AT_ONCE = 3;

    private final ScheduledExecutorService threads = Executors.newScheduledThreadPool(THREADS);
    private final AdminClient admin;
    private final List<Gateway> replicas;
    private final StormTally tally;
    private final AtomicInteger left;
    private final AtomicInteger others = new AtomicInteger();

    /**
     * Makes one.
     *
     * @param replicas an Envoy in front of each; Admin is in the same process as the first
     * @param rotations how many there will be
     */
    RotationStorm(AdminClient admin, List<Gateway> replicas, StormTally tally, int rotations) {
        this.admin = admin;
        this.replicas = List.copyOf(replicas);
        this.tally = tally;
        this.left = new AtomicInteger(rotations);
    }

    /** Runs it, with so many tokens, and answers whether it was over in time. */
    boolean run(int tokens, Duration limit) throws InterruptedException {
        IssuedToken live = admin.issue(Shop.ACME, Shop.READ_ORDERS);
        IssuedToken revoked = admin.issue(Shop.ACME, Shop.READ_ORDERS);
        var unused = admin.tokens()
                .revokeToken(RevokeTokenRequest.newBuilder()
                        .setName(revoked.name())
                        .setWait(true)
                        .build());
        var load = threads.scheduleWithFixedDelay(
                () -> useOthers(live, revoked), 0, BETWEEN_OTHERS.toMillis(), TimeUnit.MILLISECONDS);
        CountDownLatch lives = new CountDownLatch(tokens);
        for (int i = 0; i < tokens; i++) {
            Life life = new Life(i, admin.issue(Shop.ACME, Shop.READ_ORDERS), lives);
            life.then(Instant.now(), life::rotate);
        }
        boolean over = lives.await(limit.toSeconds(), TimeUnit.SECONDS);
        load.cancel(false);
        return over;
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }

    private void useOthers(IssuedToken live, IssuedToken revoked) {
        int number = others.getAndIncrement();
        Gateway replica = replicas.get(number % replicas.size());
        try {
            switch (number / replicas.size() % 3) {
                case 0 -> tally.mustBeAllowed(send(replica, live), "another token");
                case 1 -> tally.mustBeRefused(send(replica, revoked), "REVOKED", "a revoked token");
                default -> {
                    IssuedToken wrong = new IssuedToken(live.name(), live.textWithWrongSecret());
                    tally.mustBeRefused(send(replica, wrong), "INVALID_CREDENTIAL", "a wrong secret");
                }
            }
        } catch (RuntimeException e) {
            tally.broken(e);
            throw e;
        }
    }

    private static Answer send(Gateway replica, IssuedToken presented) {
        return replica.send(RawRequest.get("/v1/orders").host(Shop.ACME_HOST).bearer(presented));
    }

    /** A secret that was replaced. */
    private record Old(IssuedToken secret, Instant end, Instant refused) {}

    /** One token; one step at a time, each on any of the threads. */
    private final class Life {
        private final int number;
        private final CountDownLatch lives;
        private IssuedToken current;
        private int round;
        private int uses;

        private Life(int number, IssuedToken first, CountDownLatch lives) {
            this.number = number;
            this.current = first;
            this.lives = lives;
        }

        private void then(Instant time, Runnable step) {
            long delay = Math.max(0, Duration.between(Instant.now(), time).toNanos());
            var unused = threads.schedule(() -> run(step), delay, TimeUnit.NANOSECONDS);
        }

        private void run(Runnable step) {
            try {
                step.run();
            } catch (RuntimeException e) {
                tally.broken(e);
                lives.countDown();
            }
        }

        private void rotate() {
            if (left.getAndDecrement() <= 0) {
                lives.countDown();
                return;
            }
            boolean atOnce = (number + round) % AT_ONCE == 0;
            round++;
            RotateTokenResponse rotated = admin.tokens()
                    .rotateToken(RotateTokenRequest.newBuilder()
                            .setName(current.name())
                            .setGracePeriod(Durations.fromSeconds(atOnce ? 0 : GRACE.toSeconds()))
                            .setWait(false)
                            .build());
            IssuedToken before = current;
            current = new IssuedToken(before.name(), rotated.getPlain().getSecret());
            useCurrent("right after its rotation");
            tally.rotated();
            Instant end = instant(rotated.getToken().getSecrets(1).getGraceEndTime());
            Instant effective = instant(rotated.getEffectiveTime());
            use(new Old(before, end, end.isAfter(effective) ? end : effective));
        }

        /** At every replica, last the one that rotated it. */
        private void useCurrent(String when) {
            for (int i = 1; i <= replicas.size(); i++) {
                int replica = i % replicas.size();
                tally.mustBeAllowed(send(replicas.get(replica), current), "new secret " + when + " at " + replica);
            }
        }

        /** By turns at all replicas. */
        private void use(Old old) {
            Instant now = Instant.now();
            if (!now.isBefore(old.end().minus(CAREFUL))) {
                then(old.refused(), () -> refuse(old));
                return;
            }
            int replica = uses % replicas.size();
            uses++;
            Answer answer = send(replicas.get(replica), old.secret());
            if (Instant.now().isBefore(old.end())) {
                tally.mustBeAllowed(answer, "old secret at " + replica + ", sent " + now + ", ends " + old.end());
            } else {
                tally.late();
            }
            then(Instant.now().plus(BETWEEN_USES), () -> use(old));
        }

        private void refuse(Old old) {
            for (int i = 0; i < replicas.size(); i++) {
                String what = "old secret at " + i + ", ended " + old.end() + ", refused from " + old.refused();
                tally.mustBeRefused(send(replicas.get(i), old.secret()), "SECRET_ROTATED", what);
            }
            useCurrent("after the old one's end");
            rotate();
        }
    }

    private static Instant instant(Timestamp time) {
        return Instant.ofEpochSecond(time.getSeconds(), time.getNanos());
    }
}
