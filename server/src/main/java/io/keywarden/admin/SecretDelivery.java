package io.keywarden.admin;

import io.keywarden.admin.v1.PlainSecret;
import io.keywarden.credential.TokenText;
import io.keywarden.store.v1.CredentialSourceRecord;
import io.keywarden.store.v1.TenantRecord;
import io.keywarden.token.CredentialSource;
import io.keywarden.token.TokenId;
import io.keywarden.token.TokenSecret;
import java.util.Map;

/** Tells a new secret once, also in the form in which the tenant's first credential source wants it. */
final class SecretDelivery {
    /** Schemes are the same in upper and lower case; this is how people write these. */
    private static final Map<String, String> SPELLINGS = Map.of("bearer", "Bearer", "apikey", "ApiKey");

    private SecretDelivery() {}

    static PlainSecret plain(TenantRecord tenant, TokenId id, TokenSecret secret) {
        CredentialSource source = firstSource(tenant);
        String text = TokenText.format(tenant.getTokenPrefix(), id, secret);
        String value = switch (source.form()) {
            case TOKEN -> text;
            case ID_AND_SECRET -> TokenText.formatPair(id, secret);
        };
        String scheme = switch (source.place()) {
            case AUTHORIZATION_SCHEME -> SPELLINGS.getOrDefault(source.name(), source.name()) + " ";
            case HEADER -> "";
        };
        return PlainSecret.newBuilder()
                .setSecret(text)
                .setAuthorization(scheme + value)
                .setHeader(source.header())
                .build();
    }

    private static CredentialSource firstSource(TenantRecord tenant) {
        if (tenant.getCredentialSourcesCount() == 0) {
            return CredentialSource.DEFAULTS.get(0);
        }
        CredentialSourceRecord record = tenant.getCredentialSources(0);
        CredentialSource.Form form = record.getForm() == CredentialSourceRecord.Form.ID_AND_SECRET
                ? CredentialSource.Form.ID_AND_SECRET
                : CredentialSource.Form.TOKEN;
        return record.hasHeader()
                ? new CredentialSource(CredentialSource.Place.HEADER, record.getHeader(), form)
                : new CredentialSource(
                        CredentialSource.Place.AUTHORIZATION_SCHEME, record.getAuthorizationScheme(), form);
    }
}
