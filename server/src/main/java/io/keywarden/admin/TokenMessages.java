package io.keywarden.admin;

import com.google.protobuf.Timestamp;
import com.google.protobuf.util.Timestamps;
import io.keywarden.admin.v1.Grant;
import io.keywarden.admin.v1.RevokeReason;
import io.keywarden.admin.v1.Secret;
import io.keywarden.admin.v1.Token;
import io.keywarden.policy.Reason;
import io.keywarden.store.v1.GrantRecord;
import io.keywarden.store.v1.SecretDigest;
import io.keywarden.store.v1.TenantRecord;
import io.keywarden.store.v1.TokenRecord;
import io.keywarden.token.TokenId;
import java.util.ArrayList;
import java.util.List;

/** Tokens as callers see them, and as they are stored. What callers see has no field for a secret or a digest. */
final class TokenMessages {
    private TokenMessages() {}

    /** A token for callers, as it is at a moment. */
    static Token token(TenantRecord tenant, Entry<TokenRecord> entry, Timestamp now) {
        TokenRecord record = entry.payload();
        return contents(tenant, record, now).toBuilder()
                .setName(new ResourceNames.TokenName(tenant.getId(), new TokenId(record.getId())).text())
                .setEtag(entry.etag())
                .build();
    }

    /** A token for callers, without a name and an etag. */
    static Token contents(TenantRecord tenant, TokenRecord record, Timestamp now) {
        Token.Builder token = Token.newBuilder()
                .setDisplayName(record.getDisplayName())
                .setDescription(record.getDescription())
                .putAllLabels(record.getLabelsMap())
                .putAllAnnotations(record.getAnnotationsMap())
                .setState(state(record.getState()))
                .addAllBlockedBy(blockedBy(tenant, record, now))
                .setCreator(record.getCreator())
                .setRevokeReasonValue(record.getRevokeReason());
        record.getGrantsList().forEach(grant -> token.addGrants(grant(grant)));
        record.getSecretsList().forEach(secret -> token.addSecrets(secret(secret, now)));
        if (record.hasNotBeforeTime()) {
            token.setNotBeforeTime(record.getNotBeforeTime());
        }
        if (record.hasExpireTime()) {
            token.setExpireTime(record.getExpireTime());
        }
        if (record.hasPurgeTime()) {
            token.setPurgeTime(record.getPurgeTime());
        }
        if (record.hasCreateTime()) {
            token.setCreateTime(record.getCreateTime()).setUpdateTime(record.getUpdateTime());
        }
        return token.build();
    }

    /** What is stored of a new token's own fields; all else is left for the command. */
    static TokenRecord.Builder record(Token token, List<GrantRecord> grants) {
        TokenRecord.Builder record = TokenRecord.newBuilder()
                .setDisplayName(token.getDisplayName())
                .setDescription(token.getDescription())
                .addAllGrants(grants)
                .putAllLabels(token.getLabelsMap())
                .putAllAnnotations(token.getAnnotationsMap())
                .setState(TokenRecord.State.ACTIVE)
                .setRevokeReason(RevokeReason.REVOKE_REASON_UNSPECIFIED_VALUE);
        if (token.hasNotBeforeTime()) {
            record.setNotBeforeTime(token.getNotBeforeTime());
        }
        if (token.hasExpireTime()) {
            record.setExpireTime(token.getExpireTime());
        }
        return record;
    }

    /** Why a check would refuse it, in the order of the decision. */
    private static List<String> blockedBy(TenantRecord tenant, TokenRecord record, Timestamp now) {
        List<Reason> reasons = new ArrayList<>();
        switch (record.getState()) {
            case REVOKED -> reasons.add(Reason.REVOKED);
            case DELETED -> reasons.add(Reason.DELETED);
            case DISABLED -> reasons.add(Reason.DISABLED);
            case ACTIVE -> {}
            case STATE_UNSPECIFIED, UNRECOGNIZED -> reasons.add(Reason.INTERNAL);
        }
        if (tenant.getState() != TenantRecord.State.ACTIVE) {
            reasons.add(Reason.TENANT_DISABLED);
        }
        if (record.hasExpireTime() && Timestamps.compare(record.getExpireTime(), now) <= 0) {
            reasons.add(Reason.EXPIRED);
        }
        if (record.hasNotBeforeTime() && Timestamps.compare(now, record.getNotBeforeTime()) < 0) {
            reasons.add(Reason.NOT_YET_VALID);
        }
        return reasons.stream().map(Reason::name).toList();
    }

    private static Token.State state(TokenRecord.State state) {
        return switch (state) {
            case ACTIVE -> Token.State.ACTIVE;
            case DISABLED -> Token.State.DISABLED;
            case REVOKED -> Token.State.REVOKED;
            case DELETED -> Token.State.DELETED;
            case STATE_UNSPECIFIED, UNRECOGNIZED -> Token.State.STATE_UNSPECIFIED;
        };
    }

    private static Grant grant(GrantRecord record) {
        Grant.Builder grant = Grant.newBuilder();
        switch (record.getTargetCase()) {
            case MODULE -> grant.setModule(record.getModule().getId());
            case ALL_MODULES -> grant.setAllModules(true);
            case OPERATION -> grant.setOperation(record.getOperation().getId());
            case TARGET_NOT_SET -> grant.clearTarget();
        }
        record.getActionsList().forEach(action -> grant.addActions(CatalogMessages.action(action)));
        return grant.build();
    }

    private static Secret secret(SecretDigest digest, Timestamp now) {
        Secret.Builder secret =
                Secret.newBuilder().setNumber(digest.getNumber()).setCreateTime(digest.getCreateTime());
        if (!digest.hasEndTime()) {
            return secret.setState(Secret.State.CURRENT).build();
        }
        boolean live = Timestamps.compare(now, digest.getEndTime()) < 0;
        return secret.setState(live ? Secret.State.GRACE : Secret.State.ENDED)
                .setGraceEndTime(digest.getEndTime())
                .build();
    }
}
