package io.keywarden.bench.compare;

import io.envoyproxy.envoy.service.auth.v3.CheckRequest;
import io.envoyproxy.envoy.service.auth.v3.CheckResponse;
import io.grpc.ManagedChannel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Looks whether who holds no secret can tell by the time of the answer that an id is a token's. Asks a Keywarden of its own
 * over gRPC, in random order, for ids that there are, with a wrong secret, and for ids that there are not: first such as the
 * near cache knows as what they are, then such as it never met. Then once more with 20 microseconds added to the time of one
 * kind, which it has to find.
 */
public final class Timing {
    private static final int USAGE = 2;
    private static final int TOLD_APART = 1;
    private static final int BLIND = 3;
    private static final int DEFAULT_SAMPLES = 100_000;
    private static final int IDS = 50;
    private static final long INJECTED_NANOS = 20_000;
    private static final int UNAUTHENTICATED = 16;

    /** An answer is held back for milliseconds, so one caller would take long. */
    private static final int CALLERS = 4;

    private final Bench bench;
    private final ManagedChannel channel;
    private final Random random = new Random(20_261_123);

    private Timing(Bench bench, ManagedChannel channel) {
        this.bench = bench;
        this.channel = channel;
    }

    /** Checks with a wrong secret, and with an id of no token, in turn. */
    private record Questions(List<CheckRequest> wrong, List<CheckRequest> unknown) {}

    /** Runs it; {@code bench/timing} says how. */
    public static void main(String[] arguments) throws Exception {
        Locale.setDefault(Locale.ROOT);
        int samples;
        try {
            samples = samples(arguments);
        } catch (IllegalArgumentException e) {
            System.err.println(e.getMessage());
            System.exit(USAGE);
            return;
        }
        Path root = Path.of(System.getProperty("keywarden.root", "."))
                .toAbsolutePath()
                .normalize();
        int status;
        try (Bench bench = Bench.start(Tools.find(root))) {
            Sidecar keywarden = bench.startCheck();
            ManagedChannel channel = Sidecar.channel(keywarden.port());
            try {
                status = new Timing(bench, channel).run(samples);
            } finally {
                channel.shutdownNow();
            }
        }
        System.exit(status);
    }

    private static int samples(String[] arguments) {
        if (arguments.length == 0) {
            return DEFAULT_SAMPLES;
        }
        if (arguments.length != 2 || !arguments[0].equals("--samples") || !arguments[1].matches("[1-9][0-9]{3,7}")) {
            throw new IllegalArgumentException(
                    String.join(" ", arguments) + " (expected: bench/timing [--samples NUMBER], 1000 at least)");
        }
        return Integer.parseInt(arguments[1]);
    }

    private int run(int samples) throws Exception {
        Sidecar.awaitAllowed(
                channel, Requests.get(Requests.ALLOWED_PATH, bench.token().text()));
        Questions known = questions(IDS);
        // A JVM compiles for a while, and what it has compiled at first is not what it runs later.
        measure(known, samples / 2, 0);
        TwoSamples.Result hot = measure(known, samples, 0);
        TwoSamples.Result cold = measure(questions(samples), samples, 0);
        TwoSamples.Result injected = measure(known, samples, INJECTED_NANOS);
        System.out.println("wrong secret beside unknown id, known before, " + hot.text());
        System.out.println("the same, never met before,                   " + cold.text());
        System.out.println("known before, with 20 us added to the first,  " + injected.text());
        if (!injected.isToldApart()) {
            System.out.println("INVALID: 20 us were not found, so that nothing was found means nothing");
            return BLIND;
        }
        boolean told = hot.isToldApart() || cold.isToldApart();
        System.out.println(told ? "told apart" : "not told apart");
        return told ? TOLD_APART : 0;
    }

    private Questions questions(int ids) throws IOException, InterruptedException {
        int before = bench.seeder().seeded();
        bench.seeder().upTo(before + ids);
        List<CheckRequest> wrong = new ArrayList<>();
        List<CheckRequest> unknown = new ArrayList<>();
        List<String> texts = Files.readAllLines(bench.seeder().book());
        for (String text : texts.subList(before, before + ids)) {
            wrong.add(Requests.get(Requests.ALLOWED_PATH, bench.seeder().wrong(text)));
            unknown.add(Requests.get(Requests.ALLOWED_PATH, bench.seeder().unknown()));
        }
        return new Questions(wrong, unknown);
    }

    private TwoSamples.Result measure(Questions questions, int samples, long addedNanos) throws Exception {
        TwoSamples both = new TwoSamples(samples);
        AtomicInteger next = new AtomicInteger();
        ExecutorService callers = Executors.newFixedThreadPool(CALLERS);
        try {
            List<Future<?>> all = new ArrayList<>();
            for (int i = 0; i < CALLERS; i++) {
                long seed = random.nextLong();
                all.add(callers.submit(
                        () -> ask(questions, new Turn(samples, next, new Random(seed)), both, addedNanos)));
            }
            for (Future<?> one : all) {
                one.get();
            }
        } finally {
            callers.shutdownNow();
        }
        return both.result();
    }

    /** Whose turn it is, until there are as many samples as are wanted. */
    private record Turn(int samples, AtomicInteger next, Random random) {}

    private void ask(Questions questions, Turn turn, TwoSamples both, long addedNanos) {
        for (int i = turn.next().getAndIncrement();
                i < turn.samples();
                i = turn.next().getAndIncrement()) {
            boolean first = turn.random().nextBoolean();
            List<CheckRequest> kind = first ? questions.wrong() : questions.unknown();
            long start = System.nanoTime();
            CheckResponse response = Sidecar.check(channel, kind.get(i % kind.size()));
            if (first) {
                spin(addedNanos);
            }
            both.add(first, System.nanoTime() - start);
            if (response.getStatus().getCode() != UNAUTHENTICATED) {
                throw new IllegalStateException(
                        "answered " + response.getStatus().getCode() + " (expected: " + UNAUTHENTICATED + ")");
            }
        }
    }

    private static void spin(long nanos) {
        long end = System.nanoTime() + nanos;
        while (System.nanoTime() - end < 0) {
            Thread.onSpinWait();
        }
    }
}
