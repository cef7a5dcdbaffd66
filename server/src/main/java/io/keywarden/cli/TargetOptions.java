package io.keywarden.cli;

import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Option;

/** The options that say whom to call, and as whom. */
final class TargetOptions {
    @Option(names = "--address", paramLabel = "HOST:PORT", description = "Default: the demo's, else 127.0.0.1:9002")
    private Optional<String> address = Optional.empty();

    @Option(
            names = "--token-file",
            paramLabel = "FILE",
            description = "The caller's token. Default: $KEYWARDEN_ADMIN_TOKEN_FILE, else the demo's.")
    private Optional<Path> tokenFile = Optional.empty();

    @Option(
            names = "--ca",
            paramLabel = "FILE",
            description = "Who signed the server's certificate, PEM: turns TLS on.")
    private Optional<Path> ca = Optional.empty();

    @Option(names = "--timeout", paramLabel = "DURATION", description = "How long it may take, such as 30s.")
    private Optional<String> timeout = Optional.empty();

    private final String defaultTimeout;

    /** Takes how long a call may take when nothing is said. */
    TargetOptions(String defaultTimeout) {
        this.defaultTimeout = defaultTimeout;
    }

    /**
     * What they come to.
     *
     * @throws UserError if that makes no sense
     */
    CallTarget target() {
        return CallTarget.of(
                new CallTarget.Given(address, tokenFile, ca, timeout.orElse(defaultTimeout)), System.getenv());
    }
}
