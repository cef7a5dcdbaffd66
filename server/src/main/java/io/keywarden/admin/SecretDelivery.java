package io.keywarden.admin;

import io.keywarden.admin.v1.PlainSecret;
import io.keywarden.credential.TokenText;
import io.keywarden.store.v1.CredentialSourceRecord;
import io.keywarden.store.v1.TenantRecord;
import io.keywarden.token.TokenId;
import io.keywarden.token.TokenSecret;
import java.util.Map;

/** Tells a new secret once, also in the form in which the tenant's first credential source wants it. */
final class SecretDelivery {
    /** Schemes are the same in upper and lower case; this is how people write these. */
    private static final Map<String, String> SPELLINGS = Map.of("bearer", "Bearer", "apikey", "ApiKey");

    private SecretDelivery() {}

    static PlainSecret plain(TenantRecord tenant, TokenId id, TokenSecret secret) {
        String text = TokenText.format(tenant.getTokenPrefix(), id, secret);
        if (tenant.getCredentialSourcesCount() == 0) {
            return delivery(text, "authorization", "Bearer " + text);
        }
        CredentialSourceRecord source = tenant.getCredentialSources(0);
        String value = switch (source.getForm()) {
            case TOKEN -> text;
            case ID_AND_SECRET -> TokenText.formatPair(id, secret);
            case OPAQUE -> TokenText.formatOpaque(secret);
            case FORM_UNSPECIFIED, UNRECOGNIZED ->
                throw new IllegalArgumentException(source.getForm() + " (expected: a known form)");
        };
        return switch (source.getPlaceCase()) {
            case AUTHORIZATION_SCHEME -> {
                String scheme = source.getAuthorizationScheme();
                yield delivery(text, "authorization", SPELLINGS.getOrDefault(scheme, scheme) + " " + value);
            }
            case HEADER -> delivery(text, source.getHeader(), value);
            case QUERY_PARAMETER -> delivery(text, "", source.getQueryParameter() + "=" + value);
            case COOKIE -> delivery(text, "cookie", source.getCookie() + "=" + value);
            case WEBSOCKET_PROTOCOL -> delivery(text, "sec-websocket-protocol", source.getWebsocketProtocol() + value);
            case PLACE_NOT_SET ->
                throw new IllegalArgumentException("a source without a place (expected: a known one)");
        };
    }

    private static PlainSecret delivery(String text, String header, String value) {
        return PlainSecret.newBuilder()
                .setSecret(text)
                .setAuthorization(value)
                .setHeader(header)
                .build();
    }
}
