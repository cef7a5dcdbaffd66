package io.keywarden.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class SecretDigestTest {
    private final byte[] bytes = new byte[SecretDigest.BYTES];

    SecretDigestTest() {
        new Random(1).nextBytes(bytes);
    }

    @Test
    void matches_sameBytes_true() {
        assertThat(digest(bytes).matches(bytes.clone())).isTrue();
    }

    @Test
    void matches_anyOneBitTurnedRound_false() {
        for (int bit = 0; bit < SecretDigest.BYTES * Byte.SIZE; bit++) {
            byte[] other = bytes.clone();
            other[bit / Byte.SIZE] ^= (byte) (1 << bit % Byte.SIZE);

            assertThat(digest(bytes).matches(other)).as("bit %s", bit).isFalse();
        }
    }

    @Test
    void matches_sameDifferenceInTwoPlaces_false() {
        for (int i = 0; i < SecretDigest.BYTES; i++) {
            byte[] other = bytes.clone();
            other[i] ^= 0x55;
            other[(i + Long.BYTES) % SecretDigest.BYTES] ^= 0x55;

            assertThat(digest(bytes).matches(other)).as("byte %s", i).isFalse();
        }
    }

    @Test
    void matches_otherLength_false() {
        assertThat(digest(bytes).matches(Arrays.copyOf(bytes, 31))).isFalse();
        assertThat(digest(bytes).matches(Arrays.copyOf(bytes, 33))).isFalse();
    }

    @Test
    void new_bytesChangedAfterwards_keepsWhatItTook() {
        byte[] taken = bytes.clone();
        SecretDigest digest = digest(taken);
        taken[0]++;

        assertThat(digest.matches(bytes)).isTrue();
    }

    @Test
    void new_otherLength_refused() {
        assertThatThrownBy(() -> digest(new byte[31])).hasMessageContaining("31 bytes (expected: 32)");
    }

    private static SecretDigest digest(byte[] bytes) {
        return new SecretDigest(1, 0, bytes, Optional.empty());
    }
}
