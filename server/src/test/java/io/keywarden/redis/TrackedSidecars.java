package io.keywarden.redis;

import io.keywarden.admin.AdminInProcess.Identity;
import io.keywarden.cache.CacheLimits;
import io.keywarden.cache.CacheObserver;
import io.keywarden.cache.CacheStatus;
import io.keywarden.cache.EndlessLease;
import io.keywarden.cache.NearCache;
import io.keywarden.cache.SteadyClock;
import io.keywarden.credential.IdTags;
import io.keywarden.redis.CoherenceRules.Rule;
import io.keywarden.store.Aliases;
import io.keywarden.store.Bounds;
import io.keywarden.store.CheckReader;
import io.keywarden.store.HighWater;
import io.keywarden.store.RecordJudge;
import io.keywarden.store.StoreMarker;
import io.lettuce.core.TrackingArgs;
import io.lettuce.core.api.async.RedisAsyncCommands;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.output.StatusOutput;
import io.lettuce.core.protocol.ProtocolKeyword;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Function;

/** The near cache on Redis, whole or with one of its guards taken away, for tests outside of this package. */
public final class TrackedSidecars {
    private TrackedSidecars() {}

    /** What holds. */
    public enum Guards {
        /** All of it, as in every deployment. */
        ALL,
        /** All of it, and what was once read of the topology stands: so that the lease has to hold alone. */
        ALL_BUT_TOPOLOGY,
        /** No lease ends. */
        NO_LEASE,
        /** A lease counts from the answer. */
        LEASE_FROM_ANSWER,
        /** Heartbeats are sent whether or not the last one was answered, and prove with UNLINK. */
        PIPELINED_HEARTBEATS,
        /** A heartbeat is a PING. */
        PING,
        /** A heartbeat is an UNLINK although there are replicas. */
        UNLINK,
        /** Tracking is not armed, as on a connection that took another one's place. */
        TRACKING_NOT_ARMED,
        /** A push that names no key does nothing. */
        NULL_PUSH_IGNORED
    }

    private static CoherenceRules rules(Guards guards) {
        CoherenceRules fixed = CoherenceRules.ALL.without(Rule.FOLLOW_TOPOLOGY);
        return switch (guards) {
            case ALL -> CoherenceRules.ALL;
            case ALL_BUT_TOPOLOGY, NO_LEASE -> fixed;
            case LEASE_FROM_ANSWER -> fixed.without(Rule.LEASE_FROM_SENDING);
            case PIPELINED_HEARTBEATS -> fixed.without(Rule.ONE_HEARTBEAT).with(claim -> new WriteProof(claim.tag()));
            case PING -> fixed.with(claim -> new PingProof());
            case UNLINK -> fixed.with(claim -> new WriteProof(claim.tag()));
            case TRACKING_NOT_ARMED -> fixed.without(Rule.ARM_TRACKING).without(Rule.CHECK_TRACKING);
            case NULL_PUSH_IGNORED -> fixed.without(Rule.NULL_PUSH_CLEARS);
        };
    }

    /** A near cache at work. */
    public static final class Tracked implements AutoCloseable {
        private final TrackedRedis redis;
        private final NearCache cache;
        private final ExecutorService work;

        private Tracked(TrackedRedis redis, NearCache cache, ExecutorService work) {
            this.redis = redis;
            this.cache = cache;
            this.work = work;
        }

        /** Reads for checks. */
        public CheckReader reader() {
            return cache;
        }

        /** Why no decision could be made now. */
        public Optional<String> obstacle() {
            return cache.obstacle().map(why -> why.reason() + ": " + why.detail());
        }

        public CacheStatus status() {
            return redis.status();
        }

        /** Sends RESET on every tracked connection, which ends tracking and keeps the connection. */
        public void reset() {
            send("reset", commands -> commands.dispatch(new Reset(), new StatusOutput<>(ByteArrayCodec.INSTANCE)));
        }

        /** Ends tracking on every tracked connection. */
        public void trackingOff() {
            send("tracking off", commands -> commands.clientTracking(TrackingArgs.Builder.enabled(false)));
        }

        private void send(String what, Function<RedisAsyncCommands<byte[], byte[]>, CompletionStage<?>> command) {
            List<MasterKeeper> keepers = redis.keepers();
            if (keepers.isEmpty()) {
                throw new IllegalStateException("nothing to send " + what + " on");
            }
            for (MasterKeeper keeper : keepers) {
                keeper.connection().ifPresent(connection -> {
                    var unused = command.apply(connection.commands());
                });
            }
        }

        @Override
        public void close() {
            redis.close();
            work.shutdownNow();
        }
    }

    /** Starts one. */
    public static Tracked start(RedisSettings settings, Identity identity, Guards guards) {
        return start(settings, identity, guards, CacheLimits.DEFAULT);
    }

    /** Starts one with other bounds. */
    public static Tracked start(RedisSettings settings, Identity identity, Guards guards, CacheLimits limits) {
        CacheObserver observer = CacheObserver.NONE;
        RecordJudge judge = new RecordJudge(identity.opener(), new HighWater(100_000));
        StoreMarker marker = new StoreMarker(judge, Optional.empty());
        ExecutorService work = Executors.newFixedThreadPool(1, task -> {
            Thread thread = new Thread(task, "keywarden-records");
            thread.setDaemon(true);
            return thread;
        });
        NearCache.Needs needs = new NearCache.Needs(
                judge, marker, new Aliases(identity.tagKeys()), new IdTags(identity.tagKeys()), work, observer);
        NearCache cache = guards == Guards.NO_LEASE ? EndlessLease.cache(needs, limits) : new NearCache(needs, limits);
        SteadyClock clock = new SteadyClock(InstantSource.system(), System::nanoTime);
        TrackedRedis.Needs tracking = new TrackedRedis.Needs(cache::use, marker, clock, limits, observer);
        return new Tracked(TrackedRedis.start(settings, tracking, rules(guards)), cache, work);
    }

    /** A command that Lettuce does not know. */
    private static final class Reset implements ProtocolKeyword {
        @Override
        public byte[] getBytes() {
            return toString().getBytes(StandardCharsets.US_ASCII);
        }

        @Override
        public String toString() {
            return "RESET";
        }
    }

    /** Proves nothing but that somebody answers. */
    private static final class PingProof implements HeartbeatProof {
        @Override
        public CompletionStage<Void> prepare(RedisAsyncCommands<byte[], byte[]> commands) {
            return CompletableFuture.completedFuture(null);
        }

        @Override
        public CompletionStage<Verdict> prove(RedisAsyncCommands<byte[], byte[]> commands, Bounds bounds) {
            return commands.ping().thenApply(pong -> Verdict.PROVEN);
        }
    }
}
