package io.keywarden.bench.compare;

/**
 * What one measured window came to. NaN stands for what is not known.
 *
 * @param perSecond answers a second
 * @param cpuMicros CPU time of the server for each answer, in microseconds
 * @param p50Micros half of the answers came as fast
 * @param p99Micros 99 % came as fast
 * @param p999Micros 99.9 % came as fast
 * @param asExpected the share of answers that were what they should be
 */
record Sample(
        double perSecond, double cpuMicros, double p50Micros, double p99Micros, double p999Micros, double asExpected) {
    /** A window with a smaller share of right answers says nothing about speed. */
    static final double LEAST_RIGHT = 0.9999;

    /** A window of which the latencies are not known. */
    static Sample of(double perSecond, double cpuMicros, double asExpected) {
        return new Sample(perSecond, cpuMicros, Double.NaN, Double.NaN, Double.NaN, asExpected);
    }
}
