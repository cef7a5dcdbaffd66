package io.keywarden.token;

import java.util.List;

/**
 * A place in a request where a credential may stand, and how it is written there.
 *
 * @param place which part of the request
 * @param name the scheme or the header's name, in lower case; the parameter's or cookie's name, or what the subprotocol
 *     begins with, as they are written
 * @param form how the credential is written
 */
public record CredentialSource(Place place, String name, Form form) {
    /** A part of a request. */
    public enum Place {
        /** The {@code authorization} header, behind a scheme (RFC 9110, section 11.4). */
        AUTHORIZATION_SCHEME,
        /** A header that holds the credential alone. */
        HEADER,
        /** A query parameter. */
        QUERY_PARAMETER,
        /** A cookie. */
        COOKIE,
        /** A WebSocket subprotocol (RFC 6455, section 11.3.4), behind what it begins with. */
        WEBSOCKET_PROTOCOL
    }

    /** How a credential is written. */
    public enum Form {
        /** The token's whole text. */
        TOKEN,
        /** The token's id, or the id that the customer gave it, a colon, and its secret. */
        ID_AND_SECRET,
        /** The secret alone. */
        OPAQUE
    }

    /** Where credentials may stand for a tenant that says nothing about it, and for a host of no tenant. */
    public static final List<CredentialSource> DEFAULTS = List.of(
            new CredentialSource(Place.AUTHORIZATION_SCHEME, "bearer", Form.TOKEN),
            new CredentialSource(Place.AUTHORIZATION_SCHEME, "apikey", Form.ID_AND_SECRET),
            new CredentialSource(Place.HEADER, "x-api-key", Form.TOKEN));

    /** The header that holds it, in lower case; of a query parameter the pseudo-header with the path. */
    public String header() {
        return switch (place) {
            case AUTHORIZATION_SCHEME -> "authorization";
            case HEADER -> name;
            case QUERY_PARAMETER -> ":path";
            case COOKIE -> "cookie";
            case WEBSOCKET_PROTOCOL -> "sec-websocket-protocol";
        };
    }
}
