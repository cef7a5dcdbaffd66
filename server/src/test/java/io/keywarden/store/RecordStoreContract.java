package io.keywarden.store;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.keywarden.store.Commit.Expected;
import io.keywarden.store.Commit.Listing;
import io.keywarden.store.Commit.NameClaim;
import io.keywarden.store.Commit.NewEvent;
import io.keywarden.store.Commit.NewMark;
import io.keywarden.store.Commit.RecordChange;
import io.keywarden.store.RecordReader.Fetched;
import io.keywarden.store.RecordWriter.Outcome;
import io.keywarden.testkit.Eventually;
import io.keywarden.token.SlotTag;
import io.keywarden.token.Uid;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

/**
 * What every store does. Each test has a slot of its own, so that nothing has to be cleaned up.
 *
 * @param <S> the store
 */
public abstract class RecordStoreContract<S extends RecordReader & RecordWriter & IndexReader> {
    protected static final Duration LIMIT = Duration.ofSeconds(10);

    private final SecureRandom random = new SecureRandom();
    private final SlotTag slot = SlotTag.random(random);
    private final RecordKey key = RecordKey.tenant(slot, Uid.random(random));
    private final RecordKey otherKey = RecordKey.tenant(slot, Uid.random(random));
    private final IndexKey names = IndexKey.tokenNames(slot, Uid.random(random));
    private final IndexKey list = IndexKey.tokens(slot, Uid.random(random));

    /** The store. */
    protected abstract S store();

    /** Makes marks of {@code lifetime} end sooner or later, where that does not happen by itself as in Redis. */
    protected void letPass(Duration lifetime) {}

    @Test
    void fetch_keysThatAreNotThere_emptyInOrder() {
        assertThat(commit(commits().record(RecordChange.write(key, Optional.empty(), bytes("a")))))
                .isInstanceOf(Outcome.Committed.class);

        assertThat(fetch(otherKey, key, otherKey))
                .containsExactly(Optional.empty(), Optional.of(bytes("a")), Optional.empty());
    }

    @Test
    void fetch_keysOfManySlots_inTheirOrder() {
        List<RecordKey> keys = new ArrayList<>();
        for (int i = 0; i < 30; i++) {
            SlotTag tag = SlotTag.random(random);
            RecordKey some = RecordKey.tenant(tag, Uid.random(random));
            RecordKey absent = RecordKey.tenant(tag, Uid.random(random));
            assertThat(now(store().commit(
                                    new Commits(tag)
                                            .record(RecordChange.write(some, Optional.empty(), bytes("value " + i)))
                                            .build(),
                                    LIMIT)))
                    .isInstanceOf(Outcome.Committed.class);
            keys.add(i / 2, some);
            keys.add(absent);
        }

        Fetched fetched = now(store().fetch(keys, LIMIT));

        List<Fetched> alone = new ArrayList<>();
        keys.forEach(one -> alone.add(now(store().fetch(List.of(one), LIMIT))));
        assertThat(((Fetched.Values) fetched).values())
                .isEqualTo(alone.stream()
                        .flatMap(one -> ((Fetched.Values) one).values().stream())
                        .toList())
                .filteredOn(Optional::isPresent)
                .hasSize(30);
    }

    @Test
    void commit_everyKindOfChange_allThere() {
        Outcome outcome = commit(commits()
                .record(RecordChange.write(key, Optional.empty(), bytes("a")))
                .name(new NameClaim(names, "name", "holder"))
                .listing(new Listing(list, "member", true))
                .event(new NewEvent(key, 1, bytes("event")))
                .mark(new NewMark("id", bytes("mark"), LIMIT)));

        assertThat(outcome).isInstanceOf(Outcome.Committed.class);
        assertThat(fetch(key)).containsExactly(Optional.of(bytes("a")));
        assertThat(holder("name")).isEqualTo(new Lookup.Found<>("holder"));
        assertThat(list("", 10)).containsExactly("member");
        assertThat(events(1, 10)).containsExactly(bytes("event"));
        assertThat(mark("id")).isEqualTo(new Lookup.Found<>(bytes("mark")));
    }

