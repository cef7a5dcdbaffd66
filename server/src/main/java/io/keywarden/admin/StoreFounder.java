package io.keywarden.admin;

import com.google.protobuf.InvalidProtocolBufferException;
import io.keywarden.policy.Reason;
import io.keywarden.store.Bounds;
import io.keywarden.store.RecordKey;
import io.keywarden.store.RecordReader.Fetched;
import io.keywarden.store.RecordWriter.Outcome;
import io.keywarden.store.StoreCondition;
import io.keywarden.store.StoreMarker;
import io.keywarden.store.StoredRecord;
import io.keywarden.store.StoredRecord.ChainHead;
import io.keywarden.store.v1.StoreRecord;
import io.keywarden.token.Uid;
import java.io.IOException;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes a store Keywarden's: puts the marker of a new store into one that is empty, together with the bootstrap token. Never
 * does so twice: an Admin that has worked with a store refuses one that is empty, or another one. Blocks.
 */
public final class StoreFounder {
    private static final Logger LOG = LoggerFactory.getLogger(StoreFounder.class);

    private final MarkerStore store;
    private final StateDir state;
    private final BootstrapToken bootstrap;
    private final Terms terms;
    private final BoundsChange bounds;
    private final InstantSource clock;
    private final SecureRandom random;

    /** Takes the store and the places outside of it. */
    public StoreFounder(MarkerStore store, Outside outside, Terms terms, InstantSource clock, SecureRandom random) {
        this.store = store;
        this.state = outside.state();
        this.bootstrap = outside.bootstrap();
        this.terms = terms;
        this.bounds = new BoundsChange(store, terms.bounds(), terms.condition(), clock);
        this.clock = clock;
        this.random = random;
    }

    /**
     * What is kept outside of the store.
     *
     * @param state which store it was
     * @param bootstrap who may call
     */
    public record Outside(StateDir state, BootstrapToken bootstrap) {}

    /**
     * What the store has to be, and what it is told.
     *
     * @param bounds what all replicas and Admin promise together from now on
     * @param condition what is known of its servers
     * @param demo whether one that forgets is good enough
     */
    public record Terms(Bounds bounds, StoreCondition condition, boolean demo) {}

    /** What came of it. */
    public sealed interface Result {
        /** Turns each outcome into something. */
        <R> R fold(Function<Ready, R> onReady, Function<NotReady, R> onNotReady, Function<Refused, R> onRefused);

        /**
         * The store can be used.
         *
         * @param incarnation which store it is
         * @param founded whether it was made now, so that there is a new bootstrap token
         */
        record Ready(Uid incarnation, boolean founded) implements Result {
            @Override
            public <R> R fold(
                    Function<Ready, R> onReady, Function<NotReady, R> onNotReady, Function<Refused, R> onRefused) {
                return onReady.apply(this);
            }
        }

        /**
         * It cannot. STORE_UNAVAILABLE may pass; the others need an operator.
         *
         * @param reason STORE_UNAVAILABLE, STALE_STATE or RECORD_TAMPERED
         * @param detail what exactly, for the log
         */
        record NotReady(Reason reason, String detail) implements Result {
            @Override
            public <R> R fold(
                    Function<Ready, R> onReady, Function<NotReady, R> onNotReady, Function<Refused, R> onRefused) {
                return onNotReady.apply(this);
            }
        }

        /**
         * It must not be used as it is; nothing was written. Only other settings help.
         *
         * @param detail what is wrong, and what was expected, for people
         */
        record Refused(String detail) implements Result {
            @Override
            public <R> R fold(
                    Function<Ready, R> onReady, Function<NotReady, R> onNotReady, Function<Refused, R> onRefused) {
                return onRefused.apply(this);
            }
        }
    }

    /**
     * Finds the store's marker, or makes it.
     *
     * @param limit how long one call of the store may take
     * @throws IOException if the state outside of the store cannot be read or written
     */
    public Result found(Duration limit) throws IOException {
        Optional<StoreCondition.Condition> servers = terms.condition().now();
        if (servers.isEmpty()) {
            return new Result.NotReady(Reason.STORE_UNAVAILABLE, "the servers of Redis were not seen yet");
        }
        if (!servers.get().appendOnly() && !terms.demo()) {
            return new Result.Refused("Redis keeps no append-only file, so what was revoked would come back when it is"
                    + " started again (expected: 'appendonly yes' in Redis, or 'admin.durability: demo' in the"
                    + " configuration of Keywarden); found: "
                    + String.join("; ", servers.get().weaknesses()));
        }
        Optional<Uid> worked = state.incarnation();
        Marker marker = read(limit);
        if (marker.defect().isPresent()) {
            return marker.defect().get();
        }
        if (marker.record().isPresent()) {
            return adopt(marker.record().get(), worked, limit);
        }
        return worked.isPresent()
                ? new Result.NotReady(
                        Reason.STALE_STATE,
                        "the store is empty (expected: store " + worked.get() + ", as it was before)")
                : make(limit);
    }

