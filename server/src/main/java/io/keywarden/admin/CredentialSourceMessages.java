package io.keywarden.admin;

import io.keywarden.admin.v1.CredentialSource;
import io.keywarden.store.v1.CredentialSourceRecord;
import java.util.Locale;

/** Credential sources as callers see them, and as they are stored. */
final class CredentialSourceMessages {
    private CredentialSourceMessages() {}

    static CredentialSource source(CredentialSourceRecord record) {
        CredentialSource.Builder source = CredentialSource.newBuilder().setForm(form(record.getForm()));
        switch (record.getPlaceCase()) {
            case AUTHORIZATION_SCHEME -> source.setAuthorizationScheme(record.getAuthorizationScheme());
            case HEADER -> source.setHeader(record.getHeader());
            case QUERY_PARAMETER -> source.setQueryParameter(record.getQueryParameter());
            case COOKIE -> source.setCookie(record.getCookie());
            case WEBSOCKET_PROTOCOL -> source.setWebsocketProtocol(record.getWebsocketProtocol());
            case PLACE_NOT_SET -> source.clearPlace();
        }
        return source.build();
    }

    /** Schemes and header names are the same in upper and lower case; the lower one is kept. */
    static CredentialSourceRecord record(CredentialSource source) {
        CredentialSourceRecord.Builder record =
                CredentialSourceRecord.newBuilder().setForm(form(source.getForm()));
        switch (source.getPlaceCase()) {
            case AUTHORIZATION_SCHEME ->
                record.setAuthorizationScheme(source.getAuthorizationScheme().toLowerCase(Locale.ROOT));
            case HEADER -> record.setHeader(source.getHeader().toLowerCase(Locale.ROOT));
            case QUERY_PARAMETER -> record.setQueryParameter(source.getQueryParameter());
            case COOKIE -> record.setCookie(source.getCookie());
            case WEBSOCKET_PROTOCOL -> record.setWebsocketProtocol(source.getWebsocketProtocol());
            case PLACE_NOT_SET ->
                throw new IllegalArgumentException("a source without a place (expected: one that was checked)");
        }
        return record.build();
    }

    private static CredentialSource.Form form(CredentialSourceRecord.Form form) {
        return switch (form) {
            case TOKEN -> CredentialSource.Form.TOKEN;
            case ID_AND_SECRET -> CredentialSource.Form.ID_AND_SECRET;
            case OPAQUE -> CredentialSource.Form.OPAQUE;
            case FORM_UNSPECIFIED, UNRECOGNIZED -> CredentialSource.Form.FORM_UNSPECIFIED;
        };
    }

    private static CredentialSourceRecord.Form form(CredentialSource.Form form) {
        return switch (form) {
            case TOKEN -> CredentialSourceRecord.Form.TOKEN;
            case ID_AND_SECRET -> CredentialSourceRecord.Form.ID_AND_SECRET;
            case OPAQUE -> CredentialSourceRecord.Form.OPAQUE;
            case FORM_UNSPECIFIED, UNRECOGNIZED ->
                throw new IllegalArgumentException(form + " (expected: a form that was checked)");
        };
    }
}