    @Test
    void commit_recordHasOtherBytes_nothingWritten() {
        writeFirst();

        assertThat(commit(rest().record(RecordChange.write(key, Optional.of(bytes("b")), bytes("c")))))
                .isEqualTo(new Outcome.Conflict(Expected.RECORD));
        assertNothingOfTheRest();
        assertThat(fetch(key)).containsExactly(Optional.of(bytes("a")));
    }

    @Test
    void commit_recordIsThereAgainstExpectation_nothingWritten() {
        writeFirst();

        assertThat(commit(rest().record(RecordChange.write(key, Optional.empty(), bytes("c")))))
                .isEqualTo(new Outcome.Conflict(Expected.RECORD));
        assertNothingOfTheRest();
    }

    @Test
    void commit_recordIsMissing_nothingWritten() {
        assertThat(commit(rest().record(RecordChange.write(key, Optional.of(bytes("a")), bytes("c")))))
                .isEqualTo(new Outcome.Conflict(Expected.RECORD));
        assertNothingOfTheRest();
        assertThat(fetch(key)).containsExactly(Optional.empty());
    }

    @Test
    void commit_recordOnlyComparedHasOtherBytes_nothingWritten() {
        writeFirst();

        RecordChange compared = new RecordChange(key, Optional.of(bytes("b")), Optional.empty(), false);
        assertThat(commit(rest().record(compared))).isEqualTo(new Outcome.Conflict(Expected.RECORD));
        assertNothingOfTheRest();
    }

    @Test
    void commit_recordOnlyCompared_staysAsItIs() {
        writeFirst();

        RecordChange compared = new RecordChange(key, Optional.of(bytes("a")), Optional.empty(), false);
        assertThat(commit(rest().record(compared))).isInstanceOf(Outcome.Committed.class);
        assertThat(fetch(key, otherKey)).containsExactly(Optional.of(bytes("a")), Optional.of(bytes("other")));
    }

    @Test
    void commit_claimRemoved_gone() {
        writeFirst();

        RecordChange removal = new RecordChange(key, Optional.of(bytes("a")), Optional.empty(), true);
        assertThat(commit(commits().record(removal))).isInstanceOf(Outcome.Committed.class);
        assertThat(fetch(key)).containsExactly(Optional.empty());
        assertThat(commit(commits().record(removal))).isEqualTo(new Outcome.Conflict(Expected.RECORD));
    }

    @Test
    void commit_nameTaken_nothingWritten() {
        assertThat(commit(commits().name(new NameClaim(names, "name", "holder"))))
                .isInstanceOf(Outcome.Committed.class);

        assertThat(commit(rest().name(new NameClaim(names, "name", "holder"))))
                .isEqualTo(new Outcome.Conflict(Expected.NAME));
        assertNothingOfTheRest();
    }

    @Test
    void commit_nameGivenBackByAnother_nothingWritten() {
        assertThat(commit(commits().name(new NameClaim(names, "name", "holder"))))
                .isInstanceOf(Outcome.Committed.class);

        assertThat(commit(rest().name(NameClaim.release(names, "name", "stranger"))))
                .isEqualTo(new Outcome.Conflict(Expected.NAME));
        assertNothingOfTheRest();
        assertThat(holder("name")).isEqualTo(new Lookup.Found<>("holder"));
    }

    @Test
    void commit_nameExchanged_oldFreeNewTaken() {
        assertThat(commit(commits().name(new NameClaim(names, "old", "holder"))))
                .isInstanceOf(Outcome.Committed.class);

        assertThat(commit(commits()
                        .name(NameClaim.release(names, "old", "holder"))
                        .name(new NameClaim(names, "new", "holder"))))
                .isInstanceOf(Outcome.Committed.class);
        assertThat(holder("old")).isEqualTo(new Lookup.NotFound<>());
        assertThat(holder("new")).isEqualTo(new Lookup.Found<>("holder"));
    }

    @Test
    void commit_historyWithGap_nothingWritten() {
        assertThat(commit(rest().event(new NewEvent(key, 2, bytes("second")))))
                .isEqualTo(new Outcome.Conflict(Expected.HISTORY));
        assertNothingOfTheRest();
        assertThat(events(1, 10)).isEmpty();
    }

