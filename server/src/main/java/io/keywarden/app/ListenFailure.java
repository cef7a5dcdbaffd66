package io.keywarden.app;

import io.keywarden.cli.ExitCode;
import io.keywarden.cli.UserError;
import io.keywarden.config.HostPort;
import io.keywarden.process.Ports;
import java.io.IOException;
import java.net.BindException;
import java.nio.file.FileSystemException;
import java.security.GeneralSecurityException;

/** Says in one sentence why a listener could not be opened, and who is in the way. */
final class ListenFailure {
    private ListenFailure() {}

    /**
     * Puts a failure into words.
     *
     * @param key the key of the configuration that says where
     */
    static UserError of(String key, HostPort address, Throwable failure) {
        Throwable cause = rootOf(failure);
        if (cause instanceof BindException || isNettyBindFailure(cause)) {
            return error(key + ": " + address + " " + inTheWay(address, cause));
        }
        if (cause instanceof GeneralSecurityException || failure instanceof IllegalArgumentException) {
            return error(key.replace(".listen", ".tls") + ": the certificate or its key cannot be used: "
                    + cause.getMessage() + " (expected: PEM files, the key as PKCS #8)");
        }
        return error(key + ": " + address + " cannot be listened on: " + cause);
    }

    /** A failure of a Unix socket. */
    static UserError ofSocket(String detail) {
        return error("check.socket: " + detail);
    }

    static Throwable rootOf(Throwable failure) {
        Throwable cause = failure;
        while (cause.getCause() != null && !(cause instanceof FileSystemException)) {
            cause = cause.getCause();
        }
        return cause;
    }

    private static String inTheWay(HostPort address, Throwable cause) {
        String message = String.valueOf(cause.getMessage());
        if (!message.contains("in use")) {
            return "cannot be listened on: " + message + " (expected: an address of this machine)";
        }
        return "is taken"
                + Ports.holder(address.port())
                        .map(holder -> " by process " + holder.pid() + " (" + holder.command() + ")")
                        .orElse("")
                + " (expected: a free port: end that process, or choose another)";
    }

    /** Netty's own transport reports what the kernel said as an IOException of its own. */
    private static boolean isNettyBindFailure(Throwable cause) {
        String message = String.valueOf(cause.getMessage());
        return cause instanceof IOException && message.startsWith("bind(");
    }

    private static UserError error(String message) {
        return new UserError(ExitCode.FAILED, message);
    }
}
