package io.keywarden.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.keywarden.credential.HmacKeys;
import io.keywarden.store.v1.AliasRecord.Namespace;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;

class AliasesTest {
    private static final byte[] KEY = new byte[32];
    private static final byte[] OTHER_KEY = "another key of thirty-two bytes!".getBytes(StandardCharsets.US_ASCII);

    private final Aliases aliases = new Aliases(new HmacKeys(1, Map.of(1, KEY)));

    @Test
    void key_sameName_sameKeyWithoutTheName() {
        RecordKey key = aliases.key(Namespace.HOST, "acme");

        assertThat(key).isEqualTo(aliases.key(Namespace.HOST, "acme"));
        assertThat(key.text()).doesNotContain("acme");
        assertThat(key.id()).hasSize(22);
    }

    @Test
    void keys_twoLive_activeOnesFirst() {
        Aliases both = new Aliases(new HmacKeys(2, Map.of(1, KEY, 2, OTHER_KEY)));

        assertThat(both.keys(Namespace.HOST, "acme"))
                .containsExactly(
                        new Aliases(new HmacKeys(1, Map.of(1, OTHER_KEY))).key(Namespace.HOST, "acme"),
                        aliases.key(Namespace.HOST, "acme"))
                .startsWith(both.key(Namespace.HOST, "acme"));
        assertThat(aliases.keys(Namespace.HOST, "acme")).containsExactly(aliases.key(Namespace.HOST, "acme"));
    }

    @Test
    void key_otherNameNamespaceOrSecret_otherKey() {
        RecordKey key = aliases.key(Namespace.HOST, "acme");

        assertThat(aliases.key(Namespace.HOST, "acme2")).isNotEqualTo(key);
        assertThat(aliases.key(Namespace.TENANT_ID, "acme")).isNotEqualTo(key);
        assertThat(new Aliases(new HmacKeys(1, Map.of(1, OTHER_KEY))).key(Namespace.HOST, "acme"))
                .isNotEqualTo(key);
    }
}
