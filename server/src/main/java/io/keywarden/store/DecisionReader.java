package io.keywarden.store;

import io.keywarden.policy.CompiledCatalog;
import io.keywarden.token.Tenant;
import io.keywarden.token.TenantRef;
import io.keywarden.token.Token;
import io.keywarden.token.TokenId;
import java.time.Duration;
import java.util.concurrent.CompletionStage;

/**
 * Reads what a decision needs, verified and compiled. Never blocks, never completes exceptionally, and completes within
 * the limit. When Redis is gone every answer is CannotTell.
 */
public interface DecisionReader {
    /**
     * Reads whose a host is.
     *
     * @param host canonical: lower case, no port, no trailing dot
     */
    CompletionStage<Lookup<TenantRef>> tenantOfHost(String host, Duration limit);

    /** Reads a tenant. */
    CompletionStage<Lookup<Tenant>> tenant(TenantRef tenant, Duration limit);

    /** Reads a token, and the tenant that it says it is of. */
    CompletionStage<Lookup<Token>> token(TokenId id, Duration limit);

    /** Reads a catalog with all its modules, of one revision. */
    CompletionStage<Lookup<CompiledCatalog>> catalog(Tenant.CatalogRef catalog, Duration limit);
}
