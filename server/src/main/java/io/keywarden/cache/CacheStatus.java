package io.keywarden.cache;

import java.time.Duration;

/**
 * The state of the near cache at one moment, for metrics.
 *
 * @param masters how many masters of Redis there are; 0 while that is not known
 * @param live for how many of them a generation lives
 * @param leaseLeft how much of its lease the worst generation has left: zero where it is over, or where a master has none
 * @param leaseAge how long ago the last proof of the worst generation was sent; never more than a day
 * @param entries how many records all generations know together
 * @param bytes what they weigh, by estimate
 * @param clockBehind how far the wall clock is behind the time that checks go by
 * @param clockSkew how far the wall clock was ahead of Redis's when they were last compared; negative where it was behind
 */
public record CacheStatus(
        int masters,
        int live,
        Duration leaseLeft,
        Duration leaseAge,
        long entries,
        long bytes,
        Duration clockBehind,
        Duration clockSkew) {}
