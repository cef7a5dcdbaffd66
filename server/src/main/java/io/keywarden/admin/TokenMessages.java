package io.keywarden.admin;

import com.google.protobuf.Timestamp;
import com.google.protobuf.util.Timestamps;
import io.keywarden.admin.ResourceNames.OwnerName;
import io.keywarden.admin.v1.Secret;
import io.keywarden.admin.v1.Token;
import io.keywarden.policy.Reason;
import io.keywarden.store.v1.OwnerRecord;
import io.keywarden.store.v1.SecretDigest;
import io.keywarden.store.v1.TenantRecord;
import io.keywarden.store.v1.TokenRecord;
import io.keywarden.token.IpRanges;
import io.keywarden.token.TenantRules;
import io.keywarden.token.TokenId;
import java.util.ArrayList;
import java.util.List;

/** Tokens as callers see them, and as they are stored. What callers see has no field for a secret or a digest. */
final class TokenMessages {
    private TokenMessages() {}

    /** A token for callers, as it is at a moment. */
    static Token token(Above above, Entry<TokenRecord> entry, Timestamp now) {
        TokenRecord record = entry.payload();
        String tenant = above.tenant().payload().getId();
        return shown(above, record, now).toBuilder()
                .setName(new ResourceNames.TokenName(tenant, new TokenId(record.getId())).text())
                .setEtag(entry.etag())
                .build();
    }

    /** A token for callers, without a name and an etag: what it is because of its tenant and its owner is part of it. */
    static Token shown(Above above, TokenRecord record, Timestamp now) {
        Token.Builder token =
                contents(above.tenant().payload().getId(), record, now).addAllBlockedBy(blockedBy(above, record, now));
        if (record.getState() != TokenRecord.State.DELETED && above.hasRevoked(record)) {
            token.setState(Token.State.REVOKED);
        }
        if (record.getPriority().isEmpty()) {
            token.setPriority(TenantRules.defaultPriority(
                    TokenRuleChecks.priorities(above.tenant().payload())));
        }
        return token.build();
    }

    /** What is stored of a token, for callers. */
    static Token.Builder contents(String tenant, TokenRecord record, Timestamp now) {
        Token.Builder token = Token.newBuilder()
                .setDisplayName(record.getDisplayName())
                .setDescription(record.getDescription())
                .addAllGrants(GrantMessages.grants(record.getGrantsList()))
                .putAllLabels(record.getLabelsMap())
                .putAllAnnotations(record.getAnnotationsMap())
                .setState(state(record.getState()))
                .setCreator(record.getCreator())
                .setRevokeReasonValue(record.getRevokeReason())
                .setType(record.getType())
                .addAllAllowedClients(record.getAllowedClientsList())
                .addAllAllowedCidrs(record.getAllowedCidrsList())
                .addAllAllowedCountries(record.getAllowedCountriesList())
                .setPriority(record.getPriority())
                .setImmutable(record.getImmutable())
                .setCredentialId(record.getCredentialId())
                .setDeliveryJwk(record.getDeliveryJwk());
        if (record.hasOwner()) {
            token.setOwner(new OwnerName(tenant, record.getOwner().getId()).text());
        }
        record.getSecretsList().forEach(secret -> token.addSecrets(secret(secret, now)));
        times(token, record);
        rotation(token, record);
        return token;
    }

    private static void rotation(Token.Builder token, TokenRecord record) {
        if (record.hasRotationPeriod()) {
            token.getRotationPolicyBuilder().setPeriod(record.getRotationPeriod());
        }
        if (record.hasRotationGracePeriod()) {
            token.getRotationPolicyBuilder().setGracePeriod(record.getRotationGracePeriod());
        }
        if (record.hasNextRotationTime()) {
            token.setNextRotationTime(record.getNextRotationTime());
        }
    }

