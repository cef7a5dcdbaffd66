package io.keywarden.redis;

import io.keywarden.cache.CacheLimits;
import io.keywarden.cache.CacheObserver;
import io.keywarden.cache.Generation;
import io.keywarden.cache.Lease;
import io.keywarden.policy.Reason;
import io.keywarden.redis.CoherenceRules.Rule;
import io.keywarden.redis.Heartbeat.Beat;
import io.keywarden.store.RecordKey;
import io.keywarden.store.StoreMarker;
import io.keywarden.token.SlotTag;
import io.lettuce.core.RedisClient;
import io.lettuce.core.SetArgs;
import io.lettuce.core.TrackingArgs;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.async.RedisAsyncCommands;
import io.lettuce.core.codec.ByteArrayCodec;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;

/**
 * Begins generations. The order is what makes one right: connect, look at the server, arm tracking, see a canary pushed, see
 * a heartbeat answered; only then is there a generation, which knows nothing yet, and only then can anybody read.
 */
final class GenerationStart {
    /** How long all of it may take together. */
    private static final Duration LIMIT = Duration.ofSeconds(2);
    /** How many slots of a master are tried: all but a few stay where they are. */
    private static final int MAX_TAGS = 32;

    /** How long a canary lives that is made: the next generation can use it again. */
    private static final Duration CANARY_LIFE = Duration.ofDays(1);

    private static final ServerQuestion QUESTION = new ServerQuestion(false);

    private final RedisClient client;
    private final RedisSettings settings;
    private final Needs needs;

    /**
     * What it works with.
     *
     * @param marker what all replicas promise
     * @param limits of the generation
     * @param observer is told of pushes
     * @param heartbeats what heartbeats work with
     * @param rules what holds
     */
    record Needs(
            StoreMarker marker,
            CacheLimits limits,
            CacheObserver observer,
            Heartbeat.Needs heartbeats,
            CoherenceRules rules) {}

    /**
     * Which one.
     *
     * @param topology which masters there are
     * @param index whose master's it is
     * @param elsewhere asks the other ones
     */
    record Target(Topology topology, int index, TrackedConnection.Elsewhere elsewhere) {
        Topology.Master master() {
            return topology.masters().get(index);
        }

        boolean ownsMarker() {
            return topology.masterOf(RecordKey.STORE.slot()) == index;
        }
    }

    /**
     * One that began.
     *
     * @param generation with a lease
     * @param connection its own
     * @param heartbeat on that connection
     * @param first the heartbeat that was answered
     */
    record Begun(Generation generation, TrackedConnection connection, Heartbeat heartbeat, Beat first) {}

    /** None could begin, for a reason that a check is to be told. */
    static final class NotBegun extends RuntimeException {
        private static final long serialVersionUID = 1;

        private final Reason reason;

        NotBegun(Beat beat) {
            super(beat.detail());
            this.reason = beat.reason();
        }

        Reason reason() {
            return reason;
        }
    }

    GenerationStart(RedisClient client, RedisSettings settings, Needs needs) {
        this.client = client;
        this.settings = settings;
        this.needs = needs;
    }

    /** Begins one. Never blocks; completes within a few seconds, exceptionally where none could begin. */
    CompletableFuture<Begun> begin(Target target) {
        // In a stage, so that what is thrown here is a failed try too.
        CompletableFuture<StatefulRedisConnection<byte[], byte[]>> connected = CompletableFuture.completedFuture(
                        ByteArrayCodec.INSTANCE)
                .thenCompose(codec -> client.connectAsync(
                        codec, RedisClients.uri(settings, target.master().address())));
        CompletableFuture<Begun> begun = connected
                .thenCompose(connection -> begin(target, connection))
                .orTimeout(LIMIT.toMillis(), TimeUnit.MILLISECONDS);
        return begun.whenComplete((done, failure) -> {
            if (failure != null) {
                CompletableFuture<Void> unused = connected.thenCompose(StatefulRedisConnection::closeAsync);
            }
        });
    }

