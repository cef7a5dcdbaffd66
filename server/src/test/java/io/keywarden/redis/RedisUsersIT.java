package io.keywarden.redis;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.keywarden.redis.RedisSettings.Location;
import io.keywarden.store.Commit;
import io.keywarden.store.Commit.RecordChange;
import io.keywarden.store.Commits;
import io.keywarden.store.IndexKey;
import io.keywarden.store.Lookup;
import io.keywarden.store.RecordKey;
import io.keywarden.store.RecordReader.Fetched;
import io.keywarden.store.RecordWriter.Durability;
import io.keywarden.store.RecordWriter.Outcome;
import io.keywarden.store.SecretUse;
import io.keywarden.store.v1.TokenRecord;
import io.keywarden.testkit.Eventually;
import io.keywarden.testkit.NeedsRedis7;
import io.keywarden.testkit.RedisCluster;
import io.keywarden.testkit.RedisNode;
import io.keywarden.testkit.RedisProcess;
import io.keywarden.testkit.RedisSentinels;
import io.keywarden.token.SlotTag;
import io.keywarden.token.TokenId;
import io.keywarden.token.Uid;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** The Redis users of {@code docs/operations.md}, on each kind of Redis: they may do what Keywarden needs there. */
@NeedsRedis7
class RedisUsersIT {
    private static final SecretUse.Of USED = new SecretUse.Of(new TokenId("a".repeat(TokenId.LENGTH)), 1);
    private static final Path DOCUMENT = Path.of(System.getProperty("keywarden.root", ".."), "docs", "operations.md");
    private static final Duration LIMIT = Duration.ofSeconds(5);
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final SecureRandom RANDOM = new SecureRandom();

    private final SlotTag slot = SlotTag.random(RANDOM);
    private final RecordKey key = RecordKey.tenant(slot, Uid.random(RANDOM));
    private final IndexKey names = IndexKey.tokenNames(slot, Uid.random(RANDOM));
    private final IndexKey list = IndexKey.tokens(slot, Uid.random(RANDOM));

    @Test
    void standalone_bothRoles_neverRefused() throws IOException {
        try (RedisProcess redis = RedisProcess.durable()) {
            makeUsers(redis::command);
            Location location = RedisSettings.local(redis.port()).location();

            useAsAdmin(location);
            useAsCheck(location, world -> world.found(redis.port()));
            assertThat(refused(redis::command)).isEmpty();
        }
    }

    @Test
    void sentinels_bothRoles_neverRefused() throws IOException {
        try (RedisSentinels redis = RedisSentinels.start(RedisSentinels.Setup.usual())) {
            for (RedisNode node : redis.nodes()) {
                makeUsers(node::command);
            }
            assertThat(redis.commandSentinels(user("keywarden"))).containsOnly("OK");
            Location.Sentinel bare =
                    (Location.Sentinel) RedisSettings.sentinel(RedisSentinels.NAME, redis.sentinelPorts())
                            .location();
            Location location = new Location.Sentinel(
                    bare.master(), bare.sentinels(), Optional.of("keywarden"), Optional.of(password("SENTINEL")));

            useAsAdmin(location);
            useAsCheck(location, world -> world.found(redis.master().port()));
            redis.nodes().forEach(node -> assertThat(refused(node::command)).isEmpty());
            redis.commandSentinels("ACL", "LOG")
                    .forEach(log -> assertThat(refused(log)).isEmpty());
        }
    }

    @Test
    void cluster_bothRoles_neverRefused() throws IOException {
        try (RedisCluster redis = RedisCluster.start(RedisCluster.Setup.usual())) {
            for (RedisNode node : redis.nodes()) {
                makeUsers(node::command);
            }
            Location location = RedisSettings.cluster(redis.ports()).location();

            useAsAdmin(location);
            useAsCheck(location, world -> {
                world.hand(port(redis, RecordKey.STORE))
                        .set(RecordKey.STORE, world.marker(1, Duration.ofSeconds(1), 1));
                world.write(port(redis, RecordKey.token(world.id)), 1, TokenRecord.State.ACTIVE);
            });
            redis.nodes().forEach(node -> assertThat(refused(node::command)).isEmpty());
        }
    }

