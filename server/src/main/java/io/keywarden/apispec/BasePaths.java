package io.keywarden.apispec;

import io.swagger.v3.oas.models.servers.Server;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Finds out what the paths of an API begin with. */
final class BasePaths {
    /** Never read as a URI: what a host is and what a path is has to be as plain as Envoy sees it. */
    private static final Pattern ORIGIN = Pattern.compile("^(?:[A-Za-z][A-Za-z0-9+.-]*:)?//[^/?#]*");

    private BasePaths() {}

    /**
     * The path that all of some servers have, without a slash at its end.
     *
     * @return empty where they have different ones, or one that can't be told
     */
    static Optional<String> common(List<Server> servers) {
        List<Optional<String>> paths =
                servers.stream().map(server -> of(server.getUrl())).distinct().toList();
        return paths.size() == 1 ? paths.get(0) : Optional.empty();
    }

    /** The path of an address; empty where it can't be told. */
    static Optional<String> of(@Nullable String url) {
        String path = url == null ? "" : ORIGIN.matcher(url).replaceFirst("");
        boolean clear = (path.isEmpty() || path.startsWith("/")) && path.chars().noneMatch(c -> "{}?#".indexOf(c) >= 0);
        return clear ? Optional.of(path.endsWith("/") ? path.substring(0, path.length() - 1) : path) : Optional.empty();
    }
}
