package io.keywarden.credential;

import static org.assertj.core.api.Assertions.assertThat;

import io.keywarden.token.SecretDigest;
import io.keywarden.token.SlotTag;
import io.keywarden.token.Token;
import io.keywarden.token.TokenRules;
import io.keywarden.token.TokenSecret;
import io.keywarden.token.TokenState;
import io.keywarden.token.TokenTimes;
import io.keywarden.token.Uid;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class SecretHasherTest {
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

    private final SecureRandom random = new SecureRandom();
    private final byte[] firstPepper = random.generateSeed(32);
    private final byte[] secondPepper = random.generateSeed(32);
    private final SecretHasher hasher = new SecretHasher(new HmacKeys(1, Map.of(1, firstPepper)), random);
    private final Uid tenant = Uid.random(random);
    private final Uid uid = Uid.random(random);
    private final TokenSecret secret = TokenSecret.random(random);

    @Test
    void prove_theTokensSecret_isProvenWithItsNumber() {
        Token token = token(uid, tenant, digestOf(secret, 3, Optional.empty()));

        assertThat(hasher.prove(Optional.of(token), secret, NOW)).isEqualTo(new Proof(Proof.Kind.PROVEN, 3));
    }

    @Test
    void prove_anotherSecretOrNoToken_isWrong() {
        Token token = token(uid, tenant, digestOf(secret, 1, Optional.empty()));

        assertThat(hasher.prove(Optional.of(token), TokenSecret.random(random), NOW))
                .isEqualTo(Proof.WRONG);
        assertThat(hasher.prove(Optional.empty(), secret, NOW)).isEqualTo(Proof.WRONG);
    }

    @Test
    void prove_digestCopiedToAnotherTokenOrTenant_isWrong() {
        SecretDigest digest = digestOf(secret, 1, Optional.empty());

        assertThat(hasher.prove(Optional.of(token(Uid.random(random), tenant, digest)), secret, NOW))
                .isEqualTo(Proof.WRONG);
        assertThat(hasher.prove(Optional.of(token(uid, Uid.random(random), digest)), secret, NOW))
                .isEqualTo(Proof.WRONG);
    }

    @Test
    void prove_endTime_decidesToTheInstant() {
        Token token = token(uid, tenant, digestOf(secret, 1, Optional.of(NOW)));

        assertThat(hasher.prove(Optional.of(token), secret, NOW.minusNanos(1)).kind())
                .isEqualTo(Proof.Kind.PROVEN);
        assertThat(hasher.prove(Optional.of(token), secret, NOW).kind()).isEqualTo(Proof.Kind.ENDED);
    }

    @Test
    void prove_pepperRotated_oldSecretsGoOn() {
        Token token = token(uid, tenant, digestOf(secret, 1, Optional.empty()));
        SecretHasher both = new SecretHasher(new HmacKeys(2, Map.of(1, firstPepper, 2, secondPepper)), random);

        assertThat(both.prove(Optional.of(token), secret, NOW).kind()).isEqualTo(Proof.Kind.PROVEN);
    }

    @Test
    void prove_pepperNotHere_cannotBeTold() {
        Token token = token(uid, tenant, digestOf(secret, 1, Optional.empty()));
        SecretHasher other = new SecretHasher(new HmacKeys(2, Map.of(2, secondPepper)), random);

        assertThat(other.prove(Optional.of(token), secret, NOW)).isEqualTo(Proof.UNKNOWN_PEPPER);
    }

    @Test
    void prove_pepperNotHereOfWhatHasEnded_isWrong() {
        SecretHasher other = new SecretHasher(new HmacKeys(2, Map.of(2, secondPepper)), random);
        Token ended = token(uid, tenant, digestOf(secret, 1, Optional.of(NOW)));
        assertThat(other.prove(Optional.of(ended), secret, NOW)).isEqualTo(Proof.WRONG);
        assertThat(other.prove(Optional.of(ended), secret, NOW.minusNanos(1))).isEqualTo(Proof.UNKNOWN_PEPPER);
        for (TokenState state : TokenState.values()) {
            boolean mayWork = state == TokenState.ACTIVE || state == TokenState.DISABLED;
            Token token = token(state, digestOf(secret, 1, Optional.empty()));
            assertThat(other.prove(Optional.of(token), secret, NOW))
                    .isEqualTo(mayWork ? Proof.UNKNOWN_PEPPER : Proof.WRONG);
        }
    }

    private Token token(TokenState state, SecretDigest digest) {
        return new Token(
                new IdTags(new HmacKeys(1, Map.of(1, firstPepper))).issue(new SlotTag("a8Z"), random),
                uid,
                tenant,
                state,
                TokenTimes.from(Instant.EPOCH),
                TokenRules.NONE,
                List.of(),
                List.of(digest));
    }

    @Test
    void toString_digests_printNoBytes() {
        assertThat(hasher.digest(tenant, uid, secret).toString()).isEqualTo("Digest[pepper=1]");
        assertThat(digestOf(secret, 1, Optional.empty()).toString()).isEqualTo("SecretDigest[number=1, pepper=1]");
    }

    private SecretDigest digestOf(TokenSecret of, int number, Optional<Instant> end) {
        SecretHasher.Digest digest = hasher.digest(tenant, uid, of);
        return new SecretDigest(number, digest.pepper(), digest.bytes(), end);
    }

    private Token token(Uid tokenUid, Uid tenantUid, SecretDigest digest) {
        return new Token(
                new IdTags(new HmacKeys(1, Map.of(1, firstPepper))).issue(new SlotTag("a8Z"), random),
                tokenUid,
                tenantUid,
                TokenState.ACTIVE,
                TokenTimes.from(Instant.EPOCH),
                TokenRules.NONE,
                List.of(),
                List.of(digest));
    }
}
