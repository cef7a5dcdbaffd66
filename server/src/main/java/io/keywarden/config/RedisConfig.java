package io.keywarden.config;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/**
 * Which Redis holds the state, and how it is spoken to.
 *
 * @param place where it is
 * @param username the Redis user; empty for the default one
 * @param passwordFile the file of its password, readable by nobody else; empty for none
 * @param ca whose certificate Redis has, PEM, where the platform does not know it
 * @param timeout how long a read or write waits for Redis
 * @param minimumVersion the oldest Redis that will do: 7.0, or 6.2 for a demo, which cannot take a revocation when it is full
 */
public record RedisConfig(
        RedisPlace place,
        Optional<String> username,
        Optional<Path> passwordFile,
        Optional<Path> ca,
        Duration timeout,
        String minimumVersion) {
    /** Where Redis is when nothing is said. */
    public static final URI DEFAULT_URL = URI.create("redis://127.0.0.1:6379");
    /** How long is waited when nothing is said: less than Envoy waits for a check. */
    public static final Duration DEFAULT_TIMEOUT = Duration.ofMillis(150);
    /** The oldest Redis that will do when nothing is said. */
    public static final String DEFAULT_MINIMUM_VERSION = "7.0";
    /** The oldest Redis that can be allowed. */
    public static final String DEMO_MINIMUM_VERSION = "6.2";
    /** The shortest wait. */
    public static final Duration MIN_TIMEOUT = Duration.ofMillis(5);
    /** The longest wait. */
    public static final Duration MAX_TIMEOUT = Duration.ofSeconds(10);

    private static final Set<String> SCHEMES = Set.of("redis", "rediss");

    /** Rejects what is not the address of a Redis, and a password that stands in it. */
    public RedisConfig {
        Optional<String> misplaced =
                place.fold(RedisConfig::problem, sentinel -> Optional.empty(), cluster -> Optional.empty());
        new Rules()
                .reject(misplaced.isPresent(), misplaced.orElse(""))
                .reject(
                        misplaced.isEmpty() && ca.isPresent() && !place.tls(),
                        "redis.ca: given without TLS (expected: a rediss:// url, or redis.tls: true)")
                .reject(
                        username.isPresent() && passwordFile.isEmpty(),
                        "redis.username: given without a password (expected: redis.password_file too)")
                .rejectOutside("redis.timeout", timeout, MIN_TIMEOUT, MAX_TIMEOUT)
                .reject(
                        !minimumVersion.equals(DEFAULT_MINIMUM_VERSION) && !minimumVersion.equals(DEMO_MINIMUM_VERSION),
                        "redis.minimum_version: '" + minimumVersion + "' (expected: " + DEFAULT_MINIMUM_VERSION
                                + ", or " + DEMO_MINIMUM_VERSION + " for a demo)")
                .verify();
    }

    private static Optional<String> problem(RedisPlace.Standalone place) {
        URI url = place.url();
        if (url.getRawAuthority() != null && url.getRawAuthority().indexOf('@') >= 0) {
            return Optional.of(
                    "redis.url: holds a user or a password (expected: redis.username and redis.password_file)");
        }
        boolean wellFormed = url.getScheme() != null
                && SCHEMES.contains(url.getScheme())
                && url.getHost() != null
                && url.getRawPath().isEmpty()
                && url.getRawQuery() == null
                && url.getRawFragment() == null;
        return wellFormed
                ? Optional.empty()
                : Optional.of("redis.url: '" + url + "' (expected: redis://host:port, or rediss://host:port for TLS)");
    }

    /** What holds when nothing is said. */
    public static RedisConfig defaults() {
        return new RedisConfig(
                new RedisPlace.Standalone(DEFAULT_URL),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                DEFAULT_TIMEOUT,
                DEFAULT_MINIMUM_VERSION);
    }
}