    private Result adopt(StoredRecord marker, Optional<Uid> worked, Duration limit) throws IOException {
        StoreRecord payload = Entry.of(marker, StoreRecord.parser()).payload();
        Uid found = Uid.of(payload.getIncarnation().toByteArray());
        if (worked.isPresent() && !worked.get().equals(found)) {
            return new Result.NotReady(
                    Reason.STALE_STATE, "store " + found + " (expected: store " + worked.get() + ")");
        }
        if (worked.isEmpty()) {
            // A bootstrap token for another store is left from a founding that somebody else won.
            if (!bootstrap.isFor(found)) {
                bootstrap.remove();
            }
            state.writeIncarnation(found);
            LOG.info("store adopted incarnation={}", found);
        }
        boolean asPromised = StoreMarker.bounds(payload).equals(terms.bounds()) || bounds.change(marker, limit);
        if (!asPromised) {
            return new Result.NotReady(Reason.STORE_UNAVAILABLE, "the marker with other bounds is not there yet");
        }
        settle(limit);
        return new Result.Ready(found, false);
    }

    /**
     * Ends a change of what is promised, as soon as enough replicas have the marker that says so. To be called every now and
     * then while Admin serves: another Admin may change it too.
     *
     * @param limit how long one call of the store may take
     */
    public void settle(Duration limit) {
        read(limit).record().ifPresent(marker -> bounds.settle(marker, limit));
    }

    private Result make(Duration limit) throws IOException {
        // What an attempt before this one prepared is kept: its marker may still come, and needs its token.
        Optional<Uid> prepared = bootstrap.prepared();
        Uid incarnation = prepared.orElseGet(() -> Uid.random(random));
        if (prepared.isEmpty()) {
            // Before the marker: a store that is founded while nobody has a token could never be used.
            bootstrap.make(incarnation, random);
        }
        Outcome outcome = store.commit(Optional.empty(), marker(incarnation), limit);
        if (outcome instanceof Outcome.Refused refused) {
            return new Result.NotReady(Reason.STORE_UNAVAILABLE, refused.detail());
        }
        if (!(outcome instanceof Outcome.Committed)) {
            // Somebody else was first, or it is not known: what is there now says so.
            return afterwards(incarnation, limit);
        }
        return founded(incarnation);
    }

    private Result afterwards(Uid ours, Duration limit) throws IOException {
        Marker marker = read(limit);
        if (marker.defect().isPresent()) {
            return marker.defect().get();
        }
        if (marker.record().isEmpty()) {
            return new Result.NotReady(Reason.STORE_UNAVAILABLE, "the store's marker is not there yet");
        }
        StoredRecord found = marker.record().get();
        return found.uid().equals(ours) ? founded(ours) : adopt(found, Optional.empty(), limit);
    }

    private Result founded(Uid incarnation) throws IOException {
        state.writeIncarnation(incarnation);
        LOG.info("store founded incarnation={}", incarnation);
        return new Result.Ready(incarnation, true);
    }

    private StoredRecord.Draft marker(Uid incarnation) {
        StoreRecord payload = StoreBounds.put(StoreRecord.newBuilder(), terms.bounds())
                .setIncarnation(CatalogMessages.bytes(incarnation))
                .setCreateTime(RecordWrites.timestamp(clock.instant()))
                .build();
        return StoredRecord.Draft.first(RecordKey.STORE, incarnation, ChainHead.EMPTY, payload.toByteString());
    }

    /** What is known of the marker: what it is, that there is none, or that it cannot be told. */
    private record Marker(Optional<StoredRecord> record, Optional<Result.NotReady> defect) {
        static Marker unknown(Reason reason, String detail) {
            return new Marker(Optional.empty(), Optional.of(new Result.NotReady(reason, detail)));
        }
    }

    private Marker read(Duration limit) {
        Fetched fetched = store.fetch(limit);
        if (fetched instanceof Fetched.Unavailable unavailable) {
            return Marker.unknown(Reason.STORE_UNAVAILABLE, unavailable.detail());
        }
        return ((Fetched.Values) fetched)
                .values()
                .get(0)
                .map(bytes -> store.opener()
                        .open(RecordKey.STORE, bytes)
                        .fold(StoreFounder::marker, bad -> Marker.unknown(Reason.RECORD_TAMPERED, bad.detail())))
                .orElse(new Marker(Optional.empty(), Optional.empty()));
    }

    private static Marker marker(StoredRecord record) {
        try {
            StoreRecord payload = StoreRecord.parseFrom(record.payload());
            Uid incarnation = Uid.of(payload.getIncarnation().toByteArray());
            Bounds bounds = StoreMarker.bounds(payload);
            LOG.debug("marker read incarnation={} bounds={}", incarnation, bounds);
            return new Marker(Optional.of(record), Optional.empty());
        } catch (InvalidProtocolBufferException | IllegalArgumentException e) {
            return Marker.unknown(Reason.RECORD_TAMPERED, "the store's marker is not understood");
        }
    }
}
