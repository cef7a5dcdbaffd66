package io.keywarden.token;

import java.util.List;
import java.util.Set;

/**
 * Requests that need no credential.
 *
 * @param methods upper case; GET stands for HEAD too
 * @param segments what stands between the slashes, decoded; empty text for what may be anything
 * @param rest whether one more segment or several may follow
 */
public record OpenPath(Set<String> methods, List<String> segments, boolean rest) {
    /** Copies the collections. */
    public OpenPath {
        methods = Set.copyOf(methods);
        segments = List.copyOf(segments);
    }

    /** Whether a request is one of them; its segments are decoded. */
    public boolean matches(String method, List<String> path) {
        boolean length = rest ? path.size() > segments.size() : path.size() == segments.size();
        boolean answers = methods.contains(method) || (method.equals("HEAD") && methods.contains("GET"));
        if (!length || !answers) {
            return false;
        }
        for (int i = 0; i < segments.size(); i++) {
            String segment = segments.get(i);
            if (!segment.isEmpty() && !segment.equals(path.get(i))) {
                return false;
            }
        }
        return true;
    }
}
