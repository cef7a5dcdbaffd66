package io.keywarden.admin;

import static org.assertj.core.api.Assertions.assertThat;

import io.keywarden.store.Bounds;
import io.keywarden.store.InMemoryStore;
import io.keywarden.store.RecordKey;
import io.keywarden.store.RecordWriter.Durability;
import io.keywarden.store.StoredRecord;
import io.keywarden.store.v1.StoreRecord;
import io.keywarden.store.v1.TenantRecord;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

final class PromiseTest {
    private static final Bounds BOUNDS = new Bounds(Duration.ofMillis(400), Duration.ofMinutes(5), 1);

    @RegisterExtension
    private final AdminHarness admin = new AdminHarness(BOUNDS);

    private Promise promise = new Promise(admin.fresh(), admin.condition, admin.clock);

    @BeforeEach
    void makePromise() {
        promise = new Promise(admin.fresh(), admin.condition, admin.clock);
    }

    @Test
    void made_singleRedis_leaseAndMarginLater() {
        assertThat(after(Durability.UNCONFIRMED, KnownAge.NOTHING_KNOWN)).contains(Duration.ofMillis(450));
        assertThat(after(Durability.CONFIRMED, KnownAge.NOTHING_KNOWN)).contains(Duration.ofMillis(450));
    }

    @Test
    void made_withReplicas_onlyWhatIsConfirmedIsPromised() {
        admin.condition.replicated();
        assertThat(after(Durability.UNCONFIRMED, KnownAge.NOTHING_KNOWN)).isEmpty();
        assertThat(after(Durability.CONFIRMED, KnownAge.NOTHING_KNOWN)).contains(Duration.ofMillis(450));
    }

    @Test
    void made_serversOutOfSight_asTheyWereLast() {
        assertThat(after(Durability.UNCONFIRMED, KnownAge.NOTHING_KNOWN)).isPresent();
        admin.condition.away();
        assertThat(after(Durability.UNCONFIRMED, KnownAge.NOTHING_KNOWN)).isPresent();
        Promise another = new Promise(admin.fresh(), admin.condition, admin.clock);
        assertThat(another.made(Durability.UNCONFIRMED, KnownAge.NOTHING_KNOWN).effective())
                .isEmpty();
    }

    @Test
    void made_sharedByTenants_longestOutageLater() {
        assertThat(after(Durability.CONFIRMED, KnownAge.OF_ANY_TENANT))
                .contains(Duration.ofMinutes(5).plusMillis(450));
    }

    @Test
    void made_inTenantWithPolicy_itsAgeLaterAndTheFormerOneWhileItCounts() {
        TenantRecord tenant = TenantRecord.newBuilder()
                .setMaxKnownAge(StoreBounds.duration(Duration.ofSeconds(10)))
                .setFormerMaxKnownAge(StoreBounds.duration(Duration.ofSeconds(90)))
                .setFormerMaxKnownAgeEndTime(
                        RecordWrites.timestamp(admin.clock.instant().plusSeconds(90)))
                .build();
        assertThat(after(Durability.CONFIRMED, KnownAge.of(tenant))).contains(Duration.ofMillis(90_450));
        admin.clock.advance(Duration.ofSeconds(90));
        assertThat(after(Durability.CONFIRMED, KnownAge.of(tenant))).contains(Duration.ofMillis(10_450));
    }

    @Test
    void made_leaseJustNarrowed_widerOneForAMinuteAndMore() {
        promiseFromNowOn(new Bounds(Duration.ofMillis(100), Duration.ofMinutes(5), 1));
        assertThat(after(Durability.CONFIRMED, KnownAge.NOTHING_KNOWN)).contains(Duration.ofMillis(450));
        admin.clock.advance(Duration.ofMinutes(7));
        assertThat(after(Durability.CONFIRMED, KnownAge.NOTHING_KNOWN)).contains(Duration.ofMillis(150));
    }

    @Test
    void made_leaseJustWidened_widerOneAtOnce() {
        promiseFromNowOn(new Bounds(Duration.ofSeconds(3), Duration.ofMinutes(5), 1));
        assertThat(after(Durability.CONFIRMED, KnownAge.NOTHING_KNOWN)).contains(Duration.ofMillis(3_050));
    }

    @Test
    void made_storeAwayRightAfterwards_longestThatThereCanBe() {
        admin.store.inner().setAway(true);
        assertThat(after(Durability.CONFIRMED, KnownAge.NOTHING_KNOWN)).contains(Duration.ofMillis(60_050));
        admin.store.inner().setAway(false);
    }

    private Optional<Duration> after(Durability durability, KnownAge age) {
        return promise.made(durability, age).effective().map(time -> Duration.between(admin.clock.instant(), time));
    }

    private void promiseFromNowOn(Bounds bounds) {
        InMemoryStore store = admin.store.inner();
        StoredRecord marker = admin.record(RecordKey.STORE).orElseThrow();
        StoreRecord changed =
                StoreBounds.changed(Entry.of(marker, StoreRecord.parser()).payload(), bounds, admin.clock.instant());
        StoreRecord next = StoreBounds.settled(changed, admin.clock.instant());
        StoredRecord.Draft draft = marker.next(next.toByteString(), StoredRecord.ChainHead.EMPTY);
        store.overwrite(RecordKey.STORE, Optional.of(admin.keys.signer().sign(draft)));
    }
}
