package io.keywarden.delivery;

import com.nimbusds.jose.EncryptionMethod;
import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWEAlgorithm;
import com.nimbusds.jose.JWEEncrypter;
import com.nimbusds.jose.JWEHeader;
import com.nimbusds.jose.JWEObject;
import com.nimbusds.jose.Payload;
import com.nimbusds.jose.crypto.ECDHEncrypter;
import com.nimbusds.jose.crypto.RSAEncrypter;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.RSAKey;
import java.text.ParseException;
import java.util.Optional;

/**
 * The public key of who is to get a secret (RFC 7517): what is encrypted for it (RFC 7516, compact) only they can read. EC keys
 * take ECDH-ES and RSA keys RSA-OAEP-256, both with A256GCM. Safe for use by several threads.
 */
public final class RecipientKey {
    /** What can be one. */
    public static final String RULE = "a public JWK of kty EC (P-256, P-384 or P-521) or RSA (2048 to 8192 bits), for"
            + " encryption, at most 4096 characters";

    private static final int MAX_LENGTH = 4_096;
    private static final int MIN_RSA_BITS = 2_048;
    private static final int MAX_RSA_BITS = 8_192;

    private final JWK key;
    private final JWEAlgorithm algorithm;
    private final JWEEncrypter encrypter;

    private RecipientKey(JWK key, JWEAlgorithm algorithm, JWEEncrypter encrypter) {
        this.key = key;
        this.algorithm = algorithm;
        this.encrypter = encrypter;
    }

    /** Reads a key; empty where it is none that secrets can be encrypted for, or a private one. */
    public static Optional<RecipientKey> parse(String jwk) {
        if (jwk.length() > MAX_LENGTH) {
            return Optional.empty();
        }
        try {
            JWK key = JWK.parse(jwk);
            boolean forUs = !key.isPrivate()
                    && (key.getKeyUse() == null || key.getKeyUse().equals(KeyUse.ENCRYPTION));
            return forUs ? of(key) : Optional.empty();
        } catch (ParseException | JOSEException | IllegalArgumentException | IllegalStateException e) {
            // What is wrong is not said: a text that was taken for a public key can be a private one.
            return Optional.empty();
        }
    }

    private static Optional<RecipientKey> of(JWK key) throws JOSEException {
        if (key instanceof ECKey ec && ECDHEncrypter.SUPPORTED_ELLIPTIC_CURVES.contains(ec.getCurve())) {
            return of(key, JWEAlgorithm.ECDH_ES, new ECDHEncrypter(ec));
        }
        if (key instanceof RSAKey rsa && rsa.size() >= MIN_RSA_BITS && rsa.size() <= MAX_RSA_BITS) {
            return of(key, JWEAlgorithm.RSA_OAEP_256, new RSAEncrypter(rsa));
        }
        return Optional.empty();
    }

    private static Optional<RecipientKey> of(JWK key, JWEAlgorithm algorithm, JWEEncrypter encrypter) {
        boolean agrees = key.getAlgorithm() == null || key.getAlgorithm().equals(algorithm);
        return agrees ? Optional.of(new RecipientKey(key, algorithm, encrypter)) : Optional.empty();
    }

    /** Encrypts JSON for who holds the private key. */
    public String encrypt(String json) {
        JWEHeader header = new JWEHeader.Builder(algorithm, EncryptionMethod.A256GCM)
                .keyID(key.getKeyID())
                .contentType("application/json")
                .build();
        JWEObject jwe = new JWEObject(header, new Payload(json));
        try {
            jwe.encrypt(encrypter);
        } catch (JOSEException e) {
            throw new IllegalStateException(algorithm + " failed (expected: the key was looked at before)", e);
        }
        return jwe.serialize();
    }

    @Override
    public String toString() {
        return "RecipientKey[" + algorithm + "]";
    }
}
