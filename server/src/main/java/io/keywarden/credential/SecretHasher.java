package io.keywarden.credential;

import io.keywarden.token.SecretDigest;
import io.keywarden.token.Token;
import io.keywarden.token.TokenSecret;
import io.keywarden.token.TokenState;
import io.keywarden.token.Uid;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Makes and compares digests of secrets: HMAC-SHA-256 under a pepper that Redis never sees, over the tenant's uid, the
 * token's uid and the secret, so that neither a copy of Redis nor the right to write to it is of use for making a token.
 */
public final class SecretHasher {
    private static final byte[] CONTEXT = "keywarden secret digest 1".getBytes(StandardCharsets.US_ASCII);

    private final HmacKeys peppers;
    private final Uid dummyTenant;
    private final Uid dummyToken;
    private final SecretDigest dummyDigest;

    /**
     * Takes the peppers.
     *
     * @param random makes what an unknown token is compared with
     */
    public SecretHasher(HmacKeys peppers, SecureRandom random) {
        this.peppers = peppers;
        this.dummyTenant = Uid.random(random);
        this.dummyToken = Uid.random(random);
        byte[] noise = new byte[SecretDigest.BYTES];
        random.nextBytes(noise);
        this.dummyDigest = new SecretDigest(0, 0, noise, Optional.empty());
    }

    /** The live peppers' ids, in order. */
    public List<Integer> pepperIds() {
        return peppers.ids();
    }

    /** The id of the pepper that digests are made under. */
    public int activePepper() {
        return peppers.activeId();
    }

    /** The digest of a token's new secret, under the active pepper. */
    public Digest digest(Uid tenant, Uid token, TokenSecret secret) {
        return new Digest(peppers.activeId(), mac(peppers.activeId(), tenant, token, secret));
    }

    /**
     * Compares a presented secret with a token's. Does the same work for every token and for none: an HMAC for each live
     * pepper, and a fixed number of comparisons.
     *
     * @param token what is known of the token; empty for an unknown one
     * @param now the moment by which a replaced secret has ended or not
     */
    public Proof prove(Optional<Token> token, TokenSecret secret, Instant now) {
        List<SecretDigest> digests = token.map(Token::secrets).orElse(List.of());
        Uid tenantUid = token.map(Token::tenantUid).orElse(dummyTenant);
        Uid tokenUid = token.map(Token::uid).orElse(dummyToken);
        Proof proof = Proof.WRONG;
        for (int pepper : peppers.ids()) {
            byte[] candidate = mac(pepper, tenantUid, tokenUid, secret);
            for (int i = 0; i < Token.MAX_SECRETS; i++) {
                SecretDigest digest = i < digests.size() ? digests.get(i) : dummyDigest;
                boolean equal = digest.matches(candidate);
                boolean right = equal && i < digests.size() && digest.pepper() == pepper;
                proof = right ? Proof.of(digest, now) : proof;
            }
        }
        return proof.kind() == Proof.Kind.WRONG && !isComparable(token, now) ? Proof.UNKNOWN_PEPPER : proof;
    }

    /** Whether all could be compared that may still open something: what has ended, or its token has, is refused anyway. */
    private boolean isComparable(Optional<Token> token, Instant now) {
        return token
                .filter(known -> known.state() == TokenState.ACTIVE || known.state() == TokenState.DISABLED)
                .stream()
                .flatMap(known -> known.secrets().stream())
                .filter(digest ->
                        digest.endTime().filter(end -> !now.isBefore(end)).isEmpty())
                .allMatch(digest -> peppers.ids().contains(digest.pepper()));
    }

    private byte[] mac(int pepper, Uid tenant, Uid token, TokenSecret secret) {
        return peppers.mac(pepper, CONTEXT, tenant.toBytes(), token.toBytes(), secret.reveal());
    }

    /**
     * A new digest.
     *
     * @param pepper the id of the pepper
     * @param bytes 32 bytes
     */
    @SuppressWarnings("ArrayRecordComponent") // goes straight into a record's bytes, is never compared
    public record Digest(int pepper, byte[] bytes) {
        @Override
        public String toString() {
            return "Digest[pepper=" + pepper + "]";
        }
    }
}
