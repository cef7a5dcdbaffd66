package io.keywarden.cli;

import io.keywarden.config.ConfigLoader;
import io.keywarden.config.KeywardenConfig;
import io.keywarden.envoyconfig.EnvoyConfigInput;
import io.keywarden.envoyconfig.EnvoyConfigRenderer;
import io.keywarden.envoyconfig.TlsTrust;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Prints the Envoy configuration that fits a configuration of Keywarden. */
@Command(
        name = "envoy-config",
        description = "Print the Envoy configuration that fits this configuration, YAML.",
        mixinStandardHelpOptions = true)
final class EnvoyConfigCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Option(names = "--config", required = true, paramLabel = "FILE", description = "The configuration, YAML.")
    private Path config = Path.of("");

    @Option(names = "--admin-rest", description = "Serve the Admin API as REST too, on a listener of its own.")
    private boolean adminRest;

    @Option(names = "--upstream-http2", description = "The upstream speaks HTTP/2 (gRPC).")
    private boolean http2;

    @Option(names = "--node-id", paramLabel = "ID", description = "Envoy's name. Default: ${DEFAULT-VALUE}")
    private String nodeId = "keywarden-gateway";

    @ArgGroup(exclusive = false, heading = "Where Keywarden speaks TLS:%n")
    private Trust trust = new Trust();

    // Picocli sets the spec before it runs the command.
    @SuppressWarnings("NullAway.Init")
    EnvoyConfigCommand() {}

    @Override
    public Integer call() {
        KeywardenConfig loaded = Configs.orUserError(ConfigLoader.load(config, Optional.empty()));
        EnvoyConfigInputs inputs = new EnvoyConfigInputs(loaded, trust.tlsTrust());
        EnvoyConfigInput input;
        try {
            input = inputs.input(nodeId, http2, adminRest);
        } catch (IllegalArgumentException e) {
            throw new UserError(ExitCode.USAGE, config + ": " + e.getMessage());
        }
        spec.commandLine().getOut().print(EnvoyConfigRenderer.render(input));
        spec.commandLine().getOut().flush();
        return ExitCode.OK;
    }

    /** How Envoy knows Keywarden, and the other way round. */
    private static final class Trust {
        @Option(
                names = "--ca",
                paramLabel = "FILE",
                description = "Who signed Keywarden's certificates, PEM, as Envoy sees the file.")
        private Optional<String> ca = Optional.empty();

        @Option(names = "--server-name", paramLabel = "NAME", description = "The name in Keywarden's certificates.")
        private String serverName = "localhost";

        @Option(names = "--client-certificate", paramLabel = "FILE", description = "Envoy's own certificate, PEM.")
        private Optional<String> certificate = Optional.empty();

        @Option(names = "--client-key", paramLabel = "FILE", description = "Its private key, PEM.")
        private Optional<String> key = Optional.empty();

        Optional<TlsTrust> tlsTrust() {
            Optional<TlsTrust.ClientIdentity> identity =
                    certificate.flatMap(chain -> key.map(secret -> new TlsTrust.ClientIdentity(chain, secret)));
            return ca.map(file -> new TlsTrust(file, serverName, identity));
        }
    }
}