    @Test
    void commit_historySequenceAgain_nothingWritten() {
        assertThat(commit(commits().event(new NewEvent(key, 1, bytes("first")))))
                .isInstanceOf(Outcome.Committed.class);

        assertThat(commit(rest().event(new NewEvent(key, 1, bytes("again")))))
                .isEqualTo(new Outcome.Conflict(Expected.HISTORY));
        assertNothingOfTheRest();
        assertThat(events(1, 10)).containsExactly(bytes("first"));
    }

    @Test
    void commit_narrowsAndEventsWereTakenOut_writtenBehindTheGap() {
        assertThat(commit(commits().event(new NewEvent(key, 1, bytes("first")))))
                .isInstanceOf(Outcome.Committed.class);

        assertThat(commit(commits()
                        .narrows()
                        .record(RecordChange.write(key, Optional.empty(), bytes("revoked")))
                        .event(new NewEvent(key, 4, bytes("fourth")))))
                .isInstanceOf(Outcome.Committed.class);
        assertThat(events(1, 10)).containsExactly(bytes("first"), bytes("fourth"));
        assertThat(commit(commits().event(new NewEvent(key, 5, bytes("fifth")))))
                .isInstanceOf(Outcome.Committed.class);
    }

    @Test
    void commit_narrowsAndEventsWerePutIn_historyRestarted() {
        for (int sequence = 1; sequence <= 3; sequence++) {
            assertThat(commit(commits().event(new NewEvent(key, sequence, bytes("event " + sequence)))))
                    .isInstanceOf(Outcome.Committed.class);
        }

        assertThat(commit(commits()
                        .narrows()
                        .record(RecordChange.write(key, Optional.empty(), bytes("revoked")))
                        .event(new NewEvent(key, 2, bytes("second")))))
                .isInstanceOf(Outcome.Committed.class);
        assertThat(events(1, 10)).containsExactly(bytes("second"));
        assertThat(commit(commits().event(new NewEvent(key, 3, bytes("third")))))
                .isInstanceOf(Outcome.Committed.class);
    }

    @Test
    void commit_markUsedAgain_nothingWritten() {
        assertThat(commit(commits().mark(new NewMark("id", bytes("one"), LIMIT))))
                .isInstanceOf(Outcome.Committed.class);

        assertThat(commit(rest().mark(new NewMark("id", bytes("two"), LIMIT))))
                .isEqualTo(new Outcome.Conflict(Expected.REQUEST));
        assertNothingOfTheRest();
        assertThat(mark("id")).isEqualTo(new Lookup.Found<>(bytes("one")));
    }

    @Test
    void commit_markEnded_idIsFreeAgain() {
        Duration lifetime = Duration.ofMillis(50);
        assertThat(commit(commits().mark(new NewMark("id", bytes("one"), lifetime))))
                .isInstanceOf(Outcome.Committed.class);

        letPass(lifetime);

        Eventually.within(LIMIT, () -> assertThat(mark("id")).isEqualTo(new Lookup.NotFound<>()));
        assertThat(commit(commits().mark(new NewMark("id", bytes("two"), LIMIT))))
                .isInstanceOf(Outcome.Committed.class);
    }

    @Test
    void commit_severalConflicts_requestIsSaidFirst() {
        assertThat(commit(commits()
                        .mark(new NewMark("id", bytes("one"), LIMIT))
                        .name(new NameClaim(names, "name", "holder"))))
                .isInstanceOf(Outcome.Committed.class);

        assertThat(commit(commits()
                        .record(RecordChange.write(key, Optional.of(bytes("b")), bytes("c")))
                        .name(new NameClaim(names, "name", "holder"))
                        .event(new NewEvent(key, 5, bytes("event")))
                        .mark(new NewMark("id", bytes("one"), LIMIT))))
                .isEqualTo(new Outcome.Conflict(Expected.REQUEST));
        assertThat(commit(commits()
                        .event(new NewEvent(key, 5, bytes("event")))
                        .name(new NameClaim(names, "name", "holder"))))
                .isEqualTo(new Outcome.Conflict(Expected.NAME));
    }

