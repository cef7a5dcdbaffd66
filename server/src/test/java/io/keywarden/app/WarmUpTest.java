package io.keywarden.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.keywarden.check.CheckKeys;
import io.keywarden.check.CheckService;
import io.keywarden.check.CheckSettings;
import io.keywarden.credential.HmacKeys;
import io.keywarden.credential.IdTags;
import io.keywarden.credential.OpaqueSecrets;
import io.keywarden.credential.SecretHasher;
import io.keywarden.policy.Reason;
import io.keywarden.testkit.FakeCheckReader;
import io.keywarden.testkit.FakeCheckReader.Read;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class WarmUpTest {
    private final SecureRandom random = new SecureRandom();
    private final HmacKeys keys = new HmacKeys(1, Map.of(1, new byte[32]));
    private final IdTags tags = new IdTags(keys);
    private volatile FakeCheckReader store = new FakeCheckReader(tags);
    private final ExecutorService beside = Executors.newSingleThreadExecutor();
    private final WarmUp warmUp = WarmUp.begin(
            new CheckService.Needs(
                    source -> store.begin(source),
                    new CheckKeys(new SecretHasher(keys, random), new OpaqueSecrets(keys)),
                    CheckSettings.DEFAULT,
                    InstantSource.system(),
                    Duration.ofSeconds(5)),
            tags,
            beside,
            random);

    @AfterEach
    void end() {
        warmUp.close();
        beside.shutdownNow();
    }

    @Test
    void attempt_storeAnswers_isDone() throws Exception {
        assertThat(warmUp.attempt()).isTrue();
        assertThat(store.reads).as("checks that read").contains(Read.TOKEN);
    }

    @Test
    void attempt_storeCannotTell_isNotDoneUntilItCan() throws Exception {
        FakeCheckReader answers = store;
        FakeCheckReader away = new FakeCheckReader(tags);
        away.cannotTellIn(Read.TOKEN, Reason.STORE_UNAVAILABLE);
        store = away;
        assertThat(warmUp.attempt()).isFalse();
        assertThat(warmUp.attempt()).isFalse();

        store = answers;
        assertThat(warmUp.attempt()).isTrue();
    }
}
