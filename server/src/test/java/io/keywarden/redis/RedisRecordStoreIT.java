package io.keywarden.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.keywarden.store.Commit.NewEvent;
import io.keywarden.store.Commit.RecordChange;
import io.keywarden.store.Commits;
import io.keywarden.store.Lookup;
import io.keywarden.store.RecordKey;
import io.keywarden.store.RecordReader.Fetched;
import io.keywarden.store.RecordStoreContract;
import io.keywarden.store.RecordWriter.Outcome;
import io.keywarden.store.SecretUse;
import io.keywarden.store.UseWriter;
import io.keywarden.testkit.Eventually;
import io.keywarden.testkit.RedisExtension;
import io.keywarden.token.IpAddress;
import io.keywarden.token.SlotTag;
import io.keywarden.token.TokenId;
import io.keywarden.token.Uid;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class RedisRecordStoreIT extends RecordStoreContract<RedisStore> {
    @RegisterExtension
    private static final RedisExtension REDIS = new RedisExtension();

    private static RedisStore store;

    private final SlotTag slot = SlotTag.random(new SecureRandom());
    private final RecordKey key = RecordKey.tenant(slot, Uid.random(new SecureRandom()));

    @BeforeAll
    static void connect() {
        store = Stores.connected(REDIS.redis());
    }

    @AfterAll
    static void close() {
        store.close();
    }

    @Override
    protected RedisStore store() {
        return store;
    }

    @Test
    void commit_keyOfAnotherType_refusedAndNothingWritten() {
        REDIS.redis().command("LPUSH", key.text(), "hostile");
        RecordKey other = RecordKey.tenant(slot, Uid.random(new SecureRandom()));

        Outcome outcome = now(store.commit(
                new Commits(slot)
                        .record(RecordChange.write(other, Optional.empty(), bytes("a")))
                        .record(RecordChange.write(key, Optional.empty(), bytes("b")))
                        .build(),
                LIMIT));

        assertThat(outcome).isInstanceOf(Outcome.Refused.class);
        assertThat(((Outcome.Refused) outcome).detail()).contains(key.text()).contains("list");
        assertThat(REDIS.redis().command("EXISTS", other.text())).isEqualTo("0");
    }

    @Test
    void commit_lastEventDeletedByOthers_conflictAndNothingWritten() {
        Commits first = new Commits(slot).event(new NewEvent(key, 1, bytes("one")));
        assertThat(now(store.commit(first.build(), LIMIT))).isInstanceOf(Outcome.Committed.class);
        REDIS.redis().command("XDEL", history(), "1-0");

        Commits again = new Commits(slot)
                .record(RecordChange.write(key, Optional.empty(), bytes("a")))
                .event(new NewEvent(key, 1, bytes("other")));
        assertThat(now(store.commit(again.build(), LIMIT))).isInstanceOf(Outcome.Conflict.class);
        assertThat(REDIS.redis().command("EXISTS", key.text())).isEqualTo("0");
    }

    @Test
    void use_byTwoWritersInAnyOrder_keepsTheLatestOfEachAddress() {
        SecretUse.Of of = new SecretUse.Of(new TokenId("b".repeat(TokenId.LENGTH)), 2);
        Optional<IpAddress> one = IpAddress.parse("192.0.2.1");
        Optional<IpAddress> other = IpAddress.parse("2001:db8::1");
        assertThat(now(store.use(of, List.of(use(of, one, 100), use(of, Optional.empty(), 50)), LIMIT)))
                .isTrue();
        assertThat(now(store.use(of, List.of(use(of, one, 90), use(of, other, 120)), LIMIT)))
                .isTrue();

        assertThat(now(store.uses(of, LIMIT)))
                .isEqualTo(new Lookup.Found<>(
                        List.of(use(of, other, 120), use(of, one, 100), use(of, Optional.empty(), 50))));
        assertThat(now(store.uses(new SecretUse.Of(of.token(), 1), LIMIT))).isEqualTo(new Lookup.Found<>(List.of()));
    }

    @Test
    void use_fromManyAddresses_keepsTheNewestForALongWhile() {
        SecretUse.Of of = new SecretUse.Of(new TokenId("c".repeat(TokenId.LENGTH)), 1);
        for (int i = 1; i <= UseWriter.MOST_ADDRESSES + 5; i++) {
            Optional<IpAddress> address = IpAddress.parse("192.0.2." + i);
            assertThat(now(store.use(of, List.of(use(of, address, i)), LIMIT))).isTrue();
        }
        Lookup<List<SecretUse>> found = now(store.uses(of, LIMIT));

        List<SecretUse> uses = found.fold(all -> all, none -> List.of(), unknown -> List.of());
        assertThat(uses)
                .hasSize(UseWriter.MOST_ADDRESSES)
                .first()
                .isEqualTo(use(of, IpAddress.parse("192.0.2." + (UseWriter.MOST_ADDRESSES + 5)), 25));
        long left =
                Long.parseLong(REDIS.redis().command("PTTL", new String(RedisKeys.uses(of), StandardCharsets.UTF_8)));
        assertThat(left).isBetween(UseWriter.KEPT.minusDays(1).toMillis(), UseWriter.KEPT.toMillis());
    }

    private static SecretUse use(SecretUse.Of of, Optional<IpAddress> address, long millis) {
        return new SecretUse(of, address, Instant.ofEpochMilli(millis));
    }

    @Test
    void commit_eventWithWhichOlderOnesAreDropped_leavesTheRestAndGoesOn() {
        for (int sequence = 1; sequence <= 5; sequence++) {
            Commits event = new Commits(slot).event(new NewEvent(key, sequence, bytes("event " + sequence)));
            assertThat(now(store.commit(event.build(), LIMIT))).isInstanceOf(Outcome.Committed.class);
        }
        Commits conflict = new Commits(slot).event(new NewEvent(key, 9, bytes("another"), 4));
        assertThat(now(store.commit(conflict.build(), LIMIT))).isInstanceOf(Outcome.Conflict.class);
        assertThat(now(store.events(key, 1, 10, LIMIT)))
                .isInstanceOfSatisfying(
                        Lookup.Found.class,
                        found -> assertThat((List<?>) found.value()).hasSize(5));

        Commits drop = new Commits(slot).event(new NewEvent(key, 6, bytes("event 6"), 4));
        assertThat(now(store.commit(drop.build(), LIMIT))).isInstanceOf(Outcome.Committed.class);
        assertThat(now(store.events(key, 1, 10, LIMIT)))
                .isEqualTo(new Lookup.Found<>(List.of(bytes("event 5"), bytes("event 6"))));
        Commits next = new Commits(slot).event(new NewEvent(key, 7, bytes("event 7")));
        assertThat(now(store.commit(next.build(), LIMIT))).isInstanceOf(Outcome.Committed.class);
    }

    @Test
    void commit_narrowsAndHistoryDeletedByOthers_writtenAndHistoryRestarted() {
        revokeAfter("DEL");
        assertThat(REDIS.redis().command("EXISTS", history() + ":spoiled")).isEqualTo("0");
    }

    @Test
    void commit_narrowsAndHistoryRunAheadByOthers_writtenAndTheirsPutAside() {
        revokeAfter("XADD", "99999999999-0", "e", "hostile");
        assertThat(REDIS.redis().command("XLEN", history() + ":spoiled")).isEqualTo("3");
    }

    @Test
    void commit_narrowsAndHistoryReplacedByOthers_writtenAndTheirsPutAside() {
        assertThat(REDIS.redis().command("SET", history(), "hostile")).isEqualTo("OK");
        revoke();
        assertThat(REDIS.redis().command("GET", history() + ":spoiled")).isEqualTo("hostile");
    }

    /** Writes two events, lets others do something to the history, and revokes. */
    private void revokeAfter(String command, String... arguments) {
        for (int sequence = 1; sequence <= 2; sequence++) {
            Commits event = new Commits(slot).event(new NewEvent(key, sequence, bytes("event " + sequence)));
            assertThat(now(store.commit(event.build(), LIMIT))).isInstanceOf(Outcome.Committed.class);
        }
        List<String> words = new ArrayList<>(List.of(command, history()));
        words.addAll(List.of(arguments));
        assertThat(REDIS.redis().command(words.toArray(String[]::new))).isNotEmpty();
        revoke();
    }

    private void revoke() {
        Commits revoke = new Commits(slot)
                .narrows()
                .record(RecordChange.write(key, Optional.empty(), bytes("revoked")))
                .event(new NewEvent(key, 3, bytes("revocation")));
        assertThat(now(store.commit(revoke.build(), LIMIT))).isInstanceOf(Outcome.Committed.class);
        assertThat(REDIS.redis().command("GET", key.text())).isEqualTo("revoked");
        assertThat(now(store.events(key, 3, 10, LIMIT))).isEqualTo(new Lookup.Found<>(List.of(bytes("revocation"))));
    }

    private String history() {
        return new String(RedisKeys.history(key), StandardCharsets.UTF_8);
    }

    @Test
    void commit_scriptsFlushed_sentAgain() {
        REDIS.redis().command("SCRIPT", "FLUSH");

        Commits commits = new Commits(slot).record(RecordChange.write(key, Optional.empty(), bytes("a")));
        assertThat(now(store.commit(commits.build(), LIMIT))).isInstanceOf(Outcome.Committed.class);
        assertThat(now(store.commit(
                        new Commits(slot)
                                .narrows()
                                .record(RecordChange.write(key, Optional.of(bytes("a")), bytes("b")))
                                .build(),
                        LIMIT)))
                .isInstanceOf(Outcome.Committed.class);
    }

    @Test
    void fetch_noTimeLeft_unavailableAtOnce() {
        assertThat(now(store.fetch(List.of(key), Duration.ZERO))).isInstanceOf(Fetched.Unavailable.class);
    }

    @Test
    void connection_killedByRedis_recovers() {
        REDIS.redis().command("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes");

        Eventually.within(
                Duration.ofSeconds(2),
                () -> assertThat(now(store.fetch(List.of(key), LIMIT))).isInstanceOf(Fetched.Values.class));
    }
}
