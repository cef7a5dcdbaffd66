package io.keywarden.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.keywarden.credential.TokenText;
import io.keywarden.token.TokenSecret;
import io.keywarden.token.Uid;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class SecretSealerTest {
    private final SecureRandom random = new SecureRandom();
    private final byte[] first = key();
    private final byte[] second = key();
    private final SecretSealer.Of of = new SecretSealer.Of(Uid.random(random), Uid.random(random), 3);
    private final TokenSecret secret = TokenSecret.random(random);

    @Test
    void open_whatWasSealed_isTheSecret() {
        SecretSealer sealer = new SecretSealer(1, Map.of(1, first));
        byte[] sealed = sealer.seal(of, secret);

        assertThat(new String(sealed, StandardCharsets.ISO_8859_1)).doesNotContain(text(secret));
        assertThat(sealer.open(of, sealed).map(SecretSealerTest::text)).contains(text(secret));
        assertThat(sealer.seal(of, secret)).isNotEqualTo(sealed);
    }

    @Test
    void open_ofAnotherSecret_isEmpty() {
        SecretSealer sealer = new SecretSealer(1, Map.of(1, first));
        byte[] sealed = sealer.seal(of, secret);

        List<SecretSealer.Of> others = List.of(
                new SecretSealer.Of(Uid.random(random), of.token(), of.number()),
                new SecretSealer.Of(of.tenant(), Uid.random(random), of.number()),
                new SecretSealer.Of(of.tenant(), of.token(), of.number() + 1));
        assertThat(others)
                .allSatisfy(other -> assertThat(sealer.open(other, sealed)).isEmpty());
    }

    @Test
    void open_eachByteChanged_isEmpty() {
        SecretSealer sealer = new SecretSealer(1, Map.of(1, first));
        byte[] sealed = sealer.seal(of, secret);

        for (int i = 0; i < sealed.length; i++) {
            byte[] changed = sealed.clone();
            changed[i] ^= 1;
            assertThat(sealer.open(of, changed)).as("byte %d", i).isEmpty();
        }
    }

    @Test
    void open_keyRotatedInThreeSteps_opensUntilItsKeyIsRetired() {
        byte[] sealed = new SecretSealer(1, Map.of(1, first)).seal(of, secret);
        SecretSealer both = new SecretSealer(2, Map.of(1, first, 2, second));

        assertThat(both.open(of, sealed)).isPresent();
        assertThat(SecretSealer.keyId(sealed)).isEqualTo(1);
        assertThat(SecretSealer.keyId(both.seal(of, secret))).isEqualTo(2);
        assertThat(new SecretSealer(2, Map.of(2, second)).open(of, sealed)).isEmpty();
    }

    @Test
    void keyId_somethingElse_isNone() {
        assertThat(SecretSealer.keyId(new byte[0])).isZero();
        assertThat(SecretSealer.keyId(new byte[40])).isZero();
    }

    @Test
    void sealer_keysThatAreNone_areRefusedWithoutTellingThem() {
        assertThatThrownBy(() -> new SecretSealer(2, Map.of(1, first))).hasMessageContaining("active 2");
        assertThatThrownBy(() -> new SecretSealer(1, Map.of(1, new byte[16]))).hasMessageContaining("expected: 32");
        assertThatThrownBy(() -> new SecretSealer(1, Map.of(1, first, 2, second, 3, key())))
                .hasMessageContaining("expected: 1 or 2");
        assertThat(new SecretSealer(1, Map.of(1, first))).hasToString("sealing keys [1] (active 1)");
    }

    private static String text(TokenSecret secret) {
        return TokenText.formatOpaque(secret);
    }

    private byte[] key() {
        byte[] key = new byte[SecretSealer.KEY_BYTES];
        random.nextBytes(key);
        return key;
    }
}
