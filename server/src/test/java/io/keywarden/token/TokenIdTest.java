package io.keywarden.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class TokenIdTest {
    private static final String TEXT = "a8Z0123456789ABCDEFwxyzXYZ";

    private final TokenId id = new TokenId(TEXT);

    @Test
    void text_itsParts_areOfTheText() {
        assertThat(id.text()).isEqualTo(TEXT);
        assertThat(id).hasToString(TEXT);
        assertThat(id.slot()).isEqualTo(new SlotTag("a8Z"));
        assertThat(id.untagged()).isEqualTo("a8Z0123456789ABCDEF");
        assertThat(id.tag()).isEqualTo("wxyzXYZ");
    }

    @Test
    void tokenId_insideOfAText_isTheSame() {
        TokenId inside = new TokenId("kw_" + TEXT + "_secret", 3, 3 + TokenId.LENGTH);

        assertThat(inside).isEqualTo(id).hasSameHashCodeAs(id);
    }

    @Test
    void equals_anyOtherCharacter_isAnotherId() {
        for (int i = 0; i < TEXT.length(); i++) {
            char other = TEXT.charAt(i) == '0' ? '1' : '0';

            assertThat(id).isNotEqualTo(new TokenId(TEXT.substring(0, i) + other + TEXT.substring(i + 1)));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "a8Z0123456789ABCDEFwxyzXY",
                "a8Z0123456789ABCDEFwxyzXYZ0",
                "-8Z0123456789ABCDEFwxyzXYZ",
                "a8Z01234567-9ABCDEFwxyzXYZ",
                "a8Z0123456789ABCDEFwxyzXY-"
            })
    void tokenId_anythingElse_refused(String text) {
        assertThat(TokenId.isTokenId(text)).isFalse();
        assertThatThrownBy(() -> new TokenId(text)).isInstanceOf(IllegalArgumentException.class);
    }
}
