package io.keywarden.admin;

import io.keywarden.admin.v1.AnswerDetail;
import io.keywarden.admin.v1.ClientSource;
import io.keywarden.admin.v1.OpenPath;
import io.keywarden.admin.v1.OutagePolicy;
import io.keywarden.admin.v1.Tenant;
import io.keywarden.store.v1.ClientSourceRecord;
import io.keywarden.store.v1.OpenPathRecord;
import io.keywarden.store.v1.TenantRecord;
import java.util.Locale;

/** Tenants as callers see them, and as they are stored. */
final class TenantMessages {
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
                .setTokenPolicy(TokenPolicyMessages.policy(record))
                .setAnswerDetail(record.getTerse() ? AnswerDetail.TERSE : AnswerDetail.FULL)
                .setAllowCorsPreflight(record.getAllowCorsPreflight())
                .putAllLabels(record.getLabelsMap())
                .addAllExpiryNoticeDays(record.getExpiryNoticeDaysList())
                .setState(state(record.getState()))
                .setCreateTime(record.getCreateTime())
                .setUpdateTime(record.getUpdateTime());
        record.getCredentialSourcesList()
                .forEach(source -> tenant.addCredentialSources(CredentialSourceMessages.source(source)));
        record.getOpenPathsList().forEach(path -> tenant.addOpenPaths(openPath(path)));
        if (record.hasMaxKnownAge()) {
            tenant.setOutagePolicy(OutagePolicy.newBuilder()
                    .setServeKnown(OutagePolicy.ServeKnown.newBuilder().setMaxAge(record.getMaxKnownAge())));
        }
        if (record.hasClientSource()) {
            tenant.setClientSource(clientSource(record.getClientSource()));
        }
        if (record.hasShadowUntil()) {
            tenant.setShadowUntil(record.getShadowUntil());
        }
        if (record.hasHistoryRetention()) {
            tenant.setHistoryRetention(record.getHistoryRetention());
        }
        if (record.hasValidFrom()) {
            tenant.setValidFrom(record.getValidFrom());
        }
        return tenant;
    }

    /** Writes all that a caller decides to a tenant that has an id, except for its catalog and its types of tokens. */
    static void put(TenantRecord.Builder record, Tenant tenant) {
        record.setDisplayName(tenant.getDisplayName().isEmpty() ? record.getId() : tenant.getDisplayName())
                .clearHosts()
                .addAllHosts(tenant.getHostsList())
                .setTerse(tenant.getAnswerDetail() == AnswerDetail.TERSE)
                .setAllowCorsPreflight(tenant.getAllowCorsPreflight())
                .clearLabels()
                .putAllLabels(tenant.getLabelsMap())
                .clearExpiryNoticeDays()
                .addAllExpiryNoticeDays(tenant.getExpiryNoticeDaysList())
                .clearCredentialSources()
                .clearOpenPaths()
                .clearMaxKnownAge()
                .clearClientSource()
                .clearHistoryRetention()
                .clearShadowUntil();
        tenant.getCredentialSourcesList()
                .forEach(source -> record.addCredentialSources(CredentialSourceMessages.record(source)));
        tenant.getOpenPathsList()
                .forEach(path -> record.addOpenPaths(OpenPathRecord.newBuilder()
                        .addAllMethods(path.getMethodsList())
                        .setPathTemplate(path.getPathTemplate())));
        TokenPolicyMessages.put(record, tenant.getTokenPolicy());
        if (tenant.getOutagePolicy().hasServeKnown()) {
            record.setMaxKnownAge(tenant.getOutagePolicy().getServeKnown().getMaxAge());
        }
        if (tenant.hasClientSource()) {
            record.setClientSource(record(tenant.getClientSource()));
        }
        if (tenant.hasHistoryRetention()) {
            record.setHistoryRetention(tenant.getHistoryRetention());
        }
        if (tenant.hasShadowUntil()) {
            record.setShadowUntil(tenant.getShadowUntil());
        }
    }

    private static OpenPath openPath(OpenPathRecord record) {
        return OpenPath.newBuilder()
                .addAllMethods(record.getMethodsList())
                .setPathTemplate(record.getPathTemplate())
                .build();
    }

    private static ClientSource clientSource(ClientSourceRecord record) {
        ClientSource.Builder source = ClientSource.newBuilder();
        switch (record.getPlaceCase()) {
            case PATH_VARIABLE -> source.setPathVariable(record.getPathVariable());
            case HOST_LABEL -> source.setHostLabel(record.getHostLabel());
            case HEADER -> source.setHeader(record.getHeader());
            case PLACE_NOT_SET -> source.clearPlace();
        }
        return source.build();
    }

    private static ClientSourceRecord record(ClientSource source) {
        ClientSourceRecord.Builder record = ClientSourceRecord.newBuilder();
        switch (source.getPlaceCase()) {
            case PATH_VARIABLE -> record.setPathVariable(source.getPathVariable());
            case HOST_LABEL -> record.setHostLabel(source.getHostLabel());
            case HEADER -> record.setHeader(source.getHeader().toLowerCase(Locale.ROOT));
            case PLACE_NOT_SET ->
                throw new IllegalArgumentException("a source without a place (expected: one that was checked)");
        }
        return record.build();
    }

    private static Tenant.State state(TenantRecord.State state) {
        return switch (state) {
            case ACTIVE -> Tenant.State.ACTIVE;
            case DISABLED -> Tenant.State.DISABLED;
            case STATE_UNSPECIFIED, UNRECOGNIZED -> Tenant.State.STATE_UNSPECIFIED;
        };
    }
}
