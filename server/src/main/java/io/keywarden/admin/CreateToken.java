package io.keywarden.admin;

import io.keywarden.admin.AdminFailure.ResourceType;
import io.keywarden.admin.ResourceNames.TokenName;
import io.keywarden.admin.v1.CreateTokenRequest;
import io.keywarden.admin.v1.CreateTokenResponse;
import io.keywarden.admin.v1.ErrorReason;
import io.keywarden.admin.v1.Grant;
import io.keywarden.store.Commit;
import io.keywarden.store.v1.CatalogRecord;
import io.keywarden.store.v1.GrantRecord;
import io.keywarden.store.v1.ModuleReference;
import io.keywarden.store.v1.TenantRecord;
import io.keywarden.store.v1.TokenRecord;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Makes a token and answers its secret. */
final class CreateToken {
    private final TenantFinder tenants;
    private final TokenFinder tokens;
    private final CatalogFinder catalogs;
    private final RequestMarks marks;
    private final NewTokens newTokens;

    CreateToken(
            TenantFinder tenants, TokenFinder tokens, CatalogFinder catalogs, RequestMarks marks, NewTokens newTokens) {
        this.tenants = tenants;
        this.tokens = tokens;
        this.catalogs = catalogs;
        this.marks = marks;
        this.newTokens = newTokens;
    }

    Held<CreateTokenResponse> run(CreateTokenRequest request, Caller caller) {
        return Attempts.run(() -> attempt(request, caller), ResourceType.TENANT, request.getParent());
    }

    private Optional<Held<CreateTokenResponse>> attempt(CreateTokenRequest request, Caller caller) {
        FieldChecks checks = new FieldChecks();
        Optional<String> tenantId = TokenChecks.check(checks, request);
        if (tenantId.isEmpty()) {
            checks.finish();
        }
        Entry<TenantRecord> tenant = tenants.find(tenantId.orElseThrow());
        Optional<RequestMarks.Marked> marked = newTokens.marked(request, tenant, caller);
        Optional<String> repeated = checks.areClean() ? marked.flatMap(marks::made) : Optional.empty();
        if (repeated.isPresent()) {
            return Optional.of(withheld(request, tenant, repeated.get()));
        }
        TokenChecks.future(checks, request.getToken(), newTokens.timestamp());
        Optional<List<GrantRecord>> grants =
                grants(checks, tenant, request.getToken().getGrantsList());
        checks.finish();
        return grants.flatMap(found -> make(request, caller, tenant, marked, found));
    }

    private Optional<Held<CreateTokenResponse>> make(
            CreateTokenRequest request,
            Caller caller,
            Entry<TenantRecord> tenant,
            Optional<RequestMarks.Marked> marked,
            List<GrantRecord> grants) {
        TokenRecord.Builder record = TokenMessages.record(request.getToken(), grants)
                .setTenantUid(CatalogMessages.bytes(tenant.uid()))
                .setCreator(caller.principal());
        if (request.getValidateOnly()) {
            return Optional.of(new Held<>(newTokens.preview(tenant, record.build()), Optional.empty()));
        }
        NewTokens.Made made =
                newTokens.prepare(tenant, record, marked, new NewTokens.By(caller, request.getRequestId()));
        Effects.Done done = newTokens.commit(made);
        if (done.conflict().isEmpty()) {
            return Optional.of(held(request, made.response(), done.times()));
        }
        // The same request may have come twice at once: then the name is taken by itself.
        boolean nameTaken = done.conflict().get() == Commit.Expected.NAME
                && marked.flatMap(marks::made).isEmpty();
        if (nameTaken) {
            throw nameTaken(tenant, record.getDisplayName());
        }
        return Optional.empty();
    }

    private Held<CreateTokenResponse> withheld(CreateTokenRequest request, Entry<TenantRecord> tenant, String name) {
        FieldChecks checks = new FieldChecks();
        Optional<TokenName> parsed = ResourceNames.token(checks, "request_id", name);
        checks.finish();
        Entry<TokenRecord> token = tokens.find(tenant, parsed.orElseThrow());
        CreateTokenResponse response = CreateTokenResponse.newBuilder()
                .setToken(TokenMessages.token(tenant.payload(), token, newTokens.timestamp()))
                .setSecretWithheld(true)
                .build();
        return held(request, response, newTokens.known(token));
    }

    private static Held<CreateTokenResponse> held(
            CreateTokenRequest request, CreateTokenResponse response, Times times) {
        CreateTokenResponse.Builder told = response.toBuilder().setDurability(times.visibleDurability());
        times.effective().ifPresent(time -> told.setEffectiveTime(RecordWrites.timestamp(time)));
        return new Held<>(told.build(), times.until(!request.hasWait() || request.getWait()));
    }

    /** Resolves grants in the tenant's catalog, and notes what is not there; empty where another writer changes it. */
    private Optional<List<GrantRecord>> grants(FieldChecks checks, Entry<TenantRecord> tenant, List<Grant> grants) {
        if (grants.size() > GrantChecks.MAX_GRANTS) {
            return Optional.empty();
        }
        Set<String> wanted = GrantResolver.modulesOf(grants);
        Optional<Entry<CatalogRecord>> catalog = wanted.isEmpty()
                ? Optional.empty()
                : catalogs.find(tenant.payload().getCatalog());
        if (catalog.isEmpty()) {
            return Optional.of(GrantResolver.resolve(checks, "token.grants", grants, Map.of()));
        }
        List<ModuleReference> references = catalog.get().payload().getModulesList().stream()
                .filter(reference -> wanted.contains(reference.getId()))
                .toList();
        return catalogs.modules(catalog.get(), references)
                .map(modules -> GrantResolver.resolve(checks, "token.grants", grants, modules));
    }

    static AdminException nameTaken(Entry<TenantRecord> tenant, String displayName) {
        return new AdminException(new AdminFailure.Taken(
                ErrorReason.NAME_TAKEN,
                ResourceType.TOKEN,
                ResourceNames.tenant(tenant.payload().getId()) + " display_name " + displayName));
    }
}
