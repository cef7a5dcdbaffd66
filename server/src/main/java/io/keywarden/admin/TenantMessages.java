package io.keywarden.admin;

import io.keywarden.admin.v1.CreateTenantRequest;
import io.keywarden.admin.v1.CredentialSource;
import io.keywarden.admin.v1.OutagePolicy;
import io.keywarden.admin.v1.Tenant;
import io.keywarden.admin.v1.TokenPolicy;
import io.keywarden.store.v1.CredentialSourceRecord;
import io.keywarden.store.v1.TenantRecord;
import java.util.Locale;

/** Tenants as callers see them, and as they are stored. */
final class TenantMessages {
    private static final String DEFAULT_PREFIX = "kw";

    private TenantMessages() {}

    /** A tenant for callers. */
    static Tenant tenant(Entry<TenantRecord> entry) {
        return contents(entry.payload()).setEtag(entry.etag()).build();
    }

    /** A tenant for callers, without an etag. */
    static Tenant.Builder contents(TenantRecord record) {
        Tenant.Builder tenant = Tenant.newBuilder()
                .setName(ResourceNames.tenant(record.getId()))
                .setDisplayName(record.getDisplayName())
                .setCatalog(ResourceNames.catalog(record.getCatalog().getId()))
                .addAllHosts(record.getHostsList())
                .setTokenPolicy(TokenPolicy.newBuilder().setPrefix(record.getTokenPrefix()))
                .setState(state(record.getState()))
                .setCreateTime(record.getCreateTime())
                .setUpdateTime(record.getUpdateTime());
        record.getCredentialSourcesList().forEach(source -> tenant.addCredentialSources(source(source)));
        if (record.hasMaxKnownAge()) {
            tenant.setOutagePolicy(OutagePolicy.newBuilder()
                    .setServeKnown(OutagePolicy.ServeKnown.newBuilder().setMaxAge(record.getMaxKnownAge())));
        }
        return tenant;
    }

    /** What is stored of a new tenant; its times, its slot, its catalog and the request are left for the command. */
    static TenantRecord.Builder record(CreateTenantRequest request) {
        Tenant tenant = request.getTenant();
        String prefix = tenant.getTokenPolicy().getPrefix();
        TenantRecord.Builder record = TenantRecord.newBuilder()
                .setId(request.getTenantId())
                .setDisplayName(tenant.getDisplayName().isEmpty() ? request.getTenantId() : tenant.getDisplayName())
                .addAllHosts(tenant.getHostsList())
                .setTokenPrefix(prefix.isEmpty() ? DEFAULT_PREFIX : prefix)
                .setState(TenantRecord.State.ACTIVE);
        tenant.getCredentialSourcesList().forEach(source -> record.addCredentialSources(record(source)));
        if (tenant.getOutagePolicy().hasServeKnown()) {
            record.setMaxKnownAge(tenant.getOutagePolicy().getServeKnown().getMaxAge());
        }
        return record;
    }

    private static Tenant.State state(TenantRecord.State state) {
        return switch (state) {
            case ACTIVE -> Tenant.State.ACTIVE;
            case DISABLED -> Tenant.State.DISABLED;
            case STATE_UNSPECIFIED, UNRECOGNIZED -> Tenant.State.STATE_UNSPECIFIED;
        };
    }

    private static CredentialSource source(CredentialSourceRecord record) {
        CredentialSource.Builder source = CredentialSource.newBuilder();
        switch (record.getPlaceCase()) {
            case AUTHORIZATION_SCHEME -> source.setAuthorizationScheme(record.getAuthorizationScheme());
            case HEADER -> source.setHeader(record.getHeader());
            case PLACE_NOT_SET -> source.clearPlace();
        }
        return source.setForm(
                        switch (record.getForm()) {
                            case TOKEN -> CredentialSource.Form.TOKEN;
                            case ID_AND_SECRET -> CredentialSource.Form.ID_AND_SECRET;
                            case FORM_UNSPECIFIED, UNRECOGNIZED -> CredentialSource.Form.FORM_UNSPECIFIED;
                        })
                .build();
    }

    /** Schemes and header names are the same in upper and lower case; the lower one is kept. */
    private static CredentialSourceRecord record(CredentialSource source) {
        CredentialSourceRecord.Form form = switch (source.getForm()) {
            case TOKEN -> CredentialSourceRecord.Form.TOKEN;
            case ID_AND_SECRET -> CredentialSourceRecord.Form.ID_AND_SECRET;
            case FORM_UNSPECIFIED, UNRECOGNIZED ->
                throw new IllegalArgumentException(source.getForm() + " (expected: a form that was checked)");
        };
        CredentialSourceRecord.Builder record =
                CredentialSourceRecord.newBuilder().setForm(form);
        return source.hasHeader()
                ? record.setHeader(source.getHeader().toLowerCase(Locale.ROOT)).build()
                : record.setAuthorizationScheme(source.getAuthorizationScheme().toLowerCase(Locale.ROOT))
                        .build();
    }
}
