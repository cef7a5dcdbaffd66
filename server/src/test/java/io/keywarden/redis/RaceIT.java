package io.keywarden.redis;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.keywarden.admin.AdminInProcess;
import io.keywarden.cache.CacheLimits;
import io.keywarden.redis.TrackedSidecars.Guards;
import io.keywarden.redis.TrackedSidecars.Tracked;
import io.keywarden.store.Aliases;
import io.keywarden.store.CheckView;
import io.keywarden.store.Lookup;
import io.keywarden.store.RecordKey;
import io.keywarden.store.StoredRecord;
import io.keywarden.store.v1.AliasRecord;
import io.keywarden.testkit.Eventually;
import io.keywarden.testkit.NeedsRedis7;
import io.keywarden.testkit.RedisProcess;
import io.keywarden.testkit.Threads;
import io.keywarden.token.SlotTag;
import io.keywarden.token.Uid;
import io.lettuce.core.RedisClient;
import io.lettuce.core.TrackingArgs;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.async.RedisAsyncCommands;
import io.lettuce.core.codec.ByteArrayCodec;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Records that are written at the very moment in which they are read for the first time: once all is quiet, nothing that is
 * known may be older than what is stored. With {@code -Dkeywarden.race.rounds=1000000} it is the long form.
 */
@NeedsRedis7
final class RaceIT {
    private static final int ROUNDS = Integer.getInteger("keywarden.race.rounds", 20_000);
    private static final int KEYS = 200;
    private static final Duration LIMIT = Duration.ofSeconds(10);
    /** No bound is in the way of a race. */
    private static final CacheLimits WIDE =
            new CacheLimits(256L << 20, 10_000, 2_000, 10_000_000, 10_000_000, Duration.ofSeconds(60));

    private final SecureRandom random = new SecureRandom();

    @TempDir
    @Nullable
    Path folder;

    /** A cache that takes part in a race. */
    private interface Racer {
        /** Reads something if it is not known. */
        CompletableFuture<?> read(int key);

        /** Returns when every push of what was written so far has been worked on. */
        void quiet();

        /** Which of its two values is known; empty where it is not known. */
        Optional<Integer> known(int key);
    }

    /** A host that is now this tenant's and now that one's. */
    private record Contested(RecordKey key, String host, List<ByteString> records, List<Uid> tenants) {}

    @Test
    void nearCache_writesRaceReads_nothingStale() {
        try (RedisProcess redis = RedisProcess.inMemory();
                RedisStore store = RedisStore.connect(RedisSettings.local(redis.port()), () -> 0, RedisObserver.NONE)) {
            Eventually.within(LIMIT, () -> assertThat(store.obstacle()).isEmpty());
            AdminInProcess.Identity identity = new AdminInProcess.Identity(java.util.Objects.requireNonNull(folder));
            List<Contested> contested = contested(identity);
            try (AdminInProcess admin =
                            AdminInProcess.start(new AdminInProcess.Roles(store, store, store, store), identity);
                    Tracked tracked =
                            TrackedSidecars.start(RedisSettings.local(redis.port()), identity, Guards.ALL, WIDE)) {
                assertThat(admin).isNotNull();
                Eventually.within(LIMIT, () -> assertThat(tracked.obstacle()).isEmpty());
                Racer racer = new NearCacheRacer(tracked, contested);
                assertThat(race(redis, contested, racer, ROUNDS)).isZero();
            }
        }
    }

    @Test
    void putAfterGet_writesRaceReads_staleForGood() {
        try (RedisProcess redis = RedisProcess.inMemory();
                PutAfterGet racer = new PutAfterGet(redis, contestedKeys())) {
            assertThat(race(redis, racer.contested, racer, ROUNDS)).isPositive();
        }
    }

    /** Returns how often something stale was known when all was quiet. */
    private static long race(RedisProcess redis, List<Contested> contested, Racer racer, int rounds) {
        RedisClient client = RedisClient.create(redis.uri());
        long stale = 0;
        long kept = 0;
        try (StatefulRedisConnection<byte[], byte[]> connection = client.connect(ByteArrayCodec.INSTANCE)) {
            RedisAsyncCommands<byte[], byte[]> commands = connection.async();
            int[] value = new int[contested.size()];
            for (int round = 0; round < rounds; round += contested.size()) {
                List<CompletableFuture<?>> all = new ArrayList<>();
                // First the one that was known before is pushed out, and then it is read and written at once.
                write(commands, contested, value, 1).forEach(RaceIT::join);
                racer.quiet();
                Thread reader = new Thread(() -> read(racer, contested.size(), all));
                reader.start();
                List<CompletableFuture<?>> writes = write(commands, contested, value, 1);
                Threads.join(reader);
                writes.forEach(RaceIT::join);
                all.forEach(RaceIT::join);
                racer.quiet();
                for (int i = 0; i < contested.size(); i++) {
                    Optional<Integer> known = racer.known(i);
                    kept += known.isPresent() ? 1 : 0;
                    stale += known.isPresent() && known.get() != value[i] ? 1 : 0;
                }
            }
        } finally {
            client.shutdown(0, 1, TimeUnit.SECONDS);
        }
        System.out.println(
                racer.getClass().getSimpleName() + ": " + stale + " stale, " + kept + " known, of " + rounds);
        assertThat(kept).as("a race that keeps nothing proves nothing").isPositive();
        return stale;
    }

    private static void read(Racer racer, int keys, List<CompletableFuture<?>> all) {
        for (int i = 0; i < keys; i++) {
            all.add(racer.read(i));
        }
    }

