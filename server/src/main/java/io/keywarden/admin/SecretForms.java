package io.keywarden.admin;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.util.JsonFormat;
import io.keywarden.admin.v1.DeliveredSecret;
import io.keywarden.admin.v1.ErrorReason;
import io.keywarden.admin.v1.PlainSecret;
import io.keywarden.delivery.RecipientKey;
import io.keywarden.delivery.SecretSealer;
import io.keywarden.store.v1.SecretDigest;
import io.keywarden.store.v1.TenantRecord;
import io.keywarden.store.v1.TokenRecord;
import io.keywarden.token.TokenId;
import io.keywarden.token.TokenSecret;
import io.keywarden.token.Uid;
import java.util.Optional;

/** In which forms a secret is kept, and in which it is told. */
final class SecretForms {
    private final Optional<SecretSealer> sealer;

    SecretForms(Optional<SecretSealer> sealer) {
        this.sealer = sealer;
    }

    /**
     * A secret, and whose it is.
     *
     * @param tenant the tenant of its token
     * @param id the id of its token
     * @param uid the identity of its token
     * @param number its number
     * @param secret the secret
     */
    record Named(Entry<TenantRecord> tenant, TokenId id, Uid uid, int number, TokenSecret secret) {
        private SecretSealer.Of of() {
            return new SecretSealer.Of(tenant.uid(), uid, number);
        }

        private PlainSecret plain() {
            return SecretDelivery.plain(tenant.payload(), id, secret);
        }
    }

    /**
     * A secret as a caller is told it.
     *
     * @param plain in the clear; empty where it is encrypted
     * @param jwe encrypted; empty text where it is in the clear
     */
    record Told(Optional<PlainSecret> plain, String jwe) {
        @Override
        public String toString() {
            return "Told[hidden]";
        }
    }

    /** What is stored of a secret: besides its digest, what the tenant and the token want to be kept of it. */
    SecretDigest kept(SecretDigest digest, Named secret, String deliveryJwk) {
        SecretDigest.Builder kept = digest.toBuilder();
        TenantRecord tenant = secret.tenant().payload();
        if (tenant.getRecoverable()) {
            SecretSealer keys = sealer.orElseThrow(() -> new AdminException(new AdminFailure.WrongState(
                    ErrorReason.SECRET_NOT_RECOVERABLE,
                    ResourceNames.tenant(tenant.getId()),
                    "wants secrets that can be told again, and this Admin's key file has no sealing key")));
            kept.setSealed(ByteString.copyFrom(keys.seal(secret.of(), secret.secret())));
        }
        if (!deliveryJwk.isEmpty()) {
            kept.setJwe(encrypted(secret, deliveryJwk));
        }
        return kept.build();
    }

    /**
     * Tells a secret.
     *
     * @param recipientJwk the key of who is to get it; empty text to tell it in the clear
     */
    static Told told(Named secret, String recipientJwk) {
        return recipientJwk.isEmpty()
                ? new Told(Optional.of(secret.plain()), "")
                : new Told(Optional.empty(), encrypted(secret, recipientJwk));
    }

    /** Opens the current secret of a token; empty where it is not kept, or under a key that is not here any more. */
    Optional<Named> open(Entry<TenantRecord> tenant, Entry<TokenRecord> token) {
        if (token.payload().getSecretsCount() == 0) {
            return Optional.empty();
        }
        SecretDigest current = token.payload().getSecrets(0);
        if (current.getSealed().isEmpty() || sealer.isEmpty()) {
            return Optional.empty();
        }
        SecretSealer.Of of = new SecretSealer.Of(tenant.uid(), token.uid(), current.getNumber());
        return sealer.get()
                .open(of, current.getSealed().toByteArray())
                .map(secret -> new Named(
                        tenant, new TokenId(token.payload().getId()), token.uid(), current.getNumber(), secret));
    }

    /** Notes a key that nothing can be encrypted for. */
    static void check(FieldChecks checks, String field, String jwk) {
        checks.require(jwk.isEmpty() || RecipientKey.parse(jwk).isPresent(), field, RecipientKey.RULE);
    }

    private static String encrypted(Named secret, String jwk) {
        PlainSecret plain = secret.plain();
        String tenant = secret.tenant().payload().getId();
        DeliveredSecret delivered = DeliveredSecret.newBuilder()
                .setName(new ResourceNames.TokenName(tenant, secret.id()).text())
                .setSecretNumber(secret.number())
                .setSecret(plain.getSecret())
                .setAuthorization(plain.getAuthorization())
                .setHeader(plain.getHeader())
                .build();
        RecipientKey key = RecipientKey.parse(jwk)
                .orElseThrow(() -> new IllegalStateException("a key (expected: it was looked at before)"));
        try {
            return key.encrypt(
                    JsonFormat.printer().omittingInsignificantWhitespace().print(delivered));
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException("a message that is no JSON (expected: all are)", e);
        }
    }
}