    private CompletionStage<Begun> begin(Target target, StatefulRedisConnection<byte[], byte[]> opened) {
        TrackedConnection connection = new TrackedConnection(
                opened,
                target.master().address(),
                new TrackedConnection.Reads(needs.limits().readsInFlight(), target.elsewhere(), needs.observer()),
                new Invalidations(needs.rules(), needs.observer()));
        connection.listen();
        return QUESTION.ask(connection.commands(), settings.minimum())
                .thenCompose(server -> arm(connection))
                .thenCompose(
                        armed -> prepare(target, connection, target.topology().tagsOf(target.index(), MAX_TAGS)))
                .thenCompose(proof -> {
                    Heartbeat heartbeat =
                            new Heartbeat(connection.commands(), proof, marker(target, connection), needs.heartbeats());
                    return firstBeat(heartbeat).thenApply(beat -> serve(connection, heartbeat, beat));
                });
    }

    /** Makes the keys that it needs. A slot that is on its way to another master takes no new ones: the next one may. */
    private CompletionStage<HeartbeatProof> prepare(Target target, TrackedConnection connection, List<SlotTag> tags) {
        SlotTag tag = tags.get(0);
        HeartbeatProof proof = proof(target, tag);
        CompletionStage<HeartbeatProof> prepared = canary(connection, tag)
                .thenCompose(seen -> proof.prepare(connection.commands()))
                .thenApply(done -> proof);
        return prepared.handle((done, failure) -> {
                    boolean isLeaving =
                            failure != null && Failures.errorCode(failure).equals("ASK");
                    return isLeaving && tags.size() > 1
                            ? prepare(target, connection, tags.subList(1, tags.size()))
                            : prepared;
                })
                .thenCompose(next -> next);
    }

    private Optional<MarkerQuestion> marker(Target target, TrackedConnection connection) {
        return target.ownsMarker()
                ? Optional.of(new MarkerQuestion(
                        connection.commands(), connection.address(), target.elsewhere(), needs.marker()))
                : Optional.empty();
    }

    private CompletionStage<?> arm(TrackedConnection connection) {
        if (!needs.rules().keep(Rule.ARM_TRACKING)) {
            return CompletableFuture.completedFuture(null);
        }
        // BCAST: what scripts read, misses and names that were never read are covered too, and Redis remembers nothing.
        return connection
                .commands()
                .clientTracking(TrackingArgs.Builder.enabled()
                        .bcast()
                        .prefixes(RedisKeys.RECORD_PREFIX, RedisKeys.CANARY_PREFIX));
    }

    /** Where tracking is armed and nothing is pushed, such as over RESP2, Redis says nothing. */
    private CompletionStage<?> canary(TrackedConnection connection, SlotTag tag) {
        if (!needs.rules().keep(Rule.CHECK_TRACKING)) {
            return CompletableFuture.completedFuture(null);
        }
        RedisAsyncCommands<byte[], byte[]> commands = connection.commands();
        byte[] key = RedisKeys.canary(tag);
        // One that is there needs no memory, so that a full Redis does not keep generations from beginning.
        return commands.pexpire(key, CANARY_LIFE)
                .thenCompose(isThere -> isThere
                        ? CompletableFuture.completedFuture("OK")
                        : commands.set(key, new byte[] {'1'}, SetArgs.Builder.px(CANARY_LIFE)))
                .thenCompose(written -> connection.canary());
    }

    /** The first one may read for the first time what the store promises, and that the proof has to rely on. */
    private CompletionStage<Beat> firstBeat(Heartbeat heartbeat) {
        return heartbeat
                .beat()
                .thenApply(GenerationStart::proven)
                .thenCompose(beat -> beat.bounds().equals(needs.marker().bounds())
                        ? CompletableFuture.completedFuture(beat)
                        : heartbeat.beat().thenApply(GenerationStart::proven));
    }

    private static Beat proven(Beat beat) {
        if (beat.kind() != Beat.Kind.PROVEN) {
            throw new NotBegun(beat);
        }
        return beat;
    }

    private Begun serve(TrackedConnection connection, Heartbeat heartbeat, Beat beat) {
        Lease lease = new Lease(beat.bounds().lease(), beat.sentNanos());
        lease.renew(beat.sentNanos());
        Generation generation = new Generation(connection, lease, needs.limits());
        connection.serve(generation);
        return new Begun(generation, connection, heartbeat, beat);
    }

    private HeartbeatProof proof(Target target, SlotTag tag) {
        boolean replicated = !(settings.location() instanceof RedisSettings.Location.Standalone);
        return needs.rules()
                .proof()
                .of(new HeartbeatProof.Claim(tag, replicated, target.master().replicas()));
    }
}
