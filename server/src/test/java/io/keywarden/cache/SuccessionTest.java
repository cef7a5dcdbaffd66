package io.keywarden.cache;

import static org.assertj.core.api.Assertions.assertThat;

import io.keywarden.store.RecordKey;
import io.keywarden.token.Uid;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class SuccessionTest {
    private final SecureRandom random = new SecureRandom();
    private final Succession succession = new Succession();
    private final Told told = new Told();

    @Test
    void forget_nobodyToTell_toldWhenItBegins() {
        RecordKey early = key();
        succession.forget(early);
        succession.begin(told);

        assertThat(told.keys).containsExactly(early);
        assertThat(told.flushes).isZero();
    }

    @Test
    void forget_begun_toldAtOnce() {
        succession.begin(told);
        RecordKey late = key();
        succession.forget(late);
        succession.forgetAll();

        assertThat(told.keys).containsExactly(late);
        assertThat(told.flushes).isEqualTo(1);
    }

    @Test
    void forget_moreThanAreRemembered_everythingIsForgotten() {
        for (int i = 0; i < 10_001; i++) {
            succession.forget(key());
        }
        succession.begin(told);

        assertThat(told.flushes).isEqualTo(1);
    }

    @Test
    void forgetAll_nobodyToTell_toldWhenItBegins() {
        succession.forgetAll();
        succession.begin(told);

        assertThat(told.flushes).isEqualTo(1);
    }

    @Test
    void begin_again_onlyTheFirstAreTold() {
        succession.begin(told);
        Told others = new Told();
        succession.begin(others);
        succession.forget(key());

        assertThat(told.keys).hasSize(1);
        assertThat(others.keys).isEmpty();
    }

    private RecordKey key() {
        return RecordKey.tenant(CacheWorld.SLOT, Uid.random(random));
    }

    private static final class Told implements Succession.Former {
        private final List<RecordKey> keys = new ArrayList<>();
        private int flushes;

        @Override
        public void forget(RecordKey key) {
            keys.add(key);
        }

        @Override
        public void forgetAll() {
            flushes++;
        }
    }
}
