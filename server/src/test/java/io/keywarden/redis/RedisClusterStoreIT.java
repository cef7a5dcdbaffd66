package io.keywarden.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.keywarden.store.Commit.RecordChange;
import io.keywarden.store.Commits;
import io.keywarden.store.RecordKey;
import io.keywarden.store.RecordReader.Fetched;
import io.keywarden.store.RecordStoreContract;
import io.keywarden.store.RecordWriter.Durability;
import io.keywarden.store.RecordWriter.Outcome;
import io.keywarden.testkit.NeedsRedis7;
import io.keywarden.testkit.RedisCluster;
import io.keywarden.token.SlotTag;
import io.keywarden.token.Uid;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

@NeedsRedis7
class RedisClusterStoreIT extends RecordStoreContract<RedisStore> {
    private static final SecureRandom RANDOM = new SecureRandom();

    private static RedisCluster redis;
    private static RedisStore store;

    @BeforeAll
    static void start() {
        redis = RedisCluster.start(RedisCluster.Setup.usual());
        store = Stores.connected(redis, 1);
    }

    @AfterAll
    static void stop() {
        store.close();
        redis.close();
    }

    @Override
    protected RedisStore store() {
        return store;
    }

    @Override
    protected void letPass(Duration lifetime) {
        // Redis ends marks by itself.
    }

    @Test
    void fetch_keysOfManySlots_inTheirOrder() {
        List<RecordKey> keys = new ArrayList<>();
        for (int i = 0; i < 30; i++) {
            SlotTag slot = SlotTag.random(RANDOM);
            RecordKey key = RecordKey.tenant(slot, Uid.random(RANDOM));
            RecordKey absent = RecordKey.tenant(slot, Uid.random(RANDOM));
            assertThat(now(store.commit(
                            new Commits(slot)
                                    .record(RecordChange.write(key, Optional.empty(), bytes("value " + i)))
                                    .build(),
                            LIMIT)))
                    .isEqualTo(new Outcome.Committed(Durability.CONFIRMED));
            keys.add(i / 2, key);
            keys.add(absent);
        }

        Fetched fetched = now(store.fetch(keys, LIMIT));

        List<Fetched> alone = new ArrayList<>();
        keys.forEach(key -> alone.add(now(store.fetch(List.of(key), LIMIT))));
        assertThat(((Fetched.Values) fetched).values())
                .isEqualTo(alone.stream()
                        .flatMap(one -> ((Fetched.Values) one).values().stream())
                        .toList())
                .filteredOn(Optional::isPresent)
                .hasSize(30);
    }
}