    private static void times(Token.Builder token, TokenRecord record) {
        if (record.hasNotBeforeTime()) {
            token.setNotBeforeTime(record.getNotBeforeTime());
        }
        if (record.hasExpireTime()) {
            token.setExpireTime(record.getExpireTime());
        }
        if (record.hasShadowUntil()) {
            token.setShadowUntil(record.getShadowUntil());
        }
        if (record.hasRotateTime()) {
            token.setRotateTime(record.getRotateTime());
        }
        if (record.hasPurgeTime()) {
            token.setPurgeTime(record.getPurgeTime());
        }
        if (record.hasCreateTime()) {
            token.setCreateTime(record.getCreateTime()).setUpdateTime(record.getUpdateTime());
        }
    }

    /** Writes all that a caller decides to a token, except for its grants and its owner. */
    static void put(TokenRecord.Builder record, Token token) {
        record.setDisplayName(token.getDisplayName())
                .setDescription(token.getDescription())
                .clearLabels()
                .putAllLabels(token.getLabelsMap())
                .clearAnnotations()
                .putAllAnnotations(token.getAnnotationsMap())
                .setType(token.getType())
                .clearAllowedClients()
                .addAllAllowedClients(token.getAllowedClientsList())
                .clearAllowedCidrs()
                .addAllAllowedCidrs(token.getAllowedCidrsList().stream()
                        .map(cidr -> IpRanges.canonical(cidr).orElseThrow())
                        .distinct()
                        .toList())
                .clearAllowedCountries()
                .addAllAllowedCountries(token.getAllowedCountriesList())
                .setPriority(token.getPriority())
                .setImmutable(token.getImmutable())
                .setCredentialId(token.getCredentialId())
                .clearNotBeforeTime()
                .clearExpireTime()
                .clearShadowUntil();
        if (token.hasNotBeforeTime()) {
            record.setNotBeforeTime(token.getNotBeforeTime());
        }
        if (token.hasExpireTime()) {
            record.setExpireTime(token.getExpireTime());
        }
        if (token.hasShadowUntil()) {
            record.setShadowUntil(token.getShadowUntil());
        }
        putRotation(record, token);
    }

    private static void putRotation(TokenRecord.Builder record, Token token) {
        record.setDeliveryJwk(token.getDeliveryJwk()).clearRotationPeriod().clearRotationGracePeriod();
        if (token.getRotationPolicy().hasPeriod()) {
            record.setRotationPeriod(token.getRotationPolicy().getPeriod());
        }
        if (token.getRotationPolicy().hasGracePeriod()) {
            record.setRotationGracePeriod(token.getRotationPolicy().getGracePeriod());
        }
    }

    /** Why a check would refuse it, in the order of the decision. */
    private static List<String> blockedBy(Above above, TokenRecord record, Timestamp now) {
        List<Reason> reasons = new ArrayList<>();
        if (above.hasRevoked(record)) {
            reasons.add(Reason.REVOKED);
        }
        switch (record.getState()) {
            case DELETED, PURGED -> reasons.add(Reason.DELETED);
            case DISABLED -> reasons.add(Reason.DISABLED);
            case ACTIVE, REVOKED -> {}
            case STATE_UNSPECIFIED, UNRECOGNIZED -> reasons.add(Reason.INTERNAL);
        }
        TenantRecord tenant = above.tenant().payload();
        if (tenant.getState() != TenantRecord.State.ACTIVE) {
            reasons.add(Reason.TENANT_DISABLED);
        }
        boolean ownerActive = above.owner()
                .map(owner -> owner.payload().getState() == OwnerRecord.State.ACTIVE)
                .orElse(false);
        if (record.hasOwner() && !ownerActive) {
            reasons.add(Reason.OWNER_DISABLED);
        }
        if (TokenEnd.of(tenant, record)
                .filter(end -> Timestamps.compare(end, now) <= 0)
                .isPresent()) {
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
            case DELETED, PURGED -> Token.State.DELETED;
            case STATE_UNSPECIFIED, UNRECOGNIZED -> Token.State.STATE_UNSPECIFIED;
        };
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
