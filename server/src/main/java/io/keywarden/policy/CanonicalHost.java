package io.keywarden.policy;

import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/** The one spelling of a host that tenants claim and that requests are looked up by. */
public final class CanonicalHost {
    /** What is said to somebody who wrote something else. */
    public static final String RULE = "a host name or an address, at most 253 characters, an IPv6 address in brackets";

    private static final int MAX_LENGTH = 253;
    private static final int MAX_LABEL = 63;
    private static final int MAX_PORT_DIGITS = 5;
    // Underscores are in no host name by the book, and in many container networks.
    private static final Pattern NAME =
            Pattern.compile("[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?(?:\\.[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?)*");
    private static final Pattern IPV6 = Pattern.compile("\\[[0-9a-f:]*:[0-9a-f:]*(?:[0-9]{1,3}(?:\\.[0-9]{1,3}){3})?]");

    private CanonicalHost() {}

    /**
     * Brings the authority of a request into canonical form: lower case, without port and without one dot at the end.
     * Empty for what is none, such as two hosts with a comma between them, or one with a user name.
     */
    public static Optional<String> parse(String authority) {
        if (isCanonical(authority)) {
            return Optional.of(authority);
        }
        // Some letters outside of ASCII have a lower case inside of it.
        if (authority.length() > MAX_LENGTH + 2 + MAX_PORT_DIGITS
                || authority.chars().anyMatch(c -> c <= 0x20 || c >= 0x7F)) {
            return Optional.empty();
        }
        String lower = authority.toLowerCase(Locale.ROOT);
        int end = lower.startsWith("[") ? lower.indexOf(']') + 1 : lower.indexOf(':');
        String host = end < 0 ? lower : lower.substring(0, end);
        String port = end < 0 ? "" : lower.substring(end);
        if (!port.isEmpty() && !isPort(port)) {
            return Optional.empty();
        }
        String undotted = host.endsWith(".") ? host.substring(0, host.length() - 1) : host;
        if (undotted.length() <= MAX_LENGTH && NAME.matcher(undotted).matches()) {
            return Optional.of(undotted);
        }
        return host.length() <= MAX_LENGTH && IPV6.matcher(host).matches() ? Optional.of(host) : Optional.empty();
    }

    /** Whether a text is what nearly all authorities are: a name in canonical form, without a port. */
    private static boolean isCanonical(String authority) {
        if (authority.length() > MAX_LENGTH) {
            return false;
        }
        int labelStart = 0;
        for (int i = 0; i <= authority.length(); i++) {
            char c = i == authority.length() ? '.' : authority.charAt(i);
            if (c == '.') {
                boolean label = i > labelStart && i - labelStart <= MAX_LABEL && authority.charAt(i - 1) != '-';
                if (!label) {
                    return false;
                }
                labelStart = i + 1;
            } else if (!isNameCharacter(c) && (c != '-' || i == labelStart)) {
                return false;
            }
        }
        return true;
    }

    private static boolean isNameCharacter(char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
    }

    private static boolean isPort(String text) {
        return text.charAt(0) == ':'
                && text.length() > 1
                && text.length() <= 1 + MAX_PORT_DIGITS
                && text.chars().skip(1).allMatch(c -> c >= '0' && c <= '9');
    }
}