    @Test
    void commit_bytesOfEveryValue_comeBackAsTheyWere() {
        byte[] all = new byte[256];
        for (int i = 0; i < all.length; i++) {
            all[i] = (byte) i;
        }
        ByteString value = ByteString.copyFrom(all);

        assertThat(commit(commits()
                        .record(RecordChange.write(key, Optional.empty(), value))
                        .event(new NewEvent(key, 1, value))))
                .isInstanceOf(Outcome.Committed.class);
        assertThat(commit(commits().record(RecordChange.write(key, Optional.of(value), value.concat(value)))))
                .isInstanceOf(Outcome.Committed.class);

        assertThat(fetch(key)).containsExactly(Optional.of(value.concat(value)));
        assertThat(events(1, 1)).containsExactly(value);
    }

    @Test
    void list_pages_inTheOrderOfBytes() {
        Commits additions = commits();
        List.of("b", "a", "Z", "ä", "aa", "10", "9")
                .forEach(member -> additions.listing(new Listing(list, member, true)));
        assertThat(commit(additions)).isInstanceOf(Outcome.Committed.class);

        assertThat(list("", 3)).containsExactly("10", "9", "Z");
        assertThat(list("Z", 3)).containsExactly("a", "aa", "b");
        assertThat(list("b", 3)).containsExactly("ä");
        assertThat(list("ä", 3)).isEmpty();
        assertThat(list("aZ", 1)).containsExactly("aa");
    }

    @Test
    void list_memberTakenOut_gone() {
        assertThat(commit(commits().listing(new Listing(list, "a", true)).listing(new Listing(list, "b", true))))
                .isInstanceOf(Outcome.Committed.class);

        assertThat(commit(commits().listing(new Listing(list, "a", false)))).isInstanceOf(Outcome.Committed.class);
        assertThat(list("", 10)).containsExactly("b");
    }

    @Test
    void events_inPages_oldestFirst() {
        for (int i = 1; i <= 12; i++) {
            assertThat(commit(commits().event(new NewEvent(key, i, bytes("event " + i)))))
                    .isInstanceOf(Outcome.Committed.class);
        }

        assertThat(events(1, 2)).containsExactly(bytes("event 1"), bytes("event 2"));
        assertThat(events(9, 3)).containsExactly(bytes("event 9"), bytes("event 10"), bytes("event 11"));
        assertThat(events(12, 3)).containsExactly(bytes("event 12"));
        assertThat(events(13, 3)).isEmpty();
    }

    @Test
    void commit_whatAPurgeDoes_namesAreFreeAndTheRestStays() {
        RecordKey claim = RecordKey.tenant(slot, Uid.random(random));
        IndexKey ofOwner = IndexKey.ownerTokens(slot, Uid.random(random));
        assertThat(commit(commits()
                        .record(RecordChange.write(key, Optional.empty(), bytes("token")))
                        .record(RecordChange.write(claim, Optional.empty(), bytes("claim")))
                        .name(new NameClaim(names, "name", "holder"))
                        .name(new NameClaim(names, "another", "another"))
                        .listing(new Listing(list, "token", true))
                        .listing(new Listing(list, "tokens", true))
                        .listing(new Listing(ofOwner, "token", true))
                        .event(new NewEvent(key, 1, bytes("made")))))
                .isInstanceOf(Outcome.Committed.class);

        assertThat(commit(commits()
                        .narrows()
                        .record(RecordChange.write(key, Optional.of(bytes("token")), bytes("remains")))
                        .record(new RecordChange(claim, Optional.of(bytes("claim")), Optional.empty(), true))
                        .name(NameClaim.release(names, "name", "holder"))
                        .listing(new Listing(list, "token", false))
                        .listing(new Listing(ofOwner, "token", false))
                        .event(new NewEvent(key, 2, bytes("purged")))))
                .isInstanceOf(Outcome.Committed.class);

        assertThat(fetch(key, claim)).containsExactly(Optional.of(bytes("remains")), Optional.empty());
        assertThat(holder("name")).isEqualTo(new Lookup.NotFound<>());
        assertThat(holder("another")).isEqualTo(new Lookup.Found<>("another"));
        assertThat(list("", 10)).containsExactly("tokens");
        assertThat(now(store().list(ofOwner, "", 10, LIMIT))).isEqualTo(new Lookup.Found<>(List.of()));
        assertThat(events(1, 10)).containsExactly(bytes("made"), bytes("purged"));
        assertThat(commit(commits()
                        .record(RecordChange.write(claim, Optional.empty(), bytes("of the next")))
                        .name(new NameClaim(names, "name", "next"))
                        .listing(new Listing(list, "token", true))))
                .isInstanceOf(Outcome.Committed.class);
        assertThat(list("", 10)).containsExactly("token", "tokens");
    }

