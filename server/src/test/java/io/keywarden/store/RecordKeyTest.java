package io.keywarden.store;

import static org.assertj.core.api.Assertions.assertThat;

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
                "kw:r:{a8-}:t:abc",
                "kw:r:{a8Z}x:t:abc",
                "kw:h:{a8Z}:t:abc",
                "xkw:r:{a8Z}:t:abc"
            })
    void parse_anythingElse_nothing(String text) {
        assertThat(RecordKey.parse(text)).isEmpty();
    }
}
