package io.keywarden.redis;

import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * What a Redis says of itself when it is connected to, and from time to time after that.
 *
 * @param major the first number of its version; Valkey gives that of the Redis that it is like
 * @param minor the second
 * @param master whether it takes writes, and is not a copy that lags behind
 * @param memory how it uses its memory
 * @param run which run of it this is
 * @param appendOnly whether it keeps an append-only file
 * @param appendFsync when it synchronizes that file to the disk; empty where it may not be asked
 * @param connectedReplicas how many replicas are connected to it
 */
record RedisServer(
        int major,
        int minor,
        boolean master,
        Memory memory,
        Run run,
        boolean appendOnly,
        Optional<String> appendFsync,
        int connectedReplicas) {
    /** What is assumed of a Redis that does not let this user ask: it is reported, and found out at the first write. */
    static final RedisServer UNKNOWN =
            new RedisServer(7, 0, true, new Memory(0, "noeviction"), new Run("", ""), false, Optional.empty(), 0);

    /**
     * How it uses its memory.
     *
     * @param max how many bytes it may take; 0 for all
     * @param evictionPolicy what it does when they are taken
     */
    record Memory(long max, String evictionPolicy) {}

    /**
     * What is another after a restart or a failover; empty texts where it does not say.
     *
     * @param id of the process
     * @param replicationId of the data that it replicates: another one when it became a master, or lost what it had
     */
    record Run(String id, String replicationId) {
        boolean isKnown() {
            return !id.isEmpty();
        }
    }

    /** Reads the answer to INFO. */
    static RedisServer parse(String info) {
        Map<String, String> facts = info.lines()
                .map(line -> line.split(":", 2))
                .filter(pair -> pair.length == 2)
                .collect(Collectors.toMap(pair -> pair[0], pair -> pair[1].strip(), (one, other) -> one));
        String[] version = facts.getOrDefault("redis_version", "0.0").split("\\.", -1);
        return new RedisServer(
                number(version[0], Integer::valueOf).orElse(0),
                version.length > 1 ? number(version[1], Integer::valueOf).orElse(0) : 0,
                facts.getOrDefault("role", "master").equals("master"),
                new Memory(
                        number(facts.getOrDefault("maxmemory", "0"), Long::valueOf)
                                .orElse(0L),
                        facts.getOrDefault("maxmemory_policy", "noeviction").toLowerCase(Locale.ROOT)),
                new Run(facts.getOrDefault("run_id", ""), facts.getOrDefault("master_replid", "")),
                facts.getOrDefault("aof_enabled", "0").equals("1"),
                Optional.empty(),
                number(facts.getOrDefault("connected_slaves", "0"), Integer::valueOf)
                        .orElse(0));
    }

    /** The same server, of which is known now when it synchronizes its append-only file. */
    RedisServer withAppendFsync(String when) {
        return new RedisServer(major, minor, master, memory, run, appendOnly, Optional.of(when), connectedReplicas);
    }

    /** Whether each write is on the disk before it is answered. */
    boolean hasWritesOnDisk() {
        return appendOnly && appendFsync.map("always"::equals).orElse(false);
    }

    /** Whether a script can say that it may run when Redis is full. */
    boolean knowsScriptFlags() {
        return major >= 7;
    }

    /** Why this Redis will not do at all. */
    Optional<String> refusal(RedisSettings.Minimum minimum) {
        boolean oldEnough = switch (minimum) {
            case REDIS_7_0 -> major >= 7;
            case REDIS_6_2 -> major >= 7 || (major == 6 && minor >= 2);
        };
        if (!oldEnough) {
            return Optional.of(tooOld(major + "." + minor, minimum));
        }
        if (!master) {
            return Optional.of("it is a replica (expected: a master, since a replica lags behind)");
        }
        if (memory.max() > 0 && memory.evictionPolicy().startsWith("allkeys")) {
            return Optional.of("its maxmemory-policy is " + memory.evictionPolicy()
                    + " (expected: noeviction, since what is evicted is lost)");
        }
        return Optional.empty();
    }

    /** Says that a Redis of some version is too old. */
    static String tooOld(String version, RedisSettings.Minimum minimum) {
        String wanted = minimum == RedisSettings.Minimum.REDIS_7_0 ? "7.0" : "6.2";
        return "it is Redis " + version + " (expected: " + wanted + " or newer)";
    }

    /** What an operator ought to change. */
    Optional<String> advice() {
        return memory.evictionPolicy().equals("noeviction")
                ? Optional.empty()
                : Optional.of("maxmemory-policy is " + memory.evictionPolicy() + " (expected: noeviction)");
    }

    private static <N> Optional<N> number(String text, Function<String, N> read) {
        boolean digits = !text.isEmpty() && text.length() <= 18 && text.chars().allMatch(c -> c >= '0' && c <= '9');
        return digits ? Optional.of(read.apply(text)) : Optional.empty();
    }
}
