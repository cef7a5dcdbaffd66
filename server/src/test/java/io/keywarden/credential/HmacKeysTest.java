package io.keywarden.credential;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.keywarden.token.TokenId;
import io.keywarden.token.TokenSecret;
import io.keywarden.token.Uid;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;

/** What is made under a key has to be the same in every version: the store is full of it. */
final class HmacKeysTest {
    private static final byte[] KEY = "0123456789abcdef0123456789abcdef".getBytes(US_ASCII);

    private final HmacKeys keys = new HmacKeys(1, Map.of(1, KEY));

    @Test
    void mac_parts_areCodedBehindTheirLengths() throws GeneralSecurityException {
        byte[] big = new byte[(1 << 24) + (1 << 16) + (1 << 8) + 1];
        assertThat(keys.mac(1, new byte[0], new byte[] {7}, big)).isEqualTo(code(new byte[0], new byte[] {7}, big));
        assertThat(keys.mac(1)).isEqualTo(code());
        assertThat(keys.mac(1, new byte[] {1, 2})).isNotEqualTo(keys.mac(1, new byte[] {1}, new byte[] {2}));
    }

    @Test
    void mac_unknownKey_refused() {
        assertThatThrownBy(() -> keys.mac(2, KEY))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("key id 2 (expected: one of [1])");
    }

    @Test
    void keys_tooManyTooFewOrTooShort_areRefused() {
        assertRefused(1, Map.of());
        assertRefused(2, Map.of(1, KEY));
        assertRefused(1, Map.of(1, KEY, 2, KEY, 3, KEY));
        assertRefused(1, Map.of(1, new byte[31]));
        assertThat(new HmacKeys(2, Map.of(1, KEY, 2, new byte[32])).activeId()).isEqualTo(2);
    }

    @Test
    void digests_ofSecrets_areCodesOverTheirContext() throws GeneralSecurityException {
        Uid tenant = new Uid(1, 2);
        Uid token = new Uid(3, 4);
        TokenSecret secret = TokenSecret.of("secret-of-nobody");
        byte[] text = secret.reveal();
        assertThat(new OpaqueSecrets(keys).digest(tenant, secret))
                .isEqualTo(code("keywarden opaque secret 1".getBytes(US_ASCII), tenant.toBytes(), text));
        assertThat(new SecretHasher(keys, new SecureRandom())
                        .digest(tenant, token, secret)
                        .bytes())
                .isEqualTo(
                        code("keywarden secret digest 1".getBytes(US_ASCII), tenant.toBytes(), token.toBytes(), text));
    }

    @Test
    void isGenuine_idOfAnEarlierVersion_isTrue() {
        assertThat(new IdTags(keys).isGenuine(new TokenId("a8ZP17kqvt4sPtI5iud85FPK6m")))
                .isTrue();
    }

    private static void assertRefused(int active, Map<Integer, byte[]> versions) {
        assertThatThrownBy(() -> new HmacKeys(active, versions)).isInstanceOf(IllegalArgumentException.class);
    }

    private static byte[] code(byte[]... parts) throws GeneralSecurityException {
        ByteArrayOutputStream input = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            input.writeBytes(ByteBuffer.allocate(4).putInt(part.length).array());
            input.writeBytes(part);
        }
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(KEY, "HmacSHA256"));
        return mac.doFinal(input.toByteArray());
    }
}
