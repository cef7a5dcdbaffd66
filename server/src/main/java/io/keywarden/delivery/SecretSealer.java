package io.keywarden.delivery;

import com.google.crypto.tink.AccessesPartialKey;
import com.google.crypto.tink.Aead;
import com.google.crypto.tink.InsecureSecretKeyAccess;
import com.google.crypto.tink.KeysetHandle;
import com.google.crypto.tink.aead.AeadConfig2026;
import com.google.crypto.tink.aead.AesGcmKey;
import com.google.crypto.tink.aead.AesGcmParameters;
import com.google.crypto.tink.util.SecretBytes;
import io.keywarden.token.TokenSecret;
import io.keywarden.token.Uid;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Keeps secrets so that Admin, and nobody who has the store alone, can tell them again: AES-256-GCM by Tink, for the very token
 * and number that a secret is of. The active version of the key seals, all live ones open. Safe for use by several threads.
 * Prints nothing of the keys.
 */
public final class SecretSealer {
    /** How many versions of the key can be live. */
    public static final int MAX_LIVE = 2;
    /** How many bytes a key has. */
    public static final int KEY_BYTES = 32;

    private static final byte[] CONTEXT = "keywarden sealed secret 1".getBytes(StandardCharsets.US_ASCII);
    private static final int TINK_PREFIX_BYTES = 5;

    private final Aead aead;
    private final List<Integer> ids;
    private final int activeId;

    /**
     * Takes the keys.
     *
     * @param activeId the id of the version that seals
     * @param keys the versions by id: 1 or 2, of 32 bytes each
     * @throws IllegalArgumentException if there are more or fewer, one has another length, or none has the active id
     */
    public SecretSealer(int activeId, Map<Integer, byte[]> keys) {
        if (keys.isEmpty() || keys.size() > MAX_LIVE || !keys.containsKey(activeId)) {
            throw new IllegalArgumentException(
                    "key ids " + keys.keySet() + ", active " + activeId + " (expected: 1 or 2, with the active one)");
        }
        keys.forEach((id, key) -> {
            if (key.length != KEY_BYTES) {
                throw new IllegalArgumentException(
                        "key " + id + " of " + key.length + " bytes (expected: " + KEY_BYTES + ")");
            }
        });
        this.activeId = activeId;
        this.ids = keys.keySet().stream().sorted().toList();
        this.aead = aead(activeId, keys);
    }

    /**
     * Which secret it is.
     *
     * @param tenant its token's tenant
     * @param token its token
     * @param number its number
     */
    public record Of(Uid tenant, Uid token, int number) {
        private byte[] context() {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            bytes.writeBytes(CONTEXT);
            bytes.writeBytes(tenant.toBytes());
            bytes.writeBytes(token.toBytes());
            bytes.writeBytes(ByteBuffer.allocate(Integer.BYTES).putInt(number).array());
            return bytes.toByteArray();
        }
    }

    /** Seals a secret. */
    public byte[] seal(Of of, TokenSecret secret) {
        try {
            return aead.encrypt(secret.reveal(), of.context());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("AES-GCM is missing (expected: every Java platform has it)", e);
        }
    }

    /** Opens what {@link #seal} made; empty where it is of another secret or not genuine, or its key is not live any more. */
    public Optional<TokenSecret> open(Of of, byte[] sealed) {
        try {
            byte[] secret = aead.decrypt(sealed, of.context());
            return Optional.of(TokenSecret.of(new String(secret, StandardCharsets.ISO_8859_1)));
        } catch (GeneralSecurityException e) {
            // Tink says no more than that it could not be opened with any of the keys.
            return Optional.empty();
        }
    }

    /** The id of the key under which something was sealed; 0 where nothing of ours was. */
    public static int keyId(byte[] sealed) {
        return sealed.length > TINK_PREFIX_BYTES && sealed[0] == 1
                ? ByteBuffer.wrap(sealed, 1, 4).getInt()
                : 0;
    }

    /** The ids of the live versions, in order. */
    public List<Integer> ids() {
        return ids;
    }

    /** The id of the version that seals. */
    public int activeId() {
        return activeId;
    }

    @Override
    public String toString() {
        return "sealing keys " + ids + " (active " + activeId + ")";
    }

    // Our keys are ours: they are in the key file as they are, beside those that Tink knows nothing of.
    @AccessesPartialKey
    private static Aead aead(int activeId, Map<Integer, byte[]> keys) {
        try {
            AesGcmParameters parameters = AesGcmParameters.builder()
                    .setKeySizeBytes(KEY_BYTES)
                    .setIvSizeBytes(12)
                    .setTagSizeBytes(16)
                    .setVariant(AesGcmParameters.Variant.TINK)
                    .build();
            KeysetHandle.Builder keyset = KeysetHandle.newBuilder();
            for (Map.Entry<Integer, byte[]> key : keys.entrySet()) {
                KeysetHandle.Builder.Entry entry = KeysetHandle.importKey(AesGcmKey.builder()
                        .setParameters(parameters)
                        .setIdRequirement(key.getKey())
                        .setKeyBytes(SecretBytes.copyFrom(key.getValue(), InsecureSecretKeyAccess.get()))
                        .build());
                keyset.addEntry(key.getKey() == activeId ? entry.makePrimary() : entry);
            }
            return keyset.build().getPrimitive(AeadConfig2026.get(), Aead.class);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("AES-GCM is missing (expected: every Java platform has it)", e);
        }
    }
}
