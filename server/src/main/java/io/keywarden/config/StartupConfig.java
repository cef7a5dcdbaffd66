package io.keywarden.config;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * All that a process reads from files before it starts.
 *
 * @param config the configuration
 * @param keys the keys that it names
 */
public record StartupConfig(KeywardenConfig config, KeyFile keys) {
    /** Reads the configuration and its key file, and says all that is wrong with them. */
    public static Loaded<StartupConfig> load(Path file, Optional<Set<Role>> rolesOverride) {
        return ConfigLoader.load(file, rolesOverride).fold(StartupConfig::withKeys, Loaded.Invalid::new);
    }

    private static Loaded<StartupConfig> withKeys(KeywardenConfig config) {
        Path file = config.keys().file();
        return KeyFile.read(file)
                .fold(
                        keys -> config.has(Role.ADMIN) && keys.signingKey().isEmpty()
                                ? new Loaded.Invalid<>(List.of(new ConfigProblem(
                                        file,
                                        0,
                                        "holds no private signing key (expected: " + NewKeys.ADMIN_FILE
                                                + " for the role admin, or --roles=check)")))
                                : new Loaded.Valid<>(new StartupConfig(config, keys)),
                        Loaded.Invalid::new);
    }
}
