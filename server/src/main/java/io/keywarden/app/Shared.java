package io.keywarden.app;

import io.keywarden.config.KeywardenConfig;
import io.keywarden.config.Role;
import io.keywarden.config.StartupConfig;
import io.keywarden.credential.IdTags;
import io.keywarden.credential.SecretHasher;
import io.keywarden.redis.RedisSettings;
import io.keywarden.redis.RedisStore;
import io.keywarden.store.HighWater;
import io.keywarden.store.RecordJudge;
import io.keywarden.store.RecordOpener;
import io.keywarden.store.StoreMarker;
import io.keywarden.store.VerifiedReader;
import io.keywarden.telemetry.Metrics;
import io.keywarden.token.Uid;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.Optional;

/**
 * What all roles of a process work with. There is one of each, so that what one role saw of a record the other one knows.
 *
 * @param startup configuration and keys
 * @param metrics counts
 * @param store on Redis
 * @param opener tells genuine records
 * @param judge tells records that are to be believed
 * @param reader reads records that are to be believed
 * @param hasher makes and compares digests
 * @param random makes ids and secrets
 * @param clock tells the time
 */
record Shared(
        StartupConfig startup,
        Metrics metrics,
        RedisStore store,
        RecordOpener opener,
        RecordJudge judge,
        VerifiedReader reader,
        SecretHasher hasher,
        SecureRandom random,
        InstantSource clock) {
    /** How many verified records are remembered at least, and how many versions: about 200 bytes each. */
    private static final int REMEMBERED = 100_000;
    /** The least that a record weighs in the near cache, about. */
    private static final long RECORD_BYTES = 1_000;

    /**
     * Makes all of it, and begins to connect to Redis.
     *
     * @param incarnation which store it has to be, where that is known from before
     */
    static Shared of(StartupConfig startup, Closer closer, Optional<Uid> incarnation) {
        Metrics metrics = closer.add("metrics", new Metrics());
        int remembered = remembered(startup.config());
        RecordOpener opener = new RecordOpener(startup.keys().verifyingKeys(), remembered);
        RecordJudge judge = new RecordJudge(opener, new HighWater(remembered));
        StoreMarker marker = new StoreMarker(judge, incarnation);
        RedisStore store = closer.add("redis", store(startup, marker, metrics));
        SecureRandom random = new SecureRandom();
        return new Shared(
                startup,
                metrics,
                store,
                opener,
                judge,
                new VerifiedReader(store, judge, marker),
                new SecretHasher(startup.keys().peppers(), random),
                random,
                InstantSource.system());
    }

    /** As many as the near cache has: one that was forgotten would be verified anew each time that it is read again. */
    private static int remembered(KeywardenConfig config) {
        long known = config.has(Role.CHECK) ? config.cache().bytes() / RECORD_BYTES : 0;
        return (int) Math.min(Integer.MAX_VALUE, Math.max(REMEMBERED, known));
    }

    /** Only Admin writes, and so only its user at Redis may ask for what tells how durable a write is. */
    private static RedisStore store(StartupConfig startup, StoreMarker marker, Metrics metrics) {
        RedisSettings settings = StoreParts.settings(startup.config().redis());
        return startup.config().has(Role.ADMIN)
                ? RedisStore.connect(settings, marker::replicasToConfirm, metrics.redis())
                : RedisStore.connect(settings, metrics.redis());
    }

    /** Knows made-up token ids. */
    IdTags tags() {
        return new IdTags(startup.keys().tags());
    }
}
