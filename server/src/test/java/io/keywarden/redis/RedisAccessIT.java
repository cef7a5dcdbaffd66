package io.keywarden.redis;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.keywarden.store.Commit;
import io.keywarden.store.Commit.NewEvent;
import io.keywarden.store.Commit.RecordChange;
import io.keywarden.store.Commits;
import io.keywarden.store.RecordKey;
import io.keywarden.store.RecordReader.Fetched;
import io.keywarden.store.RecordWriter.Outcome;
import io.keywarden.testkit.Eventually;
import io.keywarden.testkit.RedisProcess;
import io.keywarden.token.SlotTag;
import io.keywarden.token.Uid;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class RedisAccessIT {
    private static final Duration LIMIT = Duration.ofSeconds(10);

    private final RedisProcess redis = RedisProcess.inMemory();
    private final RecordKey key = RecordKey.tenant(new SlotTag("a8Z"), new Uid(1, 2));
    private final Queue<String> observed = new ConcurrentLinkedQueue<>();

    @AfterEach
    void end() {
        redis.close();
    }

    @Test
    void connect_rightPassword_connected() {
        user("+@all");

        try (RedisStore store = connect("geheim")) {
            awaitConnected(store);
            assertThat(now(store.fetch(List.of(key), LIMIT))).isInstanceOf(Fetched.Values.class);
        }
    }

    @Test
    void connect_wrongPassword_obstacleWithoutIt() {
        user("+@all");

        try (RedisStore store = connect("falsch")) {
            Eventually.within(
                    LIMIT,
                    () -> assertThat(store.obstacle())
                            .hasValueSatisfying(
                                    why -> assertThat(why).contains("WRONGPASS").doesNotContain("falsch")));
        }
    }

    @Test
    void connect_userThatOnlyReads_readsAndIsRefusedToWrite() {
        user("+mget", "+hello", "+client");

        try (RedisStore store = connect("geheim")) {
            awaitConnected(store);
            assertThat(now(store.fetch(List.of(key), LIMIT))).isInstanceOf(Fetched.Values.class);
            assertThat(now(store.commit(commit(), LIMIT))).isInstanceOf(Outcome.Refused.class);
        }
    }

    @Test
    void commit_userThatMayNotRunACommandOfTheScript_unknown() {
        user("+@all", "-xadd");

        try (RedisStore store = connect("geheim")) {
            awaitConnected(store);
            assertThat(now(store.commit(commit(), LIMIT))).isInstanceOf(Outcome.Unknown.class);
        }
    }

    @Test
    void observer_everyCommand_told() {
        user("+@all");

        try (RedisStore store = connect("geheim")) {
            awaitConnected(store);
            assertThat(now(store.commit(commit(), LIMIT))).isInstanceOf(Outcome.Committed.class);
            assertThat(now(store.commit(commit(), LIMIT))).isInstanceOf(Outcome.Conflict.class);
            assertThat(now(store.fetch(List.of(key), LIMIT))).isInstanceOf(Fetched.Values.class);
        }
        assertThat(observed).containsExactly("COMMIT OK", "COMMIT CONFLICT", "FETCH OK");
    }

    private void user(String... rules) {
        String[] words = new String[6 + rules.length];
        List<String> start = List.of("ACL", "SETUSER", "tester", "on", ">geheim", "~*");
        for (int i = 0; i < words.length; i++) {
            words[i] = i < start.size() ? start.get(i) : rules[i - start.size()];
        }
        assertThat(redis.command(words)).isEqualTo("OK");
    }

    private RedisStore connect(String password) {
        RedisSettings settings = new RedisSettings(
                new RedisSettings.Location.Standalone(RedisSettings.Address.parse(redis.uri())),
                Optional.empty(),
                Optional.of("tester"),
                Optional.of(new RedisPassword(password.toCharArray())),
                Duration.ofSeconds(1),
                RedisSettings.Minimum.REDIS_6_2);
        return RedisStore.connect(settings, (operation, outcome, nanos) -> observed.add(operation + " " + outcome));
    }

    private static void awaitConnected(RedisStore store) {
        Eventually.within(LIMIT, () -> assertThat(store.obstacle()).isEmpty());
    }

    private Commit commit() {
        return new Commits(key.slot())
                .record(RecordChange.write(key, Optional.empty(), ByteString.copyFromUtf8("a")))
                .event(new NewEvent(key, 1, ByteString.copyFromUtf8("event")))
                .build();
    }

    private static <T> T now(CompletionStage<T> stage) {
        return stage.toCompletableFuture().join();
    }
}
