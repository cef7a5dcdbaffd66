package io.keywarden.store;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.keywarden.policy.Reason;
import io.keywarden.token.SlotTag;
import io.keywarden.token.Uid;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class VerifiedReaderTest {
    private static final Duration LIMIT = Duration.ofSeconds(1);

    private final SecureRandom random = new SecureRandom();
    private final Records records = new Records();
    private final InMemoryStore store = new InMemoryStore(InstantSource.system());
    private final VerifiedReader reader =
            VerifiedReader.of(store, records.opener(), new HighWater(100), Optional.empty());
    private final RecordKey key = RecordKey.tenant(SlotTag.random(random), Uid.random(random));
    private final RecordKey alias = RecordKey.alias("digest");
    private final StoredRecord.Draft first = records.draft(key);
    private final StoredRecord.Draft second =
            new StoredRecord.Draft(key, first.uid(), 2, first.chain(), first.payload());

    @BeforeEach
    void found() {
        records.found(store, Uid.random(random));
    }

    @Test
    void read_severalKeys_oneAnswerForEachInOrder() {
        put(first);

        List<Lookup<StoredRecord>> found =
                reader.read(List.of(alias, key), LIMIT).toCompletableFuture().join();

        assertThat(found).hasSize(2);
        assertThat(found.get(0)).isEqualTo(new Lookup.NotFound<>());
        assertThat(found.get(1)).isInstanceOf(Lookup.Found.class);
    }

    @Test
    void read_emptyStore_staleState() {
        store.clear();

        assertCannotTell(key, Reason.STALE_STATE);
    }

    @Test
    void read_storeEmptiedAfterItWasSeen_staleState() {
        put(first);
        assertFound(key);
        store.clear();

        assertCannotTell(key, Reason.STALE_STATE);
    }

    @Test
    void read_anotherStoreThanBefore_staleState() {
        put(first);
        assertFound(key);
        records.found(store, Uid.random(random));

        assertCannotTell(key, Reason.STALE_STATE);
    }

    @Test
    void read_anotherStoreThanGiven_staleState() {
        VerifiedReader pinned =
                VerifiedReader.of(store, records.opener(), new HighWater(100), Optional.of(Uid.random(random)));

        assertThat(reasonOf(pinned, key)).isEqualTo(Reason.STALE_STATE);
    }

    @Test
    void read_forgedMarker_tampered() {
        store.overwrite(RecordKey.STORE, Optional.of(new Records().marker(Uid.random(random))));

        assertCannotTell(key, Reason.RECORD_TAMPERED);
    }

    @Test
    void read_storeAway_unavailable() {
        store.setAway(true);

        assertCannotTell(key, Reason.STORE_UNAVAILABLE);
    }

    @Test
    void read_forgedRecord_onlyThatOneTampered() {
        put(first);
        store.overwrite(alias, Optional.of(ByteString.copyFromUtf8("forged")));

        assertCannotTell(alias, Reason.RECORD_TAMPERED);
        assertFound(key);
    }

    @Test
    void read_olderVersionPutBack_tamperedUntilItIsNewAgain() {
        put(second);
        assertFound(key);
        put(first);
        assertCannotTell(key, Reason.RECORD_TAMPERED);
        assertCannotTell(key, Reason.RECORD_TAMPERED);

        put(second);
        assertFound(key);
    }

    @Test
    void read_goneAfterItWasSeen_tampered() {
        put(first);
        assertFound(key);
        store.overwrite(key, Optional.empty());

        assertCannotTell(key, Reason.RECORD_TAMPERED);
    }

    @Test
    void read_otherUidUnderTheSameKey_tampered() {
        put(first);
        assertFound(key);
        put(records.draft(key));

        assertCannotTell(key, Reason.RECORD_TAMPERED);
    }

    @Test
    void read_aliasGoneAndClaimedAnew_foundAgain() {
        put(records.draft(alias));
        assertFound(alias);
        store.overwrite(alias, Optional.empty());
        assertThat(read(reader, alias)).isEqualTo(new Lookup.NotFound<>());

        put(records.draft(alias));
        assertFound(alias);
    }

    @Test
    void read_answersWorkedOnInAnotherOrder_noAlarm() {
        List<CompletableFuture<RecordReader.Fetched>> pending = new ArrayList<>();
        RecordReader slow = (keys, limit) -> {
            CompletableFuture<RecordReader.Fetched> answer = new CompletableFuture<>();
            pending.add(answer);
            return answer;
        };
        VerifiedReader slowReader = VerifiedReader.of(slow, records.opener(), new HighWater(100), Optional.empty());
        ByteString marker = records.marker(Uid.random(random));
        CompletableFuture<Lookup<StoredRecord>> earlier =
                slowReader.read(key, LIMIT).toCompletableFuture();
        CompletableFuture<Lookup<StoredRecord>> later =
                slowReader.read(key, LIMIT).toCompletableFuture();

        pending.get(1).complete(values(marker, records.sign(second)));
        pending.get(0).complete(values(marker, records.sign(first)));

        assertThat(later.join()).isInstanceOf(Lookup.Found.class);
        assertThat(earlier.join()).isInstanceOf(Lookup.Found.class);
    }

    @Test
    void read_storeBreaksItsPromise_internalAndNoException() {
        RecordReader broken = (keys, limit) -> CompletableFuture.failedFuture(new IllegalStateException("bug"));
        RecordReader shortened =
                (keys, limit) -> CompletableFuture.completedFuture(new RecordReader.Fetched.Values(List.of()));

        for (RecordReader bad : List.of(broken, shortened)) {
            VerifiedReader over = VerifiedReader.of(bad, records.opener(), new HighWater(10), Optional.empty());
            assertThat(reasonOf(over, key)).isEqualTo(Reason.INTERNAL);
        }
    }

    private static RecordReader.Fetched values(ByteString marker, ByteString record) {
        return new RecordReader.Fetched.Values(List.of(Optional.of(marker), Optional.of(record)));
    }

    private void put(StoredRecord.Draft draft) {
        store.overwrite(draft.key(), Optional.of(records.sign(draft)));
    }

    private void assertFound(RecordKey at) {
        assertThat(read(reader, at)).isInstanceOf(Lookup.Found.class);
    }

    private void assertCannotTell(RecordKey at, Reason reason) {
        assertThat(reasonOf(reader, at)).isEqualTo(reason);
    }

    private static Reason reasonOf(VerifiedReader from, RecordKey at) {
        return ((Lookup.CannotTell<StoredRecord>) read(from, at)).reason();
    }

    private static Lookup<StoredRecord> read(VerifiedReader from, RecordKey at) {
        return from.read(at, LIMIT).toCompletableFuture().join();
    }
}
