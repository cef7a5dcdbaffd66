package io.keywarden.envoyconfig;

import static java.util.Objects.requireNonNull;

import java.util.regex.Pattern;

/**
 * An IP address or a DNS name, and a TCP port.
 *
 * <p>Port 0 lets the kernel choose, which only a listener can use.
 */
public record HostPort(String host, int port) {
    private static final String OCTET = "(?:25[0-5]|2[0-4]\\d|1?\\d?\\d)";
    private static final String LABEL = "[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?";
    private static final Pattern IPV4 = Pattern.compile(OCTET + "(?:\\." + OCTET + "){3}");
    private static final Pattern IPV6 = Pattern.compile("[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*");
    private static final Pattern NAME = Pattern.compile(LABEL + "(?:\\." + LABEL + ")*");
    private static final int LONGEST_NAME = 253;
    private static final int HIGHEST_PORT = 65_535;

    public HostPort {
        requireNonNull(host, "host");
        if (!isAddress(host) && !isName(host)) {
            throw new IllegalArgumentException("host: " + host + " (expected: an IP address or a DNS name)");
        }
        if (port < 0 || port > HIGHEST_PORT) {
            throw new IllegalArgumentException("port: " + port + " (expected: 0 to " + HIGHEST_PORT + ")");
        }
    }

    /** Whether the host is an IP address, so that nothing has to be resolved. */
    public boolean isAddress() {
        return isAddress(host);
    }

    private static boolean isAddress(String host) {
        return IPV4.matcher(host).matches() || IPV6.matcher(host).matches();
    }

    private static boolean isName(String host) {
        // A last label of digits would be an IPv4 address that went wrong.
        String lastLabel = host.substring(host.lastIndexOf('.') + 1);
        return host.length() <= LONGEST_NAME
                && NAME.matcher(host).matches()
                && !lastLabel.chars().allMatch(Character::isDigit);
    }
}
