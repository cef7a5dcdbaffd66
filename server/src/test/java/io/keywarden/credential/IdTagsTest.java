package io.keywarden.credential;

import static org.assertj.core.api.Assertions.assertThat;

import io.keywarden.token.SlotTag;
import io.keywarden.token.TokenId;
import java.security.SecureRandom;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class IdTagsTest {
    private final SecureRandom random = new SecureRandom();
    private final byte[] oldKey = random.generateSeed(32);
    private final byte[] newKey = random.generateSeed(32);
    private final IdTags tags = new IdTags(new HmacKeys(1, Map.of(1, oldKey)));

    @Test
    void issue_newId_isGenuineAndLeadsToItsSlot() {
        TokenId id = tags.issue(new SlotTag("a8Z"), random);

        assertThat(tags.isGenuine(id)).isTrue();
        assertThat(id.slot()).isEqualTo(new SlotTag("a8Z"));
    }

    @Test
    void isGenuine_anyOneCharacterChanged_isFalse() {
        String text = tags.issue(new SlotTag("a8Z"), random).text();
        for (int i = 0; i < text.length(); i++) {
            char other = text.charAt(i) == 'x' ? 'y' : 'x';
            TokenId madeUp = new TokenId(text.substring(0, i) + other + text.substring(i + 1));

            assertThat(tags.isGenuine(madeUp)).as("position %d", i).isFalse();
        }
    }

    @Test
    void isGenuine_keyRotated_acceptsBothVersionsAndNotARetiredOne() {
        TokenId old = tags.issue(new SlotTag("a8Z"), random);
        IdTags both = new IdTags(new HmacKeys(2, Map.of(1, oldKey, 2, newKey)));
        IdTags retired = new IdTags(new HmacKeys(2, Map.of(2, newKey)));

        assertThat(both.isGenuine(old)).isTrue();
        assertThat(both.isGenuine(retired.issue(new SlotTag("000"), random))).isTrue();
        assertThat(retired.isGenuine(old)).isFalse();
    }
}
