package io.keywarden.admin;

import io.keywarden.admin.v1.SecretVisibility;
import io.keywarden.admin.v1.TokenPolicy;
import io.keywarden.admin.v1.TokenType;
import io.keywarden.store.v1.TenantRecord;
import io.keywarden.store.v1.TokenTypeRecord;

/** The rules for a tenant's tokens as callers see them, and as they are stored. */
final class TokenPolicyMessages {
    private static final String DEFAULT_PREFIX = "kw";

    private TokenPolicyMessages() {}

    static TokenPolicy policy(TenantRecord record) {
        TokenPolicy.Builder policy = TokenPolicy.newBuilder()
                .setPrefix(record.getTokenPrefix())
                .setImmutable(record.getImmutable())
                .addAllPriorities(record.getPrioritiesList())
                .setOwnerSelfService(record.getOwnerSelfService());
        if (record.hasMaxLifetime()) {
            policy.setMaxLifetime(record.getMaxLifetime());
        }
        if (record.hasDefaultLifetime()) {
            policy.setDefaultLifetime(record.getDefaultLifetime());
        }
        if (record.hasDefaultGracePeriod()) {
            policy.setDefaultGracePeriod(record.getDefaultGracePeriod());
        }
        policy.setMaxLiveSecrets(record.getMaxLiveSecrets())
                .setSecretVisibility(
                        record.getRecoverable() ? SecretVisibility.RECOVERABLE : SecretVisibility.SHOWN_ONCE);
        record.getAllowedActionsList().forEach(action -> policy.addAllowedActions(CatalogMessages.action(action)));
        record.getTokenTypesList().forEach(type -> policy.addTokenTypes(type(type)));
        return policy.build();
    }

    /** Writes a policy to a tenant, except for its types. */
    static void put(TenantRecord.Builder record, TokenPolicy policy) {
        record.setTokenPrefix(policy.getPrefix().isEmpty() ? DEFAULT_PREFIX : policy.getPrefix())
                .setImmutable(policy.getImmutable())
                .clearPriorities()
                .addAllPriorities(policy.getPrioritiesList())
                .setOwnerSelfService(policy.getOwnerSelfService())
                .clearMaxLifetime()
                .clearDefaultLifetime()
                .clearDefaultGracePeriod()
                .setMaxLiveSecrets(policy.getMaxLiveSecrets())
                .setRecoverable(policy.getSecretVisibility() == SecretVisibility.RECOVERABLE)
                .clearAllowedActions();
        if (policy.hasMaxLifetime()) {
            record.setMaxLifetime(policy.getMaxLifetime());
        }
        if (policy.hasDefaultLifetime()) {
            record.setDefaultLifetime(policy.getDefaultLifetime());
        }
        if (policy.hasDefaultGracePeriod()) {
            record.setDefaultGracePeriod(policy.getDefaultGracePeriod());
        }
        policy.getAllowedActionsList().forEach(action -> record.addAllowedActions(CatalogMessages.action(action)));
    }

    /** What is stored of a type; its grants are left for who resolves them. */
    static TokenTypeRecord.Builder record(TokenType type) {
        return TokenTypeRecord.newBuilder()
                .setId(type.getId())
                .setDisplayName(type.getDisplayName().isEmpty() ? type.getId() : type.getDisplayName());
    }

    private static TokenType type(TokenTypeRecord record) {
        TokenType.Builder type = TokenType.newBuilder().setId(record.getId()).setDisplayName(record.getDisplayName());
        record.getDefaultGrantsList().forEach(grant -> type.addDefaultGrants(GrantMessages.grant(grant)));
        return type.build();
    }
}
