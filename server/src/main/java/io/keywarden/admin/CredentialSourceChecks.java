package io.keywarden.admin;

import io.keywarden.admin.v1.CredentialSource;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/** Checks where a tenant's requests may carry their credentials. */
final class CredentialSourceChecks {
    private static final int MAX_SOURCES = 8;
    private static final Pattern SCHEME = Pattern.compile("[A-Za-z][A-Za-z0-9!#$%&'*+.^_`|~-]{0,62}");
    private static final Pattern HEADER = Pattern.compile("[A-Za-z0-9!#$%&'*+.^_`|~-]{1,63}");
    /** What needs no encoding in a query, a cookie and a subprotocol. */
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._-]{1,63}");
    /** Headers that have a meaning of their own to Envoy, to Keywarden, or to the connection (RFC 9110, section 7.6.1). */
    private static final Set<String> RESERVED = Set.of(
            "authorization",
            "connection",
            "content-length",
            "cookie",
            "host",
            "http2-settings",
            "keep-alive",
            "proxy-authenticate",
            "proxy-authorization",
            "proxy-connection",
            "sec-websocket-protocol",
            "te",
            "trailer",
            "transfer-encoding",
            "upgrade");

    private static final List<String> RESERVED_PREFIXES = List.of("x-envoy-", "x-keywarden-");

    private CredentialSourceChecks() {}

    /** Notes sources that are too many, not written as they must be, reserved, or there twice. */
    static void check(FieldChecks checks, String field, List<CredentialSource> sources) {
        if (sources.size() > MAX_SOURCES) {
            checks.reject(field, "at most " + MAX_SOURCES + " sources");
            return;
        }
        Set<String> places = new HashSet<>();
        for (int i = 0; i < sources.size(); i++) {
            CredentialSource source = sources.get(i);
            String path = field + "[" + i + "]";
            place(checks, path, source);
            boolean form = source.getForm() != CredentialSource.Form.FORM_UNSPECIFIED
                    && source.getForm() != CredentialSource.Form.UNRECOGNIZED;
            checks.require(form, path + ".form", "TOKEN, ID_AND_SECRET or OPAQUE");
            checks.require(places.add(placeOf(source)), path, "each place once");
        }
    }

    private static void place(FieldChecks checks, String path, CredentialSource source) {
        switch (source.getPlaceCase()) {
            case AUTHORIZATION_SCHEME ->
                checks.require(
                        SCHEME.matcher(source.getAuthorizationScheme()).matches(),
                        path + ".authorization_scheme",
                        "a scheme, such as Bearer");
            case HEADER ->
                checks.require(
                        isAllowed(source.getHeader().toLowerCase(Locale.ROOT)),
                        path + ".header",
                        "a header's name, such as x-api-key, that is not reserved");
            case QUERY_PARAMETER ->
                checks.require(
                        NAME.matcher(source.getQueryParameter()).matches(),
                        path + ".query_parameter",
                        "a query parameter's name, such as api_key");
            case COOKIE ->
                checks.require(
                        NAME.matcher(source.getCookie()).matches(),
                        path + ".cookie",
                        "a cookie's name, such as session");
            case WEBSOCKET_PROTOCOL ->
                checks.require(
                        NAME.matcher(source.getWebsocketProtocol()).matches(),
                        path + ".websocket_protocol",
                        "what the subprotocol begins with, such as keywarden.");
            case PLACE_NOT_SET ->
                checks.reject(path, "authorization_scheme, header, query_parameter, cookie or websocket_protocol");
        }
    }

    /** Whether a header, in lower case, is one that callers may have a meaning of their own for. */
    static boolean isAllowed(String header) {
        return HEADER.matcher(header).matches()
                && !RESERVED.contains(header)
                && RESERVED_PREFIXES.stream().noneMatch(header::startsWith);
    }

    private static String placeOf(CredentialSource source) {
        String name = (source.getAuthorizationScheme() + source.getHeader()).toLowerCase(Locale.ROOT);
        String exact = source.getQueryParameter() + source.getCookie() + source.getWebsocketProtocol();
        return source.getPlaceCase() + " " + name + exact;
    }
}
