package io.keywarden.policy;

import io.keywarden.token.Operation;
import java.util.Optional;

/** Finds the client that a request is for in what the operation acts on: its path, or its host. */
public final class RequestClient {
    private RequestClient() {}

    /**
     * What stands in a path for a variable of the operation's template.
     *
     * @param operation the operation that the path itself led to
     */
    public static Optional<String> ofPath(Operation operation, String variable, RequestPath path) {
        String wanted = "{" + variable + "}";
        String template = operation.pathTemplate();
        int segment = 0;
        int start = 1;
        while (start < template.length()) {
            int slash = template.indexOf('/', start);
            int end = slash < 0 ? template.length() : slash;
            boolean found = end - start == wanted.length() && template.startsWith(wanted, start);
            if (found && segment < path.segments().size()) {
                return Optional.of(path.segments().get(segment));
            }
            segment++;
            start = end + 1;
        }
        return Optional.empty();
    }

    /** A label of a host, counted from 1 at the left; empty where it has not so many, or where it is an address. */
    public static Optional<String> ofHost(String canonicalHost, int number) {
        int last = canonicalHost.lastIndexOf('.');
        boolean address = canonicalHost.startsWith("[")
                || (last >= 0 && canonicalHost.substring(last + 1).chars().allMatch(c -> c >= '0' && c <= '9'));
        if (address) {
            return Optional.empty();
        }
        int start = 0;
        for (int i = 1; i < number; i++) {
            start = canonicalHost.indexOf('.', start) + 1;
            if (start == 0) {
                return Optional.empty();
            }
        }
        int dot = canonicalHost.indexOf('.', start);
        return Optional.of(dot < 0 ? canonicalHost.substring(start) : canonicalHost.substring(start, dot));
    }
}
