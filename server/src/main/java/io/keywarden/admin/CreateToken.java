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
import io.keywarden.store.v1.ModuleRecord;
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

    CreateTokenResponse run(CreateTokenRequest request, Caller caller) {
        String tenant = TokenChecks.check(request);
        return Attempts.run(() -> attempt(request, tenant, caller), ResourceType.TENANT, request.getParent());
    }

    private Optional<CreateTokenResponse> attempt(CreateTokenRequest request, String tenantId, Caller caller) {
        Entry<TenantRecord> tenant = tenants.find(tenantId);
        Optional<RequestMarks.Marked> marked = newTokens.marked(request, tenant, caller);
        Optional<String> repeated = marked.flatMap(marks::made);
        if (repeated.isPresent()) {
            return Optional.of(withheld(tenant, repeated.get()));
        }
        TokenChecks.requireFuture(request.getToken(), newTokens.timestamp());
        Optional<List<GrantRecord>> grants = grants(tenant, request.getToken().getGrantsList());
        if (grants.isEmpty()) {
            return Optional.empty();
        }
        TokenRecord.Builder record = TokenMessages.record(request.getToken(), grants.get())
                .setTenantUid(CatalogMessages.bytes(tenant.uid()))
                .setCreator(caller.principal());
        if (request.getValidateOnly()) {
            return Optional.of(newTokens.preview(tenant, record.build()));
        }
        NewTokens.Made made =
                newTokens.prepare(tenant, record, marked, new NewTokens.By(caller, request.getRequestId()));
        Optional<Commit.Expected> conflict = newTokens.commit(made);
        if (conflict.isEmpty()) {
            return Optional.of(made.response());
        }
        // The same request may have come twice at once: then the name is taken by itself.
        boolean nameTaken = conflict.get() == Commit.Expected.NAME
                && marked.flatMap(marks::made).isEmpty();
        if (nameTaken) {
            throw nameTaken(tenant, record.getDisplayName());
        }
        return Optional.empty();
    }

    private CreateTokenResponse withheld(Entry<TenantRecord> tenant, String name) {
        FieldChecks checks = new FieldChecks();
        Optional<TokenName> parsed = ResourceNames.token(checks, "request_id", name);
        checks.finish();
        Entry<TokenRecord> token = tokens.find(tenant, parsed.orElseThrow());
        return CreateTokenResponse.newBuilder()
                .setToken(TokenMessages.token(tenant.payload(), token, newTokens.timestamp()))
                .setSecretWithheld(true)
                .build();
    }

    /** Resolves grants in the tenant's catalog; empty where another writer changes it. */
    private Optional<List<GrantRecord>> grants(Entry<TenantRecord> tenant, List<Grant> grants) {
        Set<String> wanted = GrantResolver.modulesOf(grants);
        Optional<Entry<CatalogRecord>> catalog = wanted.isEmpty()
                ? Optional.empty()
                : catalogs.find(tenant.payload().getCatalog());
        if (catalog.isEmpty()) {
            return Optional.of(resolve(grants, Map.of()));
        }
        List<ModuleReference> references = catalog.get().payload().getModulesList().stream()
                .filter(reference -> wanted.contains(reference.getId()))
                .toList();
        return catalogs.modules(catalog.get(), references).map(modules -> resolve(grants, modules));
    }

    private static List<GrantRecord> resolve(List<Grant> grants, Map<String, Entry<ModuleRecord>> modules) {
        FieldChecks checks = new FieldChecks();
        List<GrantRecord> records = GrantResolver.resolve(checks, "token.grants", grants, modules);
        checks.finish();
        return records;
    }

    static AdminException nameTaken(Entry<TenantRecord> tenant, String displayName) {
        return new AdminException(new AdminFailure.Taken(
                ErrorReason.NAME_TAKEN,
                ResourceType.TOKEN,
                ResourceNames.tenant(tenant.payload().getId()) + " display_name " + displayName));
    }
}
