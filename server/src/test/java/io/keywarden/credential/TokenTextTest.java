package io.keywarden.credential;

import static org.assertj.core.api.Assertions.assertThat;

import io.keywarden.token.Base62;
import io.keywarden.token.SlotTag;
import io.keywarden.token.TokenId;
import io.keywarden.token.TokenSecret;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Map;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;

final class TokenTextTest {
    private final SecureRandom random = new SecureRandom();
    private final TokenId id = new IdTags(new HmacKeys(1, Map.of(1, new byte[32]))).issue(new SlotTag("a8Z"), random);
    private final TokenSecret secret = TokenSecret.random(random);
    private final String text = TokenText.format("acme", id, secret);

    @Test
    void format_newToken_hasThePrintedFormAndTheScannerFindsIt() {
        assertThat(text).hasSize(4 + 1 + 26 + 1 + 43 + 6).matches(TokenText.SCANNER_REGEX);
    }

    @Test
    void parse_whatFormatWrote_givesIdAndSecret() {
        TokenText parsed = TokenText.parse(text).orElseThrow();

        assertThat(parsed.id()).isEqualTo(id);
        assertThat(parsed.secret().reveal()).isEqualTo(secret.reveal());
    }

    @Test
    void parse_anyOneCharacterChanged_isNotAToken() {
        for (int i = 0; i < text.length(); i++) {
            char other = text.charAt(i) == 'x' ? 'y' : 'x';
            String typo = text.substring(0, i) + other + text.substring(i + 1);

            assertThat(TokenText.parse(typo)).as("position %d", i).isEmpty();
        }
    }

    @Test
    void parse_shortestPrefix_isAToken() {
        assertThat(TokenText.parse(TokenText.format("a", id, secret))).isPresent();
    }

    @Test
    void parse_rightChecksumOverOtherCharacters_isNotAToken() {
        for (int i : new int[] {0, 4, 5, 30, 31, 32, 74}) {
            String unchecked = text.substring(0, i) + "." + text.substring(i + 1, text.length() - 6);
            CRC32 crc = new CRC32();
            crc.update(unchecked.getBytes(StandardCharsets.ISO_8859_1));
            assertThat(TokenText.parse(unchecked + Base62.encode(crc.getValue(), 6)))
                    .as("position %d", i)
                    .isEmpty();
        }
    }

    @Test
    void format_eachForm_isMadeOfIdAndSecret() {
        String revealed = new String(secret.reveal(), StandardCharsets.ISO_8859_1);
        assertThat(text).startsWith("acme_" + id.text() + "_" + revealed);
        assertThat(TokenText.formatPair(id, secret)).isEqualTo(id.text() + ":" + revealed);
        assertThat(TokenText.formatOpaque(secret)).isEqualTo(revealed);
    }

    @Test
    void parse_anyLengthCutOrGrown_isNotAToken() {
        for (int i = 0; i < text.length(); i++) {
            assertThat(TokenText.parse(text.substring(0, i))).isEmpty();
        }
        assertThat(TokenText.parse(text + "0")).isEmpty();
        assertThat(TokenText.parse(" " + text)).isEmpty();
    }

    @Test
    void isIn_textWithATokenInOneOfItsForms_true() {
        assertThat(TokenText.isIn(text)).isTrue();
        assertThat(TokenText.isIn("use " + text + ", please")).isTrue();
        assertThat(TokenText.isIn("use " + TokenText.formatPair(id, secret) + "."))
                .isTrue();
    }

    @Test
    void isIn_textThatOnlyLooksLikeOne_false() {
        assertThat(TokenText.isIn("")).isFalse();
        assertThat(TokenText.isIn("token " + id.text())).isFalse();
        assertThat(TokenText.isIn(text.substring(0, text.length() - 1) + "!")).isFalse();
        assertThat(TokenText.isIn("a_" + "x".repeat(26) + "_" + "y".repeat(49))).isFalse();
    }

    @Test
    void toString_tokenText_hidesTheSecret() {
        String revealed = new String(secret.reveal(), StandardCharsets.ISO_8859_1);

        assertThat(new TokenText(id, secret).toString())
                .doesNotContain(revealed)
                .contains(id.text());
    }
}
