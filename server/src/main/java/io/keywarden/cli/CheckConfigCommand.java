package io.keywarden.cli;

import io.keywarden.config.AdminConfig;
import io.keywarden.config.CheckConfig;
import io.keywarden.config.HostPort;
import io.keywarden.config.KeywardenConfig;
import io.keywarden.config.RedisConfig;
import io.keywarden.config.RedisPlace;
import io.keywarden.config.Role;
import io.keywarden.config.StartupConfig;
import io.keywarden.config.TlsConfig;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Says what is wrong with a configuration, or that nothing is. */
@Command(
        name = "check-config",
        description = "Say all that is wrong with a configuration and the files that it names, or that nothing is.",
        mixinStandardHelpOptions = true)
final class CheckConfigCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Option(names = "--config", required = true, paramLabel = "FILE", description = "The configuration, YAML.")
    private Path config = Path.of("");

    @Option(names = "--roles", paramLabel = "ROLES", description = "As with serve.")
    private Optional<String> roles = Optional.empty();

    // Picocli sets the spec before it runs the command.
    @SuppressWarnings("NullAway.Init")
    CheckConfigCommand() {}

    @Override
    public Integer call() {
        StartupConfig loaded = Configs.orUserError(StartupConfig.load(config, ServeCommand.roles(roles)));
        spec.commandLine().getOut().print(summary(loaded));
        spec.commandLine().getOut().flush();
        return ExitCode.OK;
    }

    private static String summary(StartupConfig loaded) {
        KeywardenConfig config = loaded.config();
        StringBuilder text = new StringBuilder("OK\n");
        line(text, "roles", config.roles().stream().map(Role::text).collect(Collectors.joining(", ")));
        if (config.has(Role.CHECK)) {
            line(text, "check", check(config.check()));
        }
        if (config.has(Role.ADMIN)) {
            AdminConfig admin = config.admin();
            line(text, "admin", listener(admin.listen().toString(), admin.tls()) + ", state in " + admin.stateDir());
        }
        line(text, "metrics", config.metrics().listen().toString());
        line(text, "redis", redis(config.redis()));
        line(text, "keys", loaded.keys() + " from " + config.keys().file());
        return text.toString();
    }

    private static String check(CheckConfig check) {
        return check.listen()
                        .map(address -> listener(address.toString(), check.tls()))
                        .orElse("no TCP")
                + check.plaintextReason().map(reason -> " because of " + reason).orElse("")
                + check.socket().map(path -> ", and " + path).orElse("");
    }

    private static String redis(RedisConfig redis) {
        return place(redis.place())
                + redis.username().map(user -> ", user " + user).orElse("")
                + redis.passwordFile()
                        .map(file -> ", password *** from " + file)
                        .orElse(", no password");
    }

    private static String place(RedisPlace place) {
        String tls = place.tls() ? " with TLS" : " in plaintext";
        return place.fold(
                standalone -> standalone.url().toString(),
                sentinel -> sentinel.master() + " at the Sentinels " + nodes(sentinel.nodes()) + tls,
                cluster -> "cluster " + nodes(cluster.nodes()) + tls);
    }

    private static String nodes(List<HostPort> nodes) {
        return nodes.stream().map(HostPort::toString).collect(Collectors.joining(", "));
    }

    private static String listener(String address, Optional<TlsConfig> tls) {
        return address
                + tls.map(t -> t.clientCa().isPresent() ? " with TLS and client certificates" : " with TLS")
                        .orElse(" in plaintext");
    }

    private static void line(StringBuilder text, String name, String value) {
        text.append(String.format("  %-8s %s%n", name, value));
    }
}
