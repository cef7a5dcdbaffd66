package io.keywarden.cli;

import io.keywarden.config.ConfigLoader;
import io.keywarden.config.Role;
import io.keywarden.config.StartupConfig;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Runs the server until INT, TERM or HUP. */
@Command(name = "serve", description = "Run the server until INT, TERM or HUP.", mixinStandardHelpOptions = true)
final class ServeCommand implements Callable<Integer> {
    private final Starter starter;

    @Option(names = "--config", required = true, paramLabel = "FILE", description = "The configuration, YAML.")
    private Path config = Path.of("");

    @Option(
            names = "--roles",
            paramLabel = "ROLES",
            description = "What this process does, instead of what the file says: check, admin, or both.")
    private Optional<String> roles = Optional.empty();

    ServeCommand(Starter starter) {
        this.starter = starter;
    }

    @Override
    public Integer call() throws InterruptedException {
        return starter.run(Configs.orUserError(StartupConfig.load(config, roles(roles))));
    }

    static Optional<Set<Role>> roles(Optional<String> text) {
        try {
            return text.map(ConfigLoader::roles);
        } catch (IllegalArgumentException e) {
            throw new UserError(ExitCode.USAGE, "--roles: " + e.getMessage());
        }
    }
}
