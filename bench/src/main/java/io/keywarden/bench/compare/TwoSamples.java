package io.keywarden.bench.compare;

import java.util.Arrays;

/**
 * Two kinds of times, and whether one kind is longer than the other: the rank sum test of Mann and Whitney in its normal
 * approximation, which asks for no form of the distribution and hardly feels outliers. Safe for use by several threads.
 */
final class TwoSamples {
    /** Beyond so many standard deviations they are told apart: by chance that is once in 16,000 runs. */
    private static final double LIMIT = 4;

    private final long[] first;
    private final long[] second;
    private int firsts;
    private int seconds;

    /** Has room for so many of each kind. */
    TwoSamples(int most) {
        first = new long[most];
        second = new long[most];
    }

    /**
     * What came of it.
     *
     * @param firstMicros the median of the first kind
     * @param secondMicros the median of the second
     * @param samples how many there were of both
     * @param deviations by how many standard deviations the rank sum is not what it would be on average, were they alike
     */
    record Result(double firstMicros, double secondMicros, int samples, double deviations) {
        boolean isToldApart() {
            return Math.abs(deviations) > LIMIT;
        }

        String text() {
            return "%,d samples: medians %.2f and %.2f us, %.1f standard deviations (limit %.0f)"
                    .formatted(samples, firstMicros, secondMicros, deviations, LIMIT);
        }
    }

    synchronized void add(boolean isFirst, long nanos) {
        if (isFirst) {
            first[firsts++] = nanos;
        } else {
            second[seconds++] = nanos;
        }
    }

    synchronized Result result() {
        long[] a = Arrays.copyOf(first, firsts);
        long[] b = Arrays.copyOf(second, seconds);
        Arrays.sort(a);
        Arrays.sort(b);
        double u = 0;
        int below = 0;
        int upTo = 0;
        for (long time : a) {
            while (below < b.length && b[below] < time) {
                below++;
            }
            upTo = Math.max(upTo, below);
            while (upTo < b.length && b[upTo] <= time) {
                upTo++;
            }
            u += below + (upTo - below) / 2.0;
        }
        double n = a.length;
        double m = b.length;
        double deviation = Math.sqrt(n * m * (n + m + 1) / 12);
        return new Result(median(a), median(b), a.length + b.length, (u - n * m / 2) / deviation);
    }

    private static double median(long[] sorted) {
        return sorted[sorted.length / 2] / 1_000.0;
    }
}
