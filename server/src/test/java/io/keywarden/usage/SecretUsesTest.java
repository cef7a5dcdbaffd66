package io.keywarden.usage;

import static org.assertj.core.api.Assertions.assertThat;

import io.keywarden.policy.Facts;
import io.keywarden.store.SecretUse;
import io.keywarden.store.UseWriter;
import io.keywarden.testkit.Samples;
import io.keywarden.token.IpAddress;
import io.keywarden.token.Token;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

final class SecretUsesTest {
    private static final Optional<IpAddress> HERE = IpAddress.parse("192.0.2.1");
    private static final Optional<IpAddress> THERE = IpAddress.parse("192.0.2.2");

    private final Kept kept = new Kept();
    private final AtomicInteger lost = new AtomicInteger();
    private final Token token = Samples.activeToken();
    private Instant now = Instant.parse("2026-03-01T10:00:00Z");
    private final SecretUses uses = new SecretUses(kept, () -> now, lost::incrementAndGet);

    /** Keeps what comes, as long as it can. */
    private static final class Kept implements UseWriter {
        private final List<SecretUse> all = new ArrayList<>();
        private boolean away;

        @Override
        public CompletionStage<Boolean> use(SecretUse.Of of, List<SecretUse> some, Duration limit) {
            if (!away) {
                all.addAll(some);
            }
            return CompletableFuture.completedFuture(!away);
        }
    }

    @Test
    void flush_secretThatWasUsed_isKeptOnceAMinute() {
        use(1, HERE);
        uses.flush();
        assertThat(kept.all).containsExactly(new SecretUse(of(1), HERE, now));

        for (int i = 0; i < 58; i++) {
            later(1);
            use(1, HERE);
            uses.flush();
        }
        assertThat(kept.all).hasSize(1);
        later(2);
        uses.flush();
        assertThat(kept.all).hasSize(2).last().isEqualTo(new SecretUse(of(1), HERE, now.minusSeconds(2)));
        later(600);
        uses.flush();
        assertThat(kept.all).hasSize(2);
    }

    @Test
    void flush_otherSecretOrOtherAddress_isItsOwn() {
        use(1, HERE);
        use(2, HERE);
        use(2, THERE);
        use(2, Optional.empty());
        uses.flush();

        assertThat(kept.all)
                .containsExactlyInAnyOrder(
                        new SecretUse(of(1), HERE, now),
                        new SecretUse(of(2), HERE, now),
                        new SecretUse(of(2), THERE, now),
                        new SecretUse(of(2), Optional.empty(), now));
    }

    @Test
    void flush_storeIsAway_isDueAgain() {
        kept.away = true;
        use(1, HERE);
        uses.flush();
        later(400);
        uses.flush();
        kept.away = false;
        uses.flush();

        assertThat(kept.all).containsExactly(new SecretUse(of(1), HERE, now.minusSeconds(400)));
    }

    @Test
    void drain_usesOfTheLastMinute_areKept() {
        use(1, HERE);
        uses.flush();
        later(1);
        use(1, HERE);
        uses.drain();

        assertThat(kept.all).hasSize(2).last().isEqualTo(new SecretUse(of(1), HERE, now));
        uses.drain();
        assertThat(kept.all).hasSize(2);
    }

    @Test
    void used_moreThanAreRemembered_isCountedAndRoomComesBack() {
        for (int i = 0; i < SecretUses.MOST + 3; i++) {
            use(1, Optional.of(new IpAddress(0, i)));
        }
        assertThat(lost).hasValue(3);
        uses.flush();
        assertThat(kept.all).hasSize(SecretUses.MOST);
        later(121);
        uses.flush();
        use(1, HERE);
        uses.flush();

        assertThat(lost).hasValue(3);
        assertThat(kept.all).hasSize(SecretUses.MOST + 1);
    }

    private void use(int number, Optional<IpAddress> address) {
        uses.used(new Facts.Proven(token, number, Optional.empty(), Optional.empty()), address, now);
    }

    private SecretUse.Of of(int number) {
        return new SecretUse.Of(token.id(), number);
    }

    private void later(int seconds) {
        now = now.plusSeconds(seconds);
    }
}
