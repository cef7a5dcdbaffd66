package io.keywarden.admin;

import io.keywarden.admin.AdminFailure.Missing;
import io.keywarden.admin.AdminFailure.ResourceType;
import io.keywarden.admin.ResourceNames.ModuleName;
import io.keywarden.admin.ResourceNames.OwnerName;
import io.keywarden.admin.ResourceNames.TokenName;
import io.keywarden.store.StoredRecord;
import io.keywarden.store.v1.CatalogRecord;
import io.keywarden.store.v1.ModuleReference;
import io.keywarden.store.v1.TenantRecord;
import java.util.List;
import java.util.Optional;

/** Finds the records of resources that have a history, by their names. */
final class HistorySubjects {
    private static final String RULE = "the name of a tenant, an owner, a token, a catalog or a module";

    private final TenantFinder tenants;
    private final OwnerFinder owners;
    private final TokenFinder tokens;
    private final CatalogFinder catalogs;

    HistorySubjects(TenantFinder tenants, OwnerFinder owners, TokenFinder tokens, CatalogFinder catalogs) {
        this.tenants = tenants;
        this.owners = owners;
        this.tokens = tokens;
        this.catalogs = catalogs;
    }

    /** The record of a resource; who is kept to tokens of their own gets no other one. */
    StoredRecord find(String name, Caller caller, String operation) {
        FieldChecks checks = new FieldChecks();
        Optional<StoredRecord> found = switch (collection(name)) {
            case "tenants" ->
                ResourceNames.tenant(checks, "parent", name)
                        .map(id -> tenants.find(id).stored());
            case "owners" -> ResourceNames.owner(checks, "parent", name).map(this::owner);
            case "tokens" -> ResourceNames.token(checks, "parent", name).map(token -> token(token, caller, operation));
            case "catalogs" ->
                ResourceNames.catalog(checks, "parent", name)
                        .map(id -> catalogs.find(id).stored());
            case "modules" -> ResourceNames.module(checks, "parent", name).map(this::module);
            default -> Optional.empty();
        };
        checks.require(found.isPresent() || !checks.areClean(), "parent", RULE);
        checks.finish();
        return found.orElseThrow();
    }

    private static String collection(String name) {
        String[] parts = name.split("/", -1);
        return switch (parts.length) {
            case 2 -> parts[0];
            case 4 -> parts[2];
            default -> "";
        };
    }

    private StoredRecord owner(OwnerName name) {
        Entry<TenantRecord> tenant = tenants.find(name.tenant());
        return owners.find(tenant, name).stored();
    }

    private StoredRecord token(TokenName name, Caller caller, String operation) {
        TokenFinder.Found found = tokens.find(name);
        caller.requireOwn(found.token().payload(), operation);
        return found.token().stored();
    }

    /** A catalog and its modules are read one after the other. */
    private StoredRecord module(ModuleName name) {
        return Attempts.run(() -> module(catalogs.find(name.catalog()), name), ResourceType.MODULE, name.text());
    }

    private Optional<StoredRecord> module(Entry<CatalogRecord> catalog, ModuleName name) {
        ModuleReference reference = CatalogFinder.reference(catalog, name.module())
                .orElseThrow(() -> new AdminException(new Missing(ResourceType.MODULE, name.text())));
        return catalogs.modules(catalog, List.of(reference))
                .map(modules -> modules.values().iterator().next().stored());
    }
}
