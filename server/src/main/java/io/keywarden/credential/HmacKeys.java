package io.keywarden.credential;

import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * The live versions of one HMAC-SHA-256 key (RFC 2104), at most two: the active one makes, all of them check. Safe for use
 * by several threads. Prints nothing of the keys.
 */
public final class HmacKeys {
    /** How many versions can be live: the active one, and the one before or after it. */
    public static final int MAX_LIVE = 2;
    /** How many bytes a key has at least. */
    public static final int MIN_KEY_BYTES = 32;

    private final int activeId;
    /** Gone through for each check. */
    private final List<Version> versions;

    private final List<Integer> ids;

    private final List<Integer> activeFirst;

    private record Version(int id, ThreadLocal<Mac> mac) {}

    /**
     * Takes the keys.
     *
     * @param activeId the id of the version that makes
     * @param keys the versions by id: 1 or 2, of 32 bytes at least
     * @throws IllegalArgumentException if there are more or fewer, one is shorter, or none has the active id
     */
    public HmacKeys(int activeId, Map<Integer, byte[]> keys) {
        if (keys.isEmpty() || keys.size() > MAX_LIVE || !keys.containsKey(activeId)) {
            throw new IllegalArgumentException(
                    "key ids " + keys.keySet() + ", active " + activeId + " (expected: 1 or 2, with the active one)");
        }
        this.activeId = activeId;
        List<Version> live = new ArrayList<>();
        keys.forEach((id, key) -> {
            if (key.length < MIN_KEY_BYTES) {
                throw new IllegalArgumentException(
                        "key " + id + " of " + key.length + " bytes (expected: at least " + MIN_KEY_BYTES + ")");
            }
            SecretKeySpec spec = new SecretKeySpec(key, "HmacSHA256");
            live.add(new Version(id, ThreadLocal.withInitial(() -> newMac(spec))));
        });
        this.versions = List.copyOf(live);
        this.ids = keys.keySet().stream().sorted().toList();
        this.activeFirst = keys.keySet().stream()
                .sorted(Comparator.comparing(id -> id != activeId))
                .toList();
    }

    /** The id of the version that makes. */
    public int activeId() {
        return activeId;
    }

    /** The ids of the live versions, in order. */
    public List<Integer> ids() {
        return ids;
    }

    /** The ids of the live versions, that of the active one first. */
    public List<Integer> activeFirst() {
        return activeFirst;
    }

    /**
     * Makes the 32-byte code of some parts. Each part goes in behind its length, so that no two lists of parts make the
     * same input.
     *
     * @throws IllegalArgumentException if no live version has this id
     */
    public byte[] mac(int id, byte[]... parts) {
        Mac mac = mac(id);
        int length = 0;
        for (byte[] part : parts) {
            length += Integer.BYTES + part.length;
        }
        // In one piece: each call of the Mac costs as much as some bytes do.
        byte[] input = new byte[length];
        int at = 0;
        for (byte[] part : parts) {
            input[at++] = (byte) (part.length >>> 24);
            input[at++] = (byte) (part.length >>> 16);
            input[at++] = (byte) (part.length >>> 8);
            input[at++] = (byte) part.length;
            System.arraycopy(part, 0, input, at, part.length);
            at += part.length;
        }
        byte[] code = mac.doFinal(input);
        Arrays.fill(input, (byte) 0);
        return code;
    }

    private Mac mac(int id) {
        for (int i = 0; i < versions.size(); i++) {
            if (versions.get(i).id() == id) {
                return versions.get(i).mac().get();
            }
        }
        throw new IllegalArgumentException("key id " + id + " (expected: one of " + ids + ")");
    }

    private static Mac newMac(SecretKeySpec key) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(key);
            return mac;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("HmacSHA256 is missing (expected: every Java platform has it)", e);
        }
    }
}
