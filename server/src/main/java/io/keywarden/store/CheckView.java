package io.keywarden.store;

import io.keywarden.policy.CompiledCatalog;
import io.keywarden.policy.Decision;
import io.keywarden.token.OutagePolicy;
import io.keywarden.token.Owner;
import io.keywarden.token.SlotTag;
import io.keywarden.token.Tenant;
import io.keywarden.token.TenantRef;
import io.keywarden.token.Token;
import io.keywarden.token.TokenId;
import io.keywarden.token.Uid;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/**
 * What one check knows. It is asked for all that a decision needs, at once and without waiting; what is not known yet is
 * answered with cannot tell, and noted. Then, until all is known:
 *
 * <pre>{@code
 * decision = decide(view);
 * if (!view.isComplete()) { view.load(limit) and begin again }
 * else if (the credential is not one that is known && view.distrust()) { view.load(limit) and begin again }
 * else { view.doubt(policy) replaces the decision where it is present }
 * }</pre>
 *
 * <p>A decision that was made while something was not known means nothing. For one thread at a time.
 */
public interface CheckView {
    /**
     * Whose a host is.
     *
     * @param host canonical: lower case, no port, no trailing dot
     */
    Lookup<TenantRef> tenantOfHost(String host);

    /** The tenant with an id. */
    Lookup<TenantRef> tenantOfId(String id);

    /** The token with an id that the tenant's customer gave it. */
    Lookup<TokenId> tokenOfCredentialId(TenantRef tenant, String credentialId);

    /**
     * The token of a secret that was presented without an id.
     *
     * @param digests the secret's, as {@code credential.OpaqueSecrets} makes them for the tenant
     */
    Lookup<TokenId> tokenOfSecret(TenantRef tenant, List<byte[]> digests);

    /**
     * The owner of a token.
     *
     * @param slot the slot of their tenant
     */
    Lookup<Owner> owner(SlotTag slot, Uid owner);

    /** A tenant. */
    Lookup<Tenant> tenant(TenantRef tenant);

    /** A token. One whose id is made up is not found, and costs no read. */
    Lookup<Token> token(TokenId id);

    /** A catalog with all its modules, of one revision. */
    Lookup<CompiledCatalog> catalog(Tenant.CatalogRef catalog);

    /** Whether all that was asked for since the last load was known. */
    boolean isComplete();

    /**
     * Reads what was asked for and not known. Never blocks, never completes exceptionally, and completes within the limit,
     * on any thread; what could not be read is then known as cannot tell.
     */
    CompletionStage<Void> load(Duration limit);

    /**
     * Asks for the token and for the names that led to it, or to no tenant, to be read again if this check has not read them
     * itself, so that a new or rotated token works at once. To be called before a credential is refused for not being one that is known.
     *
     * @return whether something is to be loaded now
     */
    boolean distrust();

    /**
     * Whether what was read may be believed at this moment, and if not, why. To be asked last, once the decision is made.
     *
     * @param policy the outage policy of the tenant that the decision is about; empty where it is about none
     */
    Optional<Decision.CannotTell> doubt(Optional<OutagePolicy> policy);

    /** How long ago the oldest of what was taken from memory was read; zero where all of it was read for this check. */
    Duration age();
}
