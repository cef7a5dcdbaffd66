package io.keywarden.admin;

import io.keywarden.credential.HmacKeys;
import io.keywarden.credential.SecretHasher;
import io.keywarden.delivery.SecretSealer;
import io.keywarden.store.RecordOpener;
import io.keywarden.store.RecordSigner;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/** New keys for one test. Each kind can take the steps of a rotation; who asks for the keys then has those of that step. */
final class TestKeys {
    private static final int SIGNING_KEY = 7;

    private final Map<Integer, KeyPair> signing = new HashMap<>();
    private final Live tags;
    private final Live peppers;
    private final Live sealing;
    private final SecureRandom random;
    private int signingKey = SIGNING_KEY;

    TestKeys(SecureRandom random) {
        this.random = random;
        signing.put(SIGNING_KEY, pair());
        tags = new Live();
        peppers = new Live();
        sealing = new Live();
    }

    /** The live versions of a kind. */
    final class Live {
        private final Map<Integer, byte[]> keys = new HashMap<>(Map.of(1, key()));
        private int active = 1;

        void distribute() {
            keys.put(active + 1, key());
        }

        void activate() {
            active++;
        }

        void retire() {
            keys.remove(active - 1);
        }
    }

    Live tags() {
        return tags;
    }

    Live peppers() {
        return peppers;
    }

    Live sealing() {
        return sealing;
    }

    void distributeSigning() {
        signing.put(signingKey + 1, pair());
    }

    void activateSigning() {
        signingKey++;
    }

    void retireSigning() {
        signing.remove(signingKey - 1);
    }

    RecordSigner signer() {
        return new RecordSigner(
                signingKey, Objects.requireNonNull(signing.get(signingKey)).getPrivate());
    }

    Set<Integer> signingIds() {
        return signing.keySet();
    }

    RecordOpener opener() {
        Map<Integer, PublicKey> keys = new HashMap<>();
        signing.forEach((id, pair) -> keys.put(id, pair.getPublic()));
        return new RecordOpener(keys, 10_000);
    }

    HmacKeys tagKeys() {
        return new HmacKeys(tags.active, tags.keys);
    }

    SecretHasher hasher() {
        return new SecretHasher(new HmacKeys(peppers.active, peppers.keys), random);
    }

    Optional<SecretSealer> sealer() {
        return Optional.of(new SecretSealer(sealing.active, sealing.keys));
    }

    private static KeyPair pair() {
        try {
            return KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Ed25519 is missing (expected: every Java platform has it)", e);
        }
    }

    private byte[] key() {
        byte[] key = new byte[HmacKeys.MIN_KEY_BYTES];
        random.nextBytes(key);
        return key;
    }
}
