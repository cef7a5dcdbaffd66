package io.keywarden.store;

import com.google.protobuf.ByteString;
import io.keywarden.policy.Reason;
import io.keywarden.token.IpAddress;
import io.keywarden.token.SlotTag;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/**
 * A store that lives as long as its process, for tests. It does what the store on Redis does, in one lock, and answers
 * before it returns. It can be told to be away.
 */
public final class InMemoryStore implements RecordReader, RecordWriter, IndexReader, UseWriter {
    private static final Comparator<String> BY_BYTES = (one, other) ->
            Arrays.compareUnsigned(one.getBytes(StandardCharsets.UTF_8), other.getBytes(StandardCharsets.UTF_8));

    private final InstantSource clock;
    // All that follows is guarded by "this".
    private final Map<RecordKey, ByteString> records = new HashMap<>();
    private final Map<IndexKey, Map<String, String>> names = new HashMap<>();
    private final Map<IndexKey, NavigableSet<String>> lists = new HashMap<>();
    private final Map<RecordKey, NavigableMap<Long, ByteString>> histories = new HashMap<>();
    private final Map<MarkKey, Mark> marks = new HashMap<>();
    private final Map<SecretUse.Of, Map<Optional<IpAddress>, SecretUse>> uses = new HashMap<>();
    private boolean away;

    private record MarkKey(SlotTag slot, String id) {}

    private record Mark(ByteString bytes, Instant end) {}

    /** Makes an empty one. */
    public InMemoryStore(InstantSource clock) {
        this.clock = clock;
    }

    /** Makes every call from now on find the store away, or there again. */
    public synchronized void setAway(boolean isAway) {
        away = isAway;
    }

    /** Puts bytes under a key as somebody would who can write to the store; empty removes them. */
    public synchronized void overwrite(RecordKey key, Optional<ByteString> bytes) {
        bytes.ifPresentOrElse(value -> records.put(key, value), () -> records.remove(key));
    }

    /** Keeps all that is there now; running the answer, once, brings it back, as a server does that missed what came after. */
    public synchronized Runnable snapshot() {
        Map<RecordKey, ByteString> oldRecords = new HashMap<>(records);
        Map<IndexKey, Map<String, String>> oldNames = new HashMap<>();
        names.forEach((index, taken) -> oldNames.put(index, new HashMap<>(taken)));
        Map<IndexKey, NavigableSet<String>> oldLists = new HashMap<>();
        lists.forEach((index, list) -> oldLists.put(index, new TreeSet<>(list)));
        Map<RecordKey, NavigableMap<Long, ByteString>> oldHistories = new HashMap<>();
        histories.forEach((key, history) -> oldHistories.put(key, new TreeMap<>(history)));
        Map<MarkKey, Mark> oldMarks = new HashMap<>(marks);
        return () -> {
            synchronized (this) {
                clear();
                records.putAll(oldRecords);
                names.putAll(oldNames);
                lists.putAll(oldLists);
                histories.putAll(oldHistories);
                marks.putAll(oldMarks);
            }
        };
    }

    /** All that is there now, to be compared. */
    public synchronized List<Object> contents() {
        Map<IndexKey, Object> taken = new HashMap<>();
        names.forEach((index, held) -> taken.put(index, Map.copyOf(held)));
        Map<IndexKey, Object> listed = new HashMap<>();
        lists.forEach((index, list) -> listed.put(index, List.copyOf(list)));
        Map<RecordKey, Object> events = new HashMap<>();
        histories.forEach((key, history) -> events.put(key, Map.copyOf(history)));
        return List.of(Map.copyOf(records), taken, listed, events, Map.copyOf(marks));
    }

    /** Edits, drops or puts in an event, as somebody would who can write to the store; empty drops it. */
    public synchronized void overwrite(RecordKey key, long sequence, Optional<ByteString> bytes) {
        NavigableMap<Long, ByteString> history = histories.computeIfAbsent(key, none -> new TreeMap<>());
        bytes.ifPresentOrElse(value -> history.put(sequence, value), () -> history.remove(sequence));
    }

    /** Forgets everything, as somebody would who flushes the store. */
    public synchronized void clear() {
        records.clear();
        names.clear();
        lists.clear();
        histories.clear();
        marks.clear();
    }

    @Override
    public synchronized CompletionStage<Fetched> fetch(List<RecordKey> keys, Duration limit) {
        if (away) {
            return done(new Fetched.Unavailable("the store is away"));
        }
        List<Optional<ByteString>> values = new ArrayList<>(keys.size());
        keys.forEach(key -> values.add(Optional.ofNullable(records.get(key))));
        return done(new Fetched.Values(values));
    }

    @Override
    public synchronized CompletionStage<Outcome> commit(Commit commit, Duration limit) {
        if (away) {
            return done(new Outcome.Refused("the store is away"));
        }
        Optional<Commit.Expected> conflict = conflict(commit);
        if (conflict.isPresent()) {
            return done(new Outcome.Conflict(conflict.get()));
        }
        write(commit);
        return done(new Outcome.Committed(Durability.UNCONFIRMED));
    }

    @Override
    public CompletionStage<Durability> confirm(SlotTag slot, int atLeast, Duration limit) {
        return done(Durability.UNCONFIRMED);
    }

