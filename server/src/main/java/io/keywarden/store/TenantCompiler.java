package io.keywarden.store;

import com.google.protobuf.InvalidProtocolBufferException;
import io.keywarden.policy.PathTemplate;
import io.keywarden.store.v1.ClientSourceRecord;
import io.keywarden.store.v1.CredentialSourceRecord;
import io.keywarden.store.v1.OpenPathRecord;
import io.keywarden.store.v1.TenantRecord;
import io.keywarden.token.ClientSource;
import io.keywarden.token.CredentialSource;
import io.keywarden.token.CredentialSource.Place;
import io.keywarden.token.OpenPath;
import io.keywarden.token.OutagePolicy;
import io.keywarden.token.SlotTag;
import io.keywarden.token.Tenant;
import io.keywarden.token.TenantRules;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Turns the payloads of tenants into what the decision sees. What it does not understand it rejects. */
final class TenantCompiler {
    private TenantCompiler() {}

    static Tenant tenant(StoredRecord record) throws InvalidProtocolBufferException {
        TenantRecord payload = TenantRecord.parseFrom(record.payload());
        return new Tenant(
                record.uid(),
                payload.getId(),
                isActive(payload.getState()),
                payload.getHostsList(),
                new Tenant.CatalogRef(
                        RecordCompiler.uid(payload.getCatalog().getUid()),
                        new SlotTag(payload.getCatalog().getSlot())),
                payload.getCredentialSourcesCount() == 0
                        ? CredentialSource.DEFAULTS
                        : payload.getCredentialSourcesList().stream()
                                .map(TenantCompiler::source)
                                .toList(),
                new OutagePolicy(duration(payload.getMaxKnownAge())),
                rules(payload));
    }

    private static TenantRules rules(TenantRecord payload) {
        List<String> priorities =
                payload.getPrioritiesCount() == 0 ? TenantRules.PRIORITIES : payload.getPrioritiesList();
        return new TenantRules(
                payload.getRevocations(),
                payload.hasMaxLifetime() ? Optional.of(duration(payload.getMaxLifetime())) : Optional.empty(),
                payload.getAllowedActionsList().stream()
                        .map(GrantCompiler::action)
                        .collect(Collectors.toUnmodifiableSet()),
                payload.hasClientSource() ? Optional.of(clientSource(payload.getClientSource())) : Optional.empty(),
                RecordCompiler.time(payload.hasShadowUntil(), payload.getShadowUntil()),
                payload.getTerse(),
                payload.getOpenPathsList().stream()
                        .map(TenantCompiler::openPath)
                        .toList(),
                payload.getAllowCorsPreflight(),
                TenantRules.defaultPriority(priorities),
                Duration.ofDays(payload.getExpiryNoticeDaysList().stream()
                        .mapToInt(Integer::intValue)
                        .max()
                        .orElse(0)));
    }

    private static OpenPath openPath(OpenPathRecord path) {
        return PathTemplate.parse(path.getPathTemplate()).openPath(Set.copyOf(path.getMethodsList()));
    }

    private static ClientSource clientSource(ClientSourceRecord source) {
        return switch (source.getPlaceCase()) {
            case PATH_VARIABLE -> new ClientSource.PathVariable(source.getPathVariable());
            case HOST_LABEL -> new ClientSource.HostLabel(source.getHostLabel());
            case HEADER -> new ClientSource.Header(source.getHeader());
            case PLACE_NOT_SET ->
                throw new IllegalArgumentException("a client source without a place (expected: a known one)");
        };
    }

    private static Duration duration(com.google.protobuf.Duration duration) {
        return Duration.ofSeconds(duration.getSeconds(), duration.getNanos());
    }

    private static boolean isActive(TenantRecord.State state) {
        return switch (state) {
            case ACTIVE -> true;
            case DISABLED -> false;
            case STATE_UNSPECIFIED, UNRECOGNIZED ->
                throw new IllegalArgumentException("state " + state + " (expected: a known one)");
        };
    }

    private static CredentialSource source(CredentialSourceRecord source) {
        CredentialSource.Form form = form(source.getForm());
        return switch (source.getPlaceCase()) {
            case AUTHORIZATION_SCHEME ->
                new CredentialSource(Place.AUTHORIZATION_SCHEME, source.getAuthorizationScheme(), form);
            case HEADER -> new CredentialSource(Place.HEADER, source.getHeader(), form);
            case QUERY_PARAMETER -> new CredentialSource(Place.QUERY_PARAMETER, source.getQueryParameter(), form);
            case COOKIE -> new CredentialSource(Place.COOKIE, source.getCookie(), form);
            case WEBSOCKET_PROTOCOL ->
                new CredentialSource(Place.WEBSOCKET_PROTOCOL, source.getWebsocketProtocol(), form);
            case PLACE_NOT_SET ->
                throw new IllegalArgumentException("a credential source without a place (expected: a known one)");
        };
    }

    private static CredentialSource.Form form(CredentialSourceRecord.Form form) {
        return switch (form) {
            case TOKEN -> CredentialSource.Form.TOKEN;
            case ID_AND_SECRET -> CredentialSource.Form.ID_AND_SECRET;
            case OPAQUE -> CredentialSource.Form.OPAQUE;
            case FORM_UNSPECIFIED, UNRECOGNIZED ->
                throw new IllegalArgumentException("form " + form + " (expected: a known one)");
        };
    }
}