    private void useAsAdmin(Location location) {
        try (RedisStore store =
                RedisStore.connect(settings(location, "keywarden-admin", "ADMIN"), () -> 1, RedisObserver.NONE)) {
            Eventually.within(PATIENCE, () -> assertThat(store.obstacle()).isEmpty());

            Commit commit = new Commits(slot)
                    .record(RecordChange.write(key, Optional.empty(), bytes("a")))
                    .name(new Commit.NameClaim(names, "name", "holder"))
                    .listing(new Commit.Listing(list, "member", true))
                    .event(new Commit.NewEvent(key, 1, bytes("event")))
                    .mark(new Commit.NewMark("id", bytes("mark"), LIMIT))
                    .build();
            assertThat(now(store.commit(commit, LIMIT))).isEqualTo(new Outcome.Committed(Durability.CONFIRMED));
            use(store);
            assertThat(now(store.uses(USED, LIMIT))).isInstanceOf(Lookup.Found.class);
            Commit dropping = new Commits(slot)
                    .event(new Commit.NewEvent(key, 2, bytes("second"), 1))
                    .build();
            assertThat(now(store.commit(dropping, LIMIT))).isInstanceOf(Outcome.Committed.class);
            assertThat(now(store.confirm(slot, 1, LIMIT))).isEqualTo(Durability.CONFIRMED);
            assertThat(now(store.fetch(List.of(key, RecordKey.STORE), LIMIT))).isInstanceOf(Fetched.Values.class);
            assertThat(now(store.holder(names, "name", LIMIT))).isInstanceOf(Lookup.Found.class);
            assertThat(now(store.list(list, "", 1, LIMIT))).isInstanceOf(Lookup.Found.class);
            assertThat(now(store.events(key, 1, 1, LIMIT))).isInstanceOf(Lookup.Found.class);
            assertThat(now(store.mark(slot, "id", LIMIT))).isInstanceOf(Lookup.Found.class);
            assertThat(store.now().orElseThrow().weaknesses()).isEmpty();
        }
    }

    /** What a process with the role check writes and reads. */
    private static void useAsCheck(Location location, Consumer<TrackedWorld> found) {
        for (String[] user : new String[][] {{"keywarden-check", "CHECK"}, {"keywarden-admin", "ADMIN"}}) {
            try (TrackedWorld world = new TrackedWorld()) {
                found.accept(world);
                TrackedWorld started = world.start(settings(location, user[0], user[1]));
                Eventually.within(PATIENCE, () -> assertThat(started.state()).isEqualTo("ACTIVE"));
            }
            try (RedisStore store = RedisStore.connect(settings(location, user[0], user[1]), RedisObserver.NONE)) {
                Eventually.within(PATIENCE, () -> assertThat(store.obstacle()).isEmpty());
                use(store);
            }
        }
    }

    private static void use(RedisStore store) {
        SecretUse use = new SecretUse(USED, Optional.empty(), Instant.EPOCH.plusSeconds(1));
        assertThat(now(store.use(USED, List.of(use), LIMIT))).isTrue();
    }

    private static int port(RedisCluster redis, RecordKey key) {
        return redis.owner(redis.slot(key.text()), redis.nodes().get(0)).port();
    }

    private static RedisSettings settings(Location location, String user, String role) {
        return new RedisSettings(
                location,
                Optional.empty(),
                Optional.of(user),
                Optional.of(password(role)),
                Duration.ofSeconds(1),
                RedisSettings.Minimum.REDIS_7_0);
    }

    private static RedisPassword password(String role) {
        return new RedisPassword((role + "-PASSWORD").toCharArray());
    }

    private static void makeUsers(Function<String[], String> server) throws IOException {
        makeUser(server, "keywarden-admin");
        makeUser(server, "keywarden-check");
    }

    private static void makeUser(Function<String[], String> server, String name) throws IOException {
        assertThat(server.apply(user(name))).isEqualTo("OK");
    }

    /** The command that makes a documented user. */
    private static String[] user(String name) throws IOException {
        String line = Files.readAllLines(DOCUMENT).stream()
                .filter(text -> text.startsWith("user " + name + " "))
                .findFirst()
                .orElseThrow();
        List<String> words = new ArrayList<>(List.of("ACL", "SETUSER"));
        words.addAll(Arrays.asList(line.split(" ", -1)).subList(1, line.split(" ", -1).length));
        return words.toArray(String[]::new);
    }

    /** What was refused by ACL, other than what the client library says of itself from Redis 7.2 on. */
    private static List<String> refused(Function<String[], String> server) {
        return refused(server.apply(new String[] {"ACL", "LOG"}));
    }

    private static List<String> refused(String text) {
        List<String> log = text.lines().toList();
        List<String> refused = new ArrayList<>();
        for (int i = 0; i + 1 < log.size(); i++) {
            if (log.get(i).equals("object") && !log.get(i + 1).equals("client|setinfo")) {
                refused.add(log.get(i + 1));
            }
        }
        return refused;
    }

    private static ByteString bytes(String text) {
        return ByteString.copyFromUtf8(text);
    }

    private static <T> T now(CompletionStage<T> stage) {
        return stage.toCompletableFuture().join();
    }
}
