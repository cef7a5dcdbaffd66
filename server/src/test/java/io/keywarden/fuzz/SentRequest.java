package io.keywarden.fuzz;

import io.keywarden.credential.Hiding;
import io.keywarden.credential.RequestHeaders;
import io.keywarden.credential.RequestQuery;
import io.keywarden.token.CredentialSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A request, and a plain way of finding in it what stands where credentials may.
 *
 * @param headers names and values, in order
 * @param target the path and the query
 */
record SentRequest(List<Map.Entry<String, String>> headers, String target) {
    private static final Pattern SCHEME = Pattern.compile("[ \t]*([!#$%&'*+.^_`|~0-9A-Za-z-]*)(.*)", Pattern.DOTALL);

    /** Reads lines: {@code NAME: VALUE} is a header, and what begins with a slash is the target. */
    static SentRequest of(List<String> lines) {
        List<Map.Entry<String, String>> headers = new ArrayList<>();
        String target = "/";
        for (String line : lines) {
            int colon = line.indexOf(": ");
            if (line.startsWith("/")) {
                target = line;
            } else if (colon > 0) {
                headers.add(Map.entry(line.substring(0, colon), line.substring(colon + 2)));
            }
        }
        return new SentRequest(headers, target);
    }

    RequestHeaders requestHeaders() {
        RequestHeaders.Builder builder = RequestHeaders.builder();
        headers.forEach(header -> builder.add(header.getKey(), header.getValue()));
        return builder.build();
    }

    RequestQuery query() {
        return RequestQuery.of(target);
    }

    /** The texts in all places that sources name, whether they are credentials or not. */
    List<String> texts(List<CredentialSource> sources) {
        return sources.stream()
                .map(source -> new CredentialSource(source.place(), source.name(), CredentialSource.Form.TOKEN))
                .distinct()
                .flatMap(this::texts)
                .toList();
    }

    private Stream<String> texts(CredentialSource source) {
        String name = source.name();
        return switch (source.place()) {
            case AUTHORIZATION_SCHEME ->
                twice(values("authorization"), value -> isOfScheme(value, name)).map(SentRequest::behindScheme);
            case HEADER -> values(name).stream();
            case QUERY_PARAMETER ->
                parameters().stream()
                        .map(SentRequest::split)
                        .filter(parameter -> SentBytes.unescape(parameter[0]).equals(name))
                        .map(parameter -> SentBytes.unescape(parameter[1]));
            case COOKIE ->
                members("cookie", ";")
                        .map(SentRequest::split)
                        .filter(cookie -> trimmed(cookie[0]).equals(name))
                        .map(cookie -> cookie[0].equals(name) ? cookie[1] : "");
            case WEBSOCKET_PROTOCOL ->
                members("sec-websocket-protocol", ",")
                        .filter(member -> member.startsWith(name))
                        .map(member -> member.substring(name.length()));
        };
    }

    /** All values, if one of them is meant. */
    private static Stream<String> twice(List<String> values, Predicate<String> meant) {
        return values.stream().anyMatch(meant) ? values.stream() : Stream.empty();
    }

    /** Whether one of what commas separate begins with a scheme; nobody looks at so many that it would take long. */
    private static boolean isOfScheme(String value, String scheme) {
        String[] parts = value.split(",", -1);
        return parts.length > 17
                || Stream.of(parts).anyMatch(part -> {
                    Matcher first = SCHEME.matcher(part);
                    return first.matches()
                            && first.group(1).toLowerCase(Locale.ROOT).equals(scheme);
                });
    }

    private static String behindScheme(String value) {
        Matcher scheme = SCHEME.matcher(value);
        return scheme.matches() && scheme.group(2).startsWith(" ")
                ? scheme.group(2).substring(1)
                : "";
    }

    private List<String> values(String name) {
        return headers.stream()
                .filter(header -> header.getKey().equals(name))
                .map(Map.Entry::getValue)
                .toList();
    }

    private Stream<String> members(String header, String separator) {
        return values(header).stream()
                .flatMap(value -> Stream.of(value.split(separator, -1)))
                .map(SentRequest::trimmed);
    }

    private List<String> parameters() {
        int query = target.indexOf('?');
        return query < 0 ? List.of() : List.of(target.substring(query + 1).split("&", -1));
    }

    private static String[] split(String pair) {
        int equals = pair.indexOf('=');
        return equals < 0
                ? new String[] {pair, ""}
                : new String[] {pair.substring(0, equals), pair.substring(equals + 1)};
    }

    private static String trimmed(String text) {
        return text.replaceAll("^[ \t]+|[ \t]+$", "");
    }

    /** What an upstream gets after Envoy hid something. */
    SentRequest without(Hiding hiding) {
        List<Map.Entry<String, String>> left = new ArrayList<>(headers);
        if (hiding instanceof Hiding.RemoveHeader removed) {
            left.removeIf(header -> header.getKey().equals(removed.name()));
            return new SentRequest(left, target);
        }
        if (hiding instanceof Hiding.ReplaceHeader replaced) {
            left.removeIf(header -> header.getKey().equals(replaced.name()));
            left.add(Map.entry(replaced.name(), replaced.value()));
            return new SentRequest(left, target);
        }
        String name = ((Hiding.RemoveQueryParameter) hiding).name();
        List<String> others = parameters().stream()
                .filter(parameter -> !split(parameter)[0].equals(name))
                .toList();
        return new SentRequest(left, "/?" + String.join("&", others));
    }
}
