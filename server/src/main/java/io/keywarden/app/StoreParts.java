package io.keywarden.app;

import io.keywarden.cli.ExitCode;
import io.keywarden.cli.UserError;
import io.keywarden.config.RedisConfig;
import io.keywarden.config.SecretFile;
import io.keywarden.redis.RedisPassword;
import io.keywarden.redis.RedisSettings;
import java.io.IOException;
import java.time.Duration;
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
                new RedisSettings.Location.Standalone(
                        RedisSettings.Address.parse(redis.url().toString())),
                redis.ca(),
                redis.username(),
                password(redis),
                redis.timeout().compareTo(CONNECT_LIMIT) > 0 ? redis.timeout() : CONNECT_LIMIT,
                minimum);
    }

    private static Optional<RedisPassword> password(RedisConfig redis) {
        if (redis.passwordFile().isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(new RedisPassword(
                    SecretFile.read(redis.passwordFile().get()).toCharArray()));
        } catch (IOException e) {
            throw new UserError(ExitCode.USAGE, "redis.password_file: " + e.getMessage());
        }
    }
}
