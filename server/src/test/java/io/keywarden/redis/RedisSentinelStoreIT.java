package io.keywarden.redis;

import io.keywarden.store.RecordStoreContract;
import io.keywarden.testkit.NeedsRedis7;
import io.keywarden.testkit.RedisSentinels;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

@NeedsRedis7
class RedisSentinelStoreIT extends RecordStoreContract<RedisStore> {
    private static RedisSentinels redis;
    private static RedisStore store;

    @BeforeAll
    static void start() {
        redis = RedisSentinels.start(RedisSentinels.Setup.usual());
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
}