    private Optional<Commit.Expected> conflict(Commit commit) {
        if (commit.mark().flatMap(mark -> liveMark(commit.slot(), mark.id())).isPresent()) {
            return Optional.of(Commit.Expected.REQUEST);
        }
        if (!commit.records().stream()
                .allMatch(
                        change -> Optional.ofNullable(records.get(change.key())).equals(change.before()))) {
            return Optional.of(Commit.Expected.RECORD);
        }
        if (!commit.names().stream().allMatch(this::isAsExpected)) {
            return Optional.of(Commit.Expected.NAME);
        }
        boolean restarts = commit.urgency() == Commit.Urgency.NARROWS;
        return restarts || commit.events().stream().allMatch(event -> event.sequence() == last(event.key()) + 1)
                ? Optional.empty()
                : Optional.of(Commit.Expected.HISTORY);
    }

    private boolean isAsExpected(Commit.NameClaim claim) {
        Optional<String> holder =
                Optional.ofNullable(names.getOrDefault(claim.index(), Map.of()).get(claim.name()));
        return holder.equals(claim.release() ? Optional.of(claim.holder()) : Optional.empty());
    }

    private long last(RecordKey key) {
        NavigableMap<Long, ByteString> history = histories.get(key);
        return history == null || history.isEmpty() ? 0 : history.lastKey();
    }

    private void write(Commit commit) {
        for (Commit.RecordChange change : commit.records()) {
            change.after().ifPresent(bytes -> records.put(change.key(), bytes));
            if (change.remove()) {
                records.remove(change.key());
            }
        }
        for (Commit.NameClaim claim : commit.names()) {
            Map<String, String> taken = names.computeIfAbsent(claim.index(), index -> new HashMap<>());
            if (claim.release()) {
                taken.remove(claim.name());
            } else {
                taken.put(claim.name(), claim.holder());
            }
        }
        for (Commit.Listing listing : commit.listings()) {
            NavigableSet<String> list = lists.computeIfAbsent(listing.index(), index -> new TreeSet<>(BY_BYTES));
            boolean changed = listing.present() ? list.add(listing.member()) : list.remove(listing.member());
            assert changed || list.contains(listing.member()) == listing.present();
        }
        for (Commit.NewEvent event : commit.events()) {
            if (last(event.key()) >= event.sequence()) {
                histories.remove(event.key());
            }
            NavigableMap<Long, ByteString> history = histories.computeIfAbsent(event.key(), key -> new TreeMap<>());
            history.put(event.sequence(), event.bytes());
            history.headMap(event.dropped(), true).clear();
        }
        commit.mark()
                .ifPresent(mark -> marks.put(
                        new MarkKey(commit.slot(), mark.id()),
                        new Mark(mark.bytes(), clock.instant().plus(mark.lifetime()))));
    }

    @Override
    public CompletionStage<Lookup<List<String>>> list(IndexKey index, String after, int most, Duration limit) {
        return answer(() -> {
            NavigableSet<String> list = lists.getOrDefault(index, new TreeSet<>(BY_BYTES));
            NavigableSet<String> rest = after.isEmpty() ? list : list.tailSet(after, false);
            return Optional.of(rest.stream().limit(most).toList());
        });
    }

    @Override
    public CompletionStage<Lookup<String>> holder(IndexKey index, String name, Duration limit) {
        return answer(
                () -> Optional.ofNullable(names.getOrDefault(index, Map.of()).get(name)));
    }

    @Override
    public CompletionStage<Lookup<ByteString>> mark(SlotTag slot, String id, Duration limit) {
        return answer(() -> liveMark(slot, id));
    }

    private Optional<ByteString> liveMark(SlotTag slot, String id) {
        return Optional.ofNullable(marks.get(new MarkKey(slot, id)))
                .filter(mark -> clock.instant().isBefore(mark.end()))
                .map(Mark::bytes);
    }

    @Override
    public CompletionStage<Lookup<List<ByteString>>> events(RecordKey key, long from, int most, Duration limit) {
        return answer(() -> Optional.of(
                histories.getOrDefault(key, Collections.emptyNavigableMap()).tailMap(from, true).values().stream()
                        .limit(most)
                        .toList()));
    }

    @Override
    public synchronized CompletionStage<Boolean> use(SecretUse.Of of, List<SecretUse> some, Duration limit) {
        if (away) {
            return done(false);
        }
        Map<Optional<IpAddress>, SecretUse> known = uses.computeIfAbsent(of, none -> new HashMap<>());
        some.forEach(use ->
                known.merge(use.address(), use, (one, other) -> one.time().isBefore(other.time()) ? other : one));
        List<SecretUse> sorted = newestFirst(known);
        sorted.stream().skip(MOST_ADDRESSES).forEach(use -> known.remove(use.address()));
        return done(true);
    }

    private static List<SecretUse> newestFirst(Map<Optional<IpAddress>, SecretUse> known) {
        return known.values().stream()
                .sorted(Comparator.comparing(SecretUse::time).reversed())
                .toList();
    }

    @Override
    public CompletionStage<Lookup<List<SecretUse>>> uses(SecretUse.Of of, Duration limit) {
        return answer(() -> Optional.of(newestFirst(uses.getOrDefault(of, Map.of()))));
    }

    private synchronized <T> CompletionStage<Lookup<T>> answer(Supplier<Optional<T>> read) {
        if (away) {
            return done(new Lookup.CannotTell<>(Reason.STORE_UNAVAILABLE, "the store is away"));
        }
        return done(read.get().<Lookup<T>>map(Lookup.Found::new).orElseGet(Lookup.NotFound::new));
    }

    private static <T> CompletionStage<T> done(T value) {
        return CompletableFuture.completedFuture(value);
    }
}
