package io.keywarden.config;

/**
 * A host or an address with a TCP port, such as {@code 127.0.0.1:9001} or {@code [::1]:9001}.
 *
 * @param host a name, an IPv4 address, or an IPv6 address without brackets
 * @param port 0 to 65535; 0 lets the system choose where a listener is meant
 */
public record HostPort(String host, int port) {
    private static final int MAX_PORT = 65_535;

    /** Rejects what cannot be an address. */
    public HostPort {
        if (host.isEmpty() || host.chars().anyMatch(c -> c <= ' ' || c == '/' || c == '[' || c == ']')) {
            throw new IllegalArgumentException("host '" + host + "' (expected: a name or an address)");
        }
        if (port < 0 || port > MAX_PORT) {
            throw new IllegalArgumentException("port " + port + " (expected: 0 to 65535)");
        }
    }

    /**
     * Reads {@code host:port}.
     *
     * @throws IllegalArgumentException if it is not one
     */
    public static HostPort parse(String text) {
        int colon = text.lastIndexOf(':');
        boolean bracketed = text.startsWith("[");
        boolean wellFormed = bracketed ? text.indexOf("]:") == colon - 1 && colon > 1 : text.indexOf(':') == colon;
        if (colon < 1 || !wellFormed || !isPort(text.substring(colon + 1))) {
            throw new IllegalArgumentException(
                    "'" + text + "' (expected: host:port, such as 127.0.0.1:9001 or [::1]:9001)");
        }
        String host = bracketed ? text.substring(1, colon - 1) : text.substring(0, colon);
        return new HostPort(host, Integer.parseInt(text.substring(colon + 1)));
    }

    /** Whether only this machine can reach it. A name other than {@code localhost} counts as reachable by others. */
    public boolean isLoopback() {
        return host.equals("localhost") || host.equals("::1") || isLoopbackIpv4();
    }

    /** This host with another port. */
    public HostPort withPort(int other) {
        return new HostPort(host, other);
    }

    private boolean isLoopbackIpv4() {
        return host.startsWith("127.") && host.chars().allMatch(c -> c == '.' || (c >= '0' && c <= '9'));
    }

    private static boolean isPort(String text) {
        return !text.isEmpty() && text.length() <= 5 && text.chars().allMatch(c -> c >= '0' && c <= '9');
    }

    @Override
    public String toString() {
        return (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + port;
    }
}
