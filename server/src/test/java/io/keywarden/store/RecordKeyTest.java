package io.keywarden.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.keywarden.store.v1.RecordKind;
import io.keywarden.token.SlotTag;
import io.keywarden.token.TokenId;
import io.keywarden.token.Uid;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class RecordKeyTest {
    private static final SlotTag SLOT = new SlotTag("a8Z");

    static Stream<RecordKey> keys() {
        return Stream.of(
                RecordKey.STORE,
                RecordKey.alias("0123abcXYZ"),
                RecordKey.tenant(SLOT, new Uid(1, 2)),
                RecordKey.catalog(SLOT, new Uid(3, 4)),
                RecordKey.module(SLOT, new Uid(-1, -1)),
                RecordKey.token(new TokenId("a8Z0123456789ABCDEF0123456")));
    }

    @Test
    void kept_keysOfOneSlot_shareItsTag() {
        RecordKey one = RecordKey.token(new TokenId("a8Z0123456789ABCDEF0123456"));
        RecordKey other = RecordKey.token(new TokenId("a8Z6543210FEDCBA9876543210"));

        assertThat(one.kept()).isEqualTo(one).hasSameHashCodeAs(one);
        assertThat(one.slot()).isNotSameAs(other.slot());
        assertThat(one.kept().slot()).isSameAs(other.kept().slot());
    }

    @Test
    void equals_otherKindSlotOrCharacter_isAnotherKey() {
        String id = "0123456789ABCDEFGHIJKLMNOPQRST";
        RecordKey key = new RecordKey(RecordKind.OWNER, SLOT, id);

        assertThat(new RecordKey(RecordKind.OWNER, SLOT, id)).isEqualTo(key).hasSameHashCodeAs(key);
        assertThat(new RecordKey(RecordKind.TENANT, SLOT, id)).isNotEqualTo(key);
        assertThat(new RecordKey(RecordKind.OWNER, new SlotTag("a8Y"), id)).isNotEqualTo(key);
        for (int i = 0; i < id.length(); i++) {
            String other = id.substring(0, i) + "z" + id.substring(i + 1);

            assertThat(new RecordKey(RecordKind.OWNER, SLOT, other)).isNotEqualTo(key);
        }
    }

    @Test
    void id_longestOrShortest_isKept() {
        assertThat(new RecordKey(RecordKind.ALIAS, SLOT, "z".repeat(RecordKey.MAX_ID_LENGTH)).id())
                .isEqualTo("z".repeat(RecordKey.MAX_ID_LENGTH));
        assertThat(new RecordKey(RecordKind.ALIAS, SLOT, "0").id()).isEqualTo("0");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "0123456789ABCDEFGHIJKLMNOPQRSTU", "a-b", "0123456789-", "0123456789ABCDEFGHIJ-"})
    void recordKey_noId_refused(String id) {
        assertThatThrownBy(() -> new RecordKey(RecordKind.ALIAS, SLOT, id))
                .hasMessage("record id " + id + " (expected: 1 to 30 base62 characters)");
    }

    @ParameterizedTest
    @MethodSource("keys")
    void parse_everyKind_theSameKey(RecordKey key) {
        assertThat(RecordKey.parse(key.text())).contains(key);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "kw:r:",
                "kw:r:{",
                "kw:r:{}:t:x",
                "kw:r:{a8Z}",
                "kw:r:{a8Z}:t",
                "kw:r:{a8Z}:t:",
                "kw:r:{a8Z}:x:abc",
                "kw:r:{a8Z}:tt:abc",
                "kw:r:{a8Z}:t:a-b",
                "kw:r:{a8Z}:t:0123456789ABCDEFGHIJKLMNOPQRSTU",
                "kw:r:{a8-}:t:abc",
                "kw:r:{a8Z}x:t:abc",
                "kw:h:{a8Z}:t:abc",
                "xkw:r:{a8Z}:t:abc"
            })
    void parse_anythingElse_nothing(String text) {
        assertThat(RecordKey.parse(text)).isEmpty();
    }
}
