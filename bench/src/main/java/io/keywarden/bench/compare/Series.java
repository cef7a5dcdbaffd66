package io.keywarden.bench.compare;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.ToDoubleFunction;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/** The samples of several servers under one kind of load, round by round, in turn or together. The first server is the floor. */
final class Series {
    private final String title;
    private final boolean together;
    private final Map<String, List<Sample>> samples = new LinkedHashMap<>();

    private Series(String title, boolean together) {
        this.title = title;
        this.together = together;
    }

    /** Takes one sample of one server. */
    @FunctionalInterface
    interface Trial {
        Sample run() throws Exception;
    }

    /**
     * Measures each server once a round, in turn, so that what disturbs the machine disturbs all of them; every second round
     * the other way round, so that a machine which becomes slower or faster all the time favours nobody.
     *
     * @param trials by the names of the servers, the floor first
     */
    static Series measure(String title, int rounds, Map<String, Trial> trials) throws Exception {
        Series series = new Series(title, false);
        for (int round = 1; round <= rounds; round++) {
            List<Map.Entry<String, Trial>> turns = new ArrayList<>(trials.entrySet());
            if (round % 2 == 0) {
                Collections.reverse(turns);
            }
            for (Map.Entry<String, Trial> trial : turns) {
                series.add(round, trial.getKey(), trial.getValue().run());
            }
        }
        return series;
    }

    /**
     * Measures all servers in the same moments: where the machine stands still for 50 ms, it does so for all of them. They share
     * its cores then, so that what one takes the others lack.
     *
     * @param trials by the names of the servers, the floor first; each is called on a thread of its own
     */
    static Series together(String title, int rounds, Map<String, Trial> trials) throws Exception {
        Series series = new Series(title, true);
        ExecutorService threads = Executors.newFixedThreadPool(trials.size());
        try {
            for (int round = 1; round <= rounds; round++) {
                Map<String, Future<Sample>> running = new LinkedHashMap<>();
                trials.forEach((name, trial) -> running.put(name, threads.submit(trial::run)));
                for (Map.Entry<String, Future<Sample>> one : running.entrySet()) {
                    series.add(round, one.getKey(), one.getValue().get());
                }
            }
        } finally {
            threads.shutdownNow();
        }
        return series;
    }

    private void add(int round, String name, Sample sample) {
        samples.computeIfAbsent(name, absent -> new ArrayList<>()).add(sample);
        System.out.printf(
                "%s, round %d, %-28s %8.0f/s  %7.2f us CPU  p50 %7.0f  p99 %7.0f  p99.9 %7.0f us  %.3f %% right%n",
                title,
                round,
                name,
                sample.perSecond(),
                sample.cpuMicros(),
                sample.p50Micros(),
                sample.p99Micros(),
                sample.p999Micros(),
                100 * sample.asExpected());
    }

    /** Whether all were measured in the same moments. */
    boolean isTogether() {
        return together;
    }

    String title() {
        return title;
    }

    List<String> names() {
        return List.copyOf(samples.keySet());
    }

    String floor() {
        return names().get(0);
    }

    /** The median over the rounds; NaN where it is not known. */
    double median(String name, ToDoubleFunction<Sample> value) {
        return median(of(name, value));
    }

    double least(String name, ToDoubleFunction<Sample> value) {
        return of(name, value).min().orElse(Double.NaN);
    }

    double most(String name, ToDoubleFunction<Sample> value) {
        return of(name, value).max().orElse(Double.NaN);
    }

    /** The median of the ratios to the floor, each taken within one round. */
    double ratioToFloor(String name, ToDoubleFunction<Sample> value) {
        List<Sample> own = samplesOf(name);
        List<Sample> floor = samplesOf(floor());
        return median(IntStream.range(0, own.size())
                .mapToDouble(i -> value.applyAsDouble(own.get(i)) / value.applyAsDouble(floor.get(i))));
    }

    /** The least share of right answers in any round. */
    double asExpected(String name) {
        return least(name, Sample::asExpected);
    }

    private DoubleStream of(String name, ToDoubleFunction<Sample> value) {
        return samplesOf(name).stream().mapToDouble(value);
    }

    private List<Sample> samplesOf(String name) {
        return samples.getOrDefault(name, List.of());
    }

    private static double median(DoubleStream values) {
        double[] sorted = values.sorted().toArray();
        if (sorted.length == 0) {
            return Double.NaN;
        }
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }
}
