package io.keywarden.admin;

import io.keywarden.admin.AdminFailure.ResourceType;
import io.keywarden.admin.v1.Grant;
import io.keywarden.admin.v1.TokenType;
import io.keywarden.store.v1.CatalogReference;
import io.keywarden.store.v1.ModuleRecord;
import io.keywarden.store.v1.TokenTypeRecord;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** Turns a tenant's types of tokens into what is stored: what their grants name is looked up in the tenant's catalog. */
final class TokenTypes {
    private final CatalogGrants grants;

    TokenTypes(CatalogGrants grants) {
        this.grants = grants;
    }

    /** Resolves types whose form was checked; notes the grants that name nothing. */
    List<TokenTypeRecord> resolve(FieldChecks checks, CatalogReference catalog, List<TokenType> types) {
        List<Grant> all = types.stream()
                .flatMap(type -> type.getDefaultGrantsList().stream())
                .toList();
        Map<String, Entry<ModuleRecord>> modules = Attempts.run(
                () -> grants.named(catalog, all), ResourceType.CATALOG, ResourceNames.catalog(catalog.getId()));
        return IntStream.range(0, types.size())
                .mapToObj(i -> {
                    String field = "tenant.token_policy.token_types[" + i + "].default_grants";
                    return TokenPolicyMessages.record(types.get(i))
                            .addAllDefaultGrants(GrantResolver.resolve(
                                    checks, field, types.get(i).getDefaultGrantsList(), modules))
                            .build();
                })
                .toList();
    }
}