    @Test
    void commit_narrowsAndNameIsAnothers_nothingWritten() {
        writeFirst();
        assertThat(commit(commits().name(new NameClaim(names, "name", "stranger"))))
                .isInstanceOf(Outcome.Committed.class);

        assertThat(commit(commits()
                        .narrows()
                        .record(RecordChange.write(key, Optional.of(bytes("a")), bytes("b")))
                        .name(NameClaim.release(names, "name", "holder"))))
                .isEqualTo(new Outcome.Conflict(Expected.NAME));
        assertThat(fetch(key)).containsExactly(Optional.of(bytes("a")));
    }

    @Test
    void commit_narrowsAndRecordHasOtherBytes_nothingWritten() {
        writeFirst();

        assertThat(commit(commits()
                        .narrows()
                        .record(RecordChange.write(key, Optional.of(bytes("b")), bytes("c")))
                        .event(new NewEvent(key, 1, bytes("event")))))
                .isEqualTo(new Outcome.Conflict(Expected.RECORD));
        assertThat(fetch(key)).containsExactly(Optional.of(bytes("a")));
        assertThat(events(1, 10)).isEmpty();
    }

    @Test
    void commit_listingsThatAreSoAlready_staySo() {
        for (int i = 0; i < 2; i++) {
            assertThat(commit(commits()
                            .listing(new Listing(list, "there", true))
                            .listing(new Listing(list, "gone", false))))
                    .isInstanceOf(Outcome.Committed.class);
        }

        assertThat(list("", 10)).containsExactly("there");
    }

    @Test
    void commit_entryThatMoves_onceInTheList() {
        assertThat(commit(commits().listing(new Listing(list, "0001|id", true))))
                .isInstanceOf(Outcome.Committed.class);

        assertThat(commit(commits()
                        .listing(new Listing(list, "0001|id", false))
                        .listing(new Listing(list, "0003|id", true))
                        .listing(new Listing(list, "0002|other", true))))
                .isInstanceOf(Outcome.Committed.class);
        assertThat(list("", 10)).containsExactly("0002|other", "0003|id");
        // What is due at a moment stands before the entry of that moment and no id.
        assertThat(list("0002|", 10)).containsExactly("0002|other", "0003|id");
        assertThat(list("0003|", 10)).containsExactly("0003|id");
    }

    @Test
    void commit_severalEvents_eachInItsHistory() {
        assertThat(commit(commits()
                        .event(new NewEvent(key, 1, bytes("of one")))
                        .event(new NewEvent(otherKey, 1, bytes("of another")))))
                .isInstanceOf(Outcome.Committed.class);
        assertThat(commit(commits()
                        .event(new NewEvent(otherKey, 2, bytes("second of another")))
                        .event(new NewEvent(key, 2, bytes("second of one")))))
                .isInstanceOf(Outcome.Committed.class);

        assertThat(events(1, 10)).containsExactly(bytes("of one"), bytes("second of one"));
        assertThat(now(store().events(otherKey, 1, 10, LIMIT)))
                .isEqualTo(new Lookup.Found<>(List.of(bytes("of another"), bytes("second of another"))));
    }

    @Test
    void commit_oneOfSeveralEventsDoesNotFit_noneWritten() {
        assertThat(commit(commits()
                        .event(new NewEvent(key, 1, bytes("fits")))
                        .event(new NewEvent(otherKey, 2, bytes("does not")))))
                .isEqualTo(new Outcome.Conflict(Expected.HISTORY));

        assertThat(events(1, 10)).isEmpty();
        assertThat(now(store().events(otherKey, 1, 10, LIMIT))).isEqualTo(new Lookup.Found<>(List.of()));
    }

    @Test
    void commit_markAlone_takenByOneUntilItEnds() {
        Duration lifetime = Duration.ofMillis(300);
        List<CompletionStage<Outcome>> all = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            all.add(store().commit(turn(lifetime), LIMIT));
        }

