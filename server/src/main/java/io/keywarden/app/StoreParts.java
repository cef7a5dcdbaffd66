package io.keywarden.app;

import io.keywarden.cli.ExitCode;
import io.keywarden.cli.UserError;
import io.keywarden.config.HostPort;
import io.keywarden.config.RedisConfig;
import io.keywarden.config.RedisPlace;
import io.keywarden.config.SecretFile;
import io.keywarden.redis.RedisPassword;
import io.keywarden.redis.RedisSettings;
import io.keywarden.redis.RedisSettings.Address;
import io.keywarden.redis.RedisSettings.Location;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Turns the configuration of Redis into what the store on Redis takes. */
final class StoreParts {
    /** Connecting takes longer than asking: there is TLS, and a handshake. */
    private static final Duration CONNECT_LIMIT = Duration.ofSeconds(2);

    private StoreParts() {}

    /** Reads the password too. */
    static RedisSettings settings(RedisConfig redis) {
        RedisSettings.Minimum minimum = redis.minimumVersion().equals(RedisConfig.DEMO_MINIMUM_VERSION)
                ? RedisSettings.Minimum.REDIS_6_2
                : RedisSettings.Minimum.REDIS_7_0;
        return new RedisSettings(
                location(redis.place()),
                redis.ca(),
                redis.username(),
                password("redis.password_file", redis.passwordFile()),
                redis.timeout().compareTo(CONNECT_LIMIT) > 0 ? redis.timeout() : CONNECT_LIMIT,
                minimum);
    }

    private static Location location(RedisPlace place) {
        return place.fold(
                standalone ->
                        new Location.Standalone(Address.parse(standalone.url().toString())),
                sentinel -> new Location.Sentinel(
                        sentinel.master(),
                        addresses(sentinel.nodes(), sentinel.tls()),
                        sentinel.username(),
                        password("redis.sentinel.password_file", sentinel.passwordFile())),
                cluster -> new Location.Cluster(addresses(cluster.nodes(), cluster.tls())));
    }

    private static List<Address> addresses(List<HostPort> nodes, boolean tls) {
        return nodes.stream()
                .map(node -> new Address(node.host(), node.port(), tls))
                .toList();
    }

    private static Optional<RedisPassword> password(String key, Optional<Path> file) {
        if (file.isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(new RedisPassword(SecretFile.read(file.get()).toCharArray()));
        } catch (IOException e) {
            throw new UserError(ExitCode.USAGE, key + ": " + e.getMessage());
        }
    }
}
