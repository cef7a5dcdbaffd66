package io.keywarden.admin;

import com.google.protobuf.ByteString;
import io.keywarden.credential.IdTags;
import io.keywarden.credential.SecretHasher;
import io.keywarden.store.v1.SecretDigest;
import io.keywarden.store.v1.TenantRecord;
import io.keywarden.token.TokenId;
import io.keywarden.token.TokenSecret;
import io.keywarden.token.Uid;
import java.security.SecureRandom;

/** Makes the identities and secrets of tokens. */
final class TokenIssuer {
    private final IdTags ids;
    private final SecretHasher hasher;
    private final SecureRandom random;

    TokenIssuer(IdTags ids, SecretHasher hasher, SecureRandom random) {
        this.ids = ids;
        this.hasher = hasher;
        this.random = random;
    }

    /**
     * A token that is not yet stored.
     *
     * @param id its id
     * @param uid its identity
     * @param secret its secret, to be told once
     * @param digest what is stored of it; the time is left for the command
     */
    record Issued(TokenId id, Uid uid, TokenSecret secret, SecretDigest digest) {}

    /**
     * A secret that is not yet stored.
     *
     * @param secret the secret, to be told once
     * @param digest what is stored of it; the time and the alias are left for the command
     */
    record NewSecret(TokenSecret secret, SecretDigest digest) {}

    /** Makes a token's id, its identity and its first secret. */
    Issued issue(Entry<TenantRecord> tenant) {
        TokenId id = ids.issue(tenant.stored().key().slot(), random);
        Uid uid = Uid.random(random);
        NewSecret first = secret(tenant, uid, 1);
        return new Issued(id, uid, first.secret(), first.digest());
    }

    /** Makes a secret of a token. */
    NewSecret secret(Entry<TenantRecord> tenant, Uid token, int number) {
        TokenSecret secret = TokenSecret.random(random);
        SecretHasher.Digest digest = hasher.digest(tenant.uid(), token, secret);
        return new NewSecret(
                secret,
                SecretDigest.newBuilder()
                        .setNumber(number)
                        .setPepper(digest.pepper())
                        .setDigest(ByteString.copyFrom(digest.bytes()))
                        .build());
    }
}
