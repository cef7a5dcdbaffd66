package io.keywarden.store;

import com.github.benmanes.caffeine.cache.Interner;
import com.google.protobuf.InvalidProtocolBufferException;
import io.keywarden.store.v1.OwnerRecord;
import io.keywarden.store.v1.TokenRecord;
import io.keywarden.token.IpRanges;
import io.keywarden.token.Owner;
import io.keywarden.token.SecretDigest;
import io.keywarden.token.Token;
import io.keywarden.token.TokenId;
import io.keywarden.token.TokenRules;
import io.keywarden.token.TokenRules.OwnerRef;
import io.keywarden.token.TokenState;
import io.keywarden.token.TokenTimes;
import io.keywarden.token.Uid;
import java.util.Optional;
import java.util.Set;

/** Turns the payloads of tokens and owners into what the decision sees. What it does not understand it rejects. */
final class TokenCompiler {
    /** Tokens share their tenants, and many of them what holds for them. */
    private static final Interner<Uid> TENANTS = Interner.newWeakInterner();

    private static final Interner<TokenRules> RULES = Interner.newWeakInterner();

    private TokenCompiler() {}

    static Token token(StoredRecord record) throws InvalidProtocolBufferException {
        TokenRecord payload = TokenRecord.parseFrom(record.payload());
        return new Token(
                id(record, payload.getId()),
                record.uid(),
                TENANTS.intern(RecordCompiler.uid(payload.getTenantUid())),
                state(payload.getState()),
                times(payload),
                RULES.intern(rules(payload)),
                GrantCompiler.grants(payload.getGrantsList()),
                payload.getSecretsList().stream().map(TokenCompiler::digest).toList());
    }

    private static TokenId id(StoredRecord record, String id) {
        RecordCompiler.same(id, record.key().id());
        return new TokenId(id);
    }

    static Owner owner(StoredRecord record) throws InvalidProtocolBufferException {
        OwnerRecord payload = OwnerRecord.parseFrom(record.payload());
        return new Owner(
                record.uid(),
                payload.getId(),
                TENANTS.intern(RecordCompiler.uid(payload.getTenantUid())),
                isActive(payload.getState()),
                payload.getRevocations(),
                GrantCompiler.grants(payload.getGrantsList()));
    }

    private static TokenTimes times(TokenRecord payload) {
        return new TokenTimes(
                RecordCompiler.time(payload.getCreateTime()),
                RecordCompiler.time(payload.hasNotBeforeTime(), payload.getNotBeforeTime()),
                RecordCompiler.time(payload.hasExpireTime(), payload.getExpireTime()),
                RecordCompiler.time(payload.hasShadowUntil(), payload.getShadowUntil()));
    }

    private static TokenRules rules(TokenRecord payload) {
        return new TokenRules(
                payload.hasOwner()
                        ? Optional.of(new OwnerRef(
                                RecordCompiler.uid(payload.getOwner().getUid()), payload.getOwnerRevocations()))
                        : Optional.empty(),
                payload.getTenantRevocations(),
                Set.copyOf(payload.getAllowedClientsList()),
                payload.getAllowedCidrsCount() == 0 ? IpRanges.EMPTY : IpRanges.of(payload.getAllowedCidrsList()),
                Set.copyOf(payload.getAllowedCountriesList()),
                payload.getPriority());
    }

    private static TokenState state(TokenRecord.State state) {
        return switch (state) {
            case ACTIVE -> TokenState.ACTIVE;
            case DISABLED -> TokenState.DISABLED;
            case REVOKED -> TokenState.REVOKED;
            // It has no secret, so nobody proves one and is told that it was there.
            case DELETED, PURGED -> TokenState.DELETED;
            case STATE_UNSPECIFIED, UNRECOGNIZED ->
                throw new IllegalArgumentException("state " + state + " (expected: a known one)");
        };
    }

    private static boolean isActive(OwnerRecord.State state) {
        return switch (state) {
            case ACTIVE -> true;
            case DISABLED, DELETED -> false;
            case STATE_UNSPECIFIED, UNRECOGNIZED ->
                throw new IllegalArgumentException("state " + state + " (expected: a known one)");
        };
    }

    private static SecretDigest digest(io.keywarden.store.v1.SecretDigest secret) {
        return new SecretDigest(
                secret.getNumber(),
                secret.getPepper(),
                secret.getDigest().toByteArray(),
                RecordCompiler.time(secret.hasEndTime(), secret.getEndTime()));
    }
}
