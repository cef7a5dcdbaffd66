package io.keywarden.admin;

import io.keywarden.credential.HmacKeys;
import io.keywarden.credential.SecretHasher;
import io.keywarden.delivery.SecretSealer;
import io.keywarden.store.RecordOpener;
import io.keywarden.store.RecordSigner;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.util.Map;
import java.util.Optional;

/** New keys for one test. */
final class TestKeys {
    private static final int SIGNING_KEY = 7;

    private final KeyPair signing;
    private final HmacKeys tagKeys;
    private final HmacKeys peppers;
    private final SecretSealer sealer;
    private final SecureRandom random;

    TestKeys(SecureRandom random) {
        this.random = random;
        try {
            signing = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Ed25519 is missing (expected: every Java platform has it)", e);
        }
        tagKeys = hmac();
        peppers = hmac();
        sealer = new SecretSealer(1, Map.of(1, key()));
    }

    RecordSigner signer() {
        return new RecordSigner(SIGNING_KEY, signing.getPrivate());
    }

    RecordOpener opener() {
        return new RecordOpener(Map.of(SIGNING_KEY, signing.getPublic()), 10_000);
    }

    HmacKeys tagKeys() {
        return tagKeys;
    }

    SecretHasher hasher() {
        return new SecretHasher(peppers, random);
    }

    Optional<SecretSealer> sealer() {
        return Optional.of(sealer);
    }

    private HmacKeys hmac() {
        return new HmacKeys(1, Map.of(1, key()));
    }

    private byte[] key() {
        byte[] key = new byte[HmacKeys.MIN_KEY_BYTES];
        random.nextBytes(key);
        return key;
    }
}