    private static List<CompletableFuture<?>> write(
            RedisAsyncCommands<byte[], byte[]> commands, List<Contested> contested, int[] value, int step) {
        List<CompletableFuture<?>> all = new ArrayList<>();
        for (int i = 0; i < contested.size(); i++) {
            value[i] = (value[i] + step) % 2;
            all.add(commands.set(
                            RedisKeys.record(contested.get(i).key()),
                            contested.get(i).records().get(value[i]).toByteArray())
                    .toCompletableFuture());
            if (ThreadLocalRandom.current().nextInt(4) == 0) {
                Thread.onSpinWait();
            }
        }
        return all;
    }

    private static void join(CompletableFuture<?> future) {
        var unused = future.orTimeout(LIMIT.toSeconds(), TimeUnit.SECONDS).join();
    }

    private List<Contested> contested(AdminInProcess.Identity identity) {
        Aliases aliases = new Aliases(identity.tagKeys());
        List<Contested> all = new ArrayList<>();
        for (int i = 0; i < KEYS; i++) {
            String host = "host" + i + ".race.example";
            RecordKey key = aliases.key(AliasRecord.Namespace.HOST, host);
            List<Uid> tenants = List.of(Uid.random(random), Uid.random(random));
            List<ByteString> records = tenants.stream()
                    .map(tenant -> identity.signer().sign(draft(key, host, tenant)))
                    .toList();
            all.add(new Contested(key, host, records, tenants));
        }
        return all;
    }

    /** Each claim has a uid of its own: a name is the one thing that may come back. */
    private StoredRecord.Draft draft(RecordKey key, String host, Uid tenant) {
        AliasRecord payload = AliasRecord.newBuilder()
                .setNamespace(AliasRecord.Namespace.HOST)
                .setText(host)
                .setTargetUid(ByteString.copyFrom(tenant.toBytes()))
                .setTargetSlot(new SlotTag("a8Z").text())
                .build();
        return StoredRecord.Draft.first(key, Uid.random(random), StoredRecord.ChainHead.EMPTY, payload.toByteString());
    }

    private List<Contested> contestedKeys() {
        List<Contested> all = new ArrayList<>();
        for (int i = 0; i < KEYS; i++) {
            RecordKey key = RecordKey.alias("digest" + i);
            all.add(new Contested(
                    key, "", List.of(ByteString.copyFromUtf8("0"), ByteString.copyFromUtf8("1")), List.of()));
        }
        return all;
    }

    /** The near cache as checks use it. */
    private record NearCacheRacer(Tracked tracked, List<Contested> contested) implements Racer {
        @Override
        public CompletableFuture<?> read(int key) {
            CheckView view = tracked.reader().begin("");
            Lookup<?> unused = view.tenantOfHost(contested.get(key).host());
            return view.isComplete()
                    ? CompletableFuture.completedFuture(null)
                    : view.load(LIMIT).toCompletableFuture();
        }

        /** A read on the same connection is answered behind the pushes. */
        @Override
        public void quiet() {
            CheckView view = tracked.reader().begin("");
            Lookup<?> unused = view.tenantOfHost(ThreadLocalRandom.current().nextLong(1L << 60) + ".quiet.example");
            join(view.load(LIMIT).toCompletableFuture());
        }

        @Override
        public Optional<Integer> known(int key) {
            CheckView view = tracked.reader().begin("");
            Lookup<io.keywarden.token.TenantRef> found =
                    view.tenantOfHost(contested.get(key).host());
            return view.isComplete()
                    ? found.fold(
                            tenant -> Optional.of(contested.get(key).tenants().indexOf(tenant.uid())),
                            absent -> Optional.of(-1),
                            unknown -> Optional.empty())
                    : Optional.empty();
        }
    }

    /** The obvious cache, without its guard: what was read is kept whatever was pushed meanwhile. */
    private static final class PutAfterGet implements Racer, AutoCloseable {
        private final List<Contested> contested;
        private final RedisClient client;
        private final StatefulRedisConnection<byte[], byte[]> connection;
        private final Map<String, String> known = new ConcurrentHashMap<>();

        PutAfterGet(RedisProcess redis, List<Contested> contested) {
            this.contested = contested;
            this.client = RedisClients.create(RedisSettings.local(redis.port()), 10_000);
            this.connection = client.connect(
                    ByteArrayCodec.INSTANCE,
                    RedisClients.uri(
                            RedisSettings.local(redis.port()),
                            new RedisSettings.Address("127.0.0.1", redis.port(), false)));
            connection.addListener(message -> {
                if (message.getType().equals("invalidate")
                        && message.getContent().get(1) instanceof List<?> keys) {
                    keys.forEach(key -> known.remove(StandardCharsets.UTF_8
                            .decode(((ByteBuffer) key).duplicate())
                            .toString()));
                }
            });
            RaceIT.join(connection
                    .async()
                    .clientTracking(TrackingArgs.Builder.enabled().bcast().prefixes(RedisKeys.RECORD_PREFIX))
                    .toCompletableFuture());
        }

        @Override
        public CompletableFuture<?> read(int key) {
            RecordKey name = contested.get(key).key();
            return known.containsKey(name.text())
                    ? CompletableFuture.completedFuture(null)
                    : connection
                            .async()
                            .get(RedisKeys.record(name))
                            .toCompletableFuture()
                            .thenAcceptAsync(
                                    value -> known.put(name.text(), new String(value, StandardCharsets.UTF_8)));
        }

        @Override
        public void quiet() {
            RaceIT.join(connection.async().ping().toCompletableFuture());
        }

        @Override
        public Optional<Integer> known(int key) {
            return Optional.ofNullable(known.get(contested.get(key).key().text()))
                    .map(Integer::valueOf);
        }

        @Override
        public void close() {
            connection.close();
            client.shutdown(0, 1, TimeUnit.SECONDS);
        }
    }
}