        List<Outcome> outcomes = all.stream().map(RecordStoreContract::now).toList();
        assertThat(outcomes).filteredOn(Outcome.Committed.class::isInstance).hasSize(1);
        assertThat(outcomes)
                .filteredOn(outcome -> outcome.equals(new Outcome.Conflict(Expected.REQUEST)))
                .hasSize(9);
        letPass(lifetime);
        Eventually.within(
                LIMIT, () -> assertThat(now(store().commit(turn(LIMIT), LIMIT))).isInstanceOf(Outcome.Committed.class));
        assertThat(now(store().commit(turn(LIMIT), LIMIT))).isEqualTo(new Outcome.Conflict(Expected.REQUEST));
    }

    private Commit turn(Duration lifetime) {
        return commits().mark(new NewMark("turn", ByteString.EMPTY, lifetime)).build();
    }

    @Test
    void mark_emptyOrOfAnotherSlot_asItWasWritten() {
        SlotTag other = SlotTag.random(random);
        assertThat(now(store().commit(turn(LIMIT), LIMIT))).isInstanceOf(Outcome.Committed.class);

        assertThat(mark("turn")).isEqualTo(new Lookup.Found<>(ByteString.EMPTY));
        assertThat(now(store().mark(other, "turn", LIMIT))).isEqualTo(new Lookup.NotFound<>());
        Commit elsewhere = new Commits(other)
                .mark(new NewMark("turn", bytes("other"), LIMIT))
                .build();
        assertThat(now(store().commit(elsewhere, LIMIT))).isInstanceOf(Outcome.Committed.class);
        assertThat(mark("turn")).isEqualTo(new Lookup.Found<>(ByteString.EMPTY));
    }

    @Test
    void events_fromWithinAGap_goOnBehindIt() {
        assertThat(commit(commits().event(new NewEvent(key, 1, bytes("first")))))
                .isInstanceOf(Outcome.Committed.class);
        assertThat(commit(commits().narrows().event(new NewEvent(key, 4, bytes("fourth")))))
                .isInstanceOf(Outcome.Committed.class);

        assertThat(events(2, 1)).containsExactly(bytes("fourth"));
        assertThat(events(4, 10)).containsExactly(bytes("fourth"));
        assertThat(events(5, 10)).isEmpty();
        assertThat(events(1, 1)).containsExactly(bytes("first"));
    }

    private void writeFirst() {
        assertThat(commit(commits().record(RecordChange.write(key, Optional.empty(), bytes("a")))))
                .isInstanceOf(Outcome.Committed.class);
    }

    /** Changes that none of is made when the commit's other one is in conflict. */
    private Commits rest() {
        return commits()
                .record(RecordChange.write(otherKey, Optional.empty(), bytes("other")))
                .name(new NameClaim(names, "rest", "holder"))
                .listing(new Listing(list, "rest", true))
                .event(new NewEvent(otherKey, 1, bytes("rest")));
    }

    private void assertNothingOfTheRest() {
        assertThat(fetch(otherKey)).containsExactly(Optional.empty());
        assertThat(holder("rest")).isEqualTo(new Lookup.NotFound<>());
        assertThat(list("", 10)).doesNotContain("rest");
        assertThat(now(store().events(otherKey, 1, 1, LIMIT))).isEqualTo(new Lookup.Found<>(List.of()));
    }

    private Outcome commit(Commits commits) {
        return now(store().commit(commits.build(), LIMIT));
    }

    private List<Optional<ByteString>> fetch(RecordKey... keys) {
        return ((Fetched.Values) now(store().fetch(List.of(keys), LIMIT))).values();
    }

    private Lookup<String> holder(String name) {
        return now(store().holder(names, name, LIMIT));
    }

    private Lookup<ByteString> mark(String id) {
        return now(store().mark(slot, id, LIMIT));
    }

    private List<String> list(String after, int most) {
        return ((Lookup.Found<List<String>>) now(store().list(list, after, most, LIMIT))).value();
    }

    private List<ByteString> events(long from, int most) {
        return ((Lookup.Found<List<ByteString>>) now(store().events(key, from, most, LIMIT))).value();
    }

    private Commits commits() {
        return new Commits(slot);
    }

    protected static ByteString bytes(String text) {
        return ByteString.copyFromUtf8(text);
    }

    protected static <T> T now(CompletionStage<T> stage) {
        return stage.toCompletableFuture().join();
    }
}
