package io.keywarden.cli;

import io.keywarden.config.Durations;
import io.keywarden.config.HostPort;
import io.keywarden.config.SecretFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** Whom to call, and as whom. Prints nothing of the token. */
final class CallTarget {
    /** Where the Admin API is when nothing is said. */
    static final String DEFAULT_ADDRESS = "127.0.0.1:9002";

    private static final String TOKEN_FILE = "KEYWARDEN_ADMIN_TOKEN_FILE";
    private static final String ADDRESS = "KEYWARDEN_ADMIN";

    private final HostPort address;
    private final Optional<String> token;
    private final Optional<Path> ca;
    private final Duration timeout;

    private CallTarget(HostPort address, Optional<String> token, Optional<Path> ca, Duration timeout) {
        this.address = address;
        this.token = token;
        this.ca = ca;
        this.timeout = timeout;
    }

    /**
     * What the command line says.
     *
     * @param address host and port
     * @param tokenFile the file of the caller's token
     * @param ca who signed the server's certificate; empty for plaintext
     * @param timeout how long the answer may take
     */
    record Given(Optional<String> address, Optional<Path> tokenFile, Optional<Path> ca, String timeout) {}

    /**
     * Fills in what the command line does not say: from the environment, then from a demo that runs here.
     *
     * @throws UserError if what is said makes no sense
     */
    static CallTarget of(Given given, Map<String, String> environment) {
        Map<String, String> demo = demo();
        Optional<Path> file = given.tokenFile()
                .or(() -> Optional.ofNullable(environment.get(TOKEN_FILE)).map(Path::of))
                .or(() -> Optional.ofNullable(demo.get(TOKEN_FILE)).map(Path::of));
        String address = given.address().orElseGet(() -> demo.getOrDefault(ADDRESS, DEFAULT_ADDRESS));
        try {
            HostPort parsed = HostPort.parse(address);
            if (file.isPresent() && given.ca().isEmpty() && !parsed.isLoopback()) {
                throw new UserError(
                        ExitCode.USAGE,
                        parsed
                                + " is another machine, and the token would go there in plaintext (expected: --ca FILE)");
            }
            return new CallTarget(parsed, file.map(CallTarget::token), given.ca(), Durations.parse(given.timeout()));
        } catch (IllegalArgumentException e) {
            throw new UserError(ExitCode.USAGE, e.getMessage());
        }
    }

    HostPort address() {
        return address;
    }

    /** The caller's token; a call without one is refused, and says so itself. */
    Optional<String> token() {
        return token;
    }

    Optional<Path> ca() {
        return ca;
    }

    Duration timeout() {
        return timeout;
    }

    private static String token(Path file) {
        try {
            return SecretFile.read(file);
        } catch (IOException e) {
            throw new UserError(ExitCode.USAGE, e.getMessage());
        }
    }

    /** What a demo wrote down; nothing where none runs. */
    private static Map<String, String> demo() {
        Path file = Path.of(System.getProperty("keywarden.root", ""), "target", "demo", "demo.env");
        if (!Files.isReadable(file)) {
            return Map.of();
        }
        try {
            return Files.readAllLines(file).stream()
                    .filter(line -> line.indexOf('=') > 0)
                    .collect(Collectors.toMap(
                            line -> line.substring(0, line.indexOf('=')),
                            line -> line.substring(line.indexOf('=') + 1),
                            (first, second) -> second));
        } catch (IOException e) {
            throw new UserError(ExitCode.FAILED, file + " cannot be read: " + e);
        }
    }
}
