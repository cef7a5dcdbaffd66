package io.keywarden.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.keywarden.credential.Proof;
import io.keywarden.credential.TokenText;
import io.keywarden.policy.Reason;
import io.keywarden.store.Bounds;
import io.keywarden.store.Commit;
import io.keywarden.store.InMemoryStore;
import io.keywarden.store.RecordKey;
import io.keywarden.store.RecordReader;
import io.keywarden.store.RecordWriter.Outcome;
import io.keywarden.store.StoreMarker;
import io.keywarden.store.v1.SignedRecord;
import io.keywarden.store.v1.StoreRecord;
import io.keywarden.token.TokenSecret;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class StoreFounderTest {
    private static final Duration LIMIT = Duration.ofSeconds(1);

    @TempDir
    private Path directory;

    private final FakeClock clock = new FakeClock();
    private final SecureRandom random = new SecureRandom();
    private final TestKeys keys = new TestKeys(random);
    private final WatchedStore store = new WatchedStore(new InMemoryStore(clock));
    private final FakeCondition condition = new FakeCondition();
    private Bounds bounds = Bounds.DEFAULT;
    private boolean demo;

    private final class Admin {
        private final String name;
        private final StateDir state;
        private final BootstrapToken bootstrap;

        private Admin(String name) {
            this.name = name;
            this.state = new StateDir(directory.resolve(name), directory.resolve(name + "-token"));
            this.bootstrap = new BootstrapToken(state, keys.hasher());
        }

        private StoreFounder.Result found() throws IOException {
            return founder().found(LIMIT);
        }

        private StoreFounder founder() {
            return new StoreFounder(
                    new MarkerStore(store, store, keys.opener(), keys.signer()),
                    new StoreFounder.Outside(state, bootstrap),
                    new StoreFounder.Terms(bounds, condition, demo),
                    clock,
                    random);
        }

        private Path tokenFile() {
            return directory.resolve(name + "-token");
        }
    }

    @Test
    void found_emptyStore_foundedWithBootstrapToken() throws IOException {
        Admin admin = new Admin("one");
        assertThat(isFounded(admin.found())).isTrue();
        TokenText token =
                TokenText.parse(Files.readString(admin.tokenFile()).strip()).orElseThrow();
        assertThat(Files.readString(admin.tokenFile())).startsWith("kwroot_");
        assertThat(admin.bootstrap.prove(token, clock.instant())).isEqualTo(Proof.Kind.PROVEN);
        TokenText wrong = new TokenText(token.id(), TokenSecret.random(random));
        assertThat(admin.bootstrap.prove(wrong, clock.instant())).isEqualTo(Proof.Kind.WRONG);
    }

    @Test
    void found_emptyStore_filesAreTheOwnersAlone() throws IOException {
        Admin admin = new Admin("one");
        assertThat(isFounded(admin.found())).isTrue();
        Path state = directory.resolve("one");
        assertThat(mode(state)).isEqualTo("rwx------");
        assertThat(mode(state.resolve("store.json"))).isEqualTo("rw-------");
        assertThat(mode(state.resolve("bootstrap.json"))).isEqualTo("rw-------");
        assertThat(mode(admin.tokenFile())).isEqualTo("rw-------");
        String token = Files.readString(admin.tokenFile()).strip();
        assertThat(Files.readString(state.resolve("bootstrap.json"))).doesNotContain(token.substring(34, 77));
    }

    @Test
    void found_again_readyWithTheSameToken() throws IOException {
        Admin admin = new Admin("one");
        assertThat(isFounded(admin.found())).isTrue();
        String token = Files.readString(admin.tokenFile());
        assertThat(isFounded(admin.found())).isFalse();
        assertThat(Files.readString(admin.tokenFile())).isEqualTo(token);
    }

    @Test
    void found_storeEmptiedAfterwards_stale() throws IOException {
        Admin admin = new Admin("one");
        assertThat(isFounded(admin.found())).isTrue();
        store.inner().clear();
        assertThat(refusal(admin.found())).isEqualTo(Reason.STALE_STATE);
        assertThat(store.committed()).hasSize(1);
    }

    @Test
    void found_anotherStore_stale() throws IOException {
        Admin admin = new Admin("one");
        assertThat(isFounded(admin.found())).isTrue();
        store.inner().clear();
        assertThat(isFounded(new Admin("two").found())).isTrue();
        assertThat(refusal(admin.found())).isEqualTo(Reason.STALE_STATE);
    }

    @Test
    void found_byAnotherAdminBefore_adoptedWithoutToken() throws IOException {
        assertThat(isFounded(new Admin("one").found())).isTrue();
        Admin second = new Admin("two");
        assertThat(isFounded(second.found())).isFalse();
        assertThat(second.tokenFile()).doesNotExist();
        assertThat(second.state.incarnation()).isPresent();
    }

    @Test
    void found_byAnotherAdminAtOnce_oneWinsAndTheOtherAdopts() throws IOException {
        Admin first = new Admin("one");
        Admin second = new Admin("two");
        store.beforeNextCommit(() -> {
            try {
                assertThat(isFounded(second.found())).isTrue();
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        });
        assertThat(isFounded(first.found())).isFalse();
        assertThat(first.tokenFile()).doesNotExist();
        assertThat(second.tokenFile()).exists();
        assertThat(first.state.incarnation()).isEqualTo(second.state.incarnation());
    }

    @Test
    void found_answerLostButWritten_founded() throws IOException {
        Admin admin = new Admin("one");
        store.breakCommits(commit -> true, new Outcome.Unknown("cut"), true);
        assertThat(isFounded(admin.found())).isTrue();
        assertThat(admin.tokenFile()).exists();
    }

    @Test
    void found_markerComesAfterTheAnswerWasGivenUp_tokenStillFits() throws IOException {
        Admin admin = new Admin("one");
        List<Commit> late = new ArrayList<>();
        store.breakCommits(late::add, new Outcome.Unknown("cut"), false);
        assertThat(refusal(admin.found())).isEqualTo(Reason.STORE_UNAVAILABLE);
        store.repair();
        store.beforeNextCommit(() ->
                store.inner().commit(late.get(0), LIMIT).toCompletableFuture().join());
        assertThat(isFounded(admin.found())).isTrue();
        TokenText token =
                TokenText.parse(Files.readString(admin.tokenFile()).strip()).orElseThrow();
        assertThat(admin.bootstrap.prove(token, clock.instant())).isEqualTo(Proof.Kind.PROVEN);
    }

    @Test
    void found_storeAway_unavailableAndLaterFounded() throws IOException {
        Admin admin = new Admin("one");
        store.inner().setAway(true);
        assertThat(refusal(admin.found())).isEqualTo(Reason.STORE_UNAVAILABLE);
        store.inner().setAway(false);
        assertThat(isFounded(admin.found())).isTrue();
    }

    @Test
    void found_markerOfSomebodyElse_tampered() throws IOException {
        assertThat(isFounded(new Admin("one").found())).isTrue();
        TestKeys others = new TestKeys(random);
        StoreFounder founder = new StoreFounder(
                new MarkerStore(store, store, others.opener(), others.signer()),
                new StoreFounder.Outside(
                        new StateDir(directory.resolve("x"), directory.resolve("x-token")), new Admin("x").bootstrap),
                new StoreFounder.Terms(bounds, condition, demo),
                clock,
                random);
        assertThat(refusal(founder.found(LIMIT))).isEqualTo(Reason.RECORD_TAMPERED);
        assertThat(store.keys()).containsExactly(RecordKey.STORE);
    }

    @Test
    void found_withoutAppendOnlyFile_refusedBeforeAnythingIsWritten() throws IOException {
        condition.withoutFile();
        Admin admin = new Admin("one");
        assertThat(text(admin.found())).contains("appendonly yes").contains("admin.durability: demo");
        assertThat(store.committed()).isEmpty();
        assertThat(admin.tokenFile()).doesNotExist();
    }

    @Test
    void found_withoutAppendOnlyFileLater_refused() throws IOException {
        Admin admin = new Admin("one");
        assertThat(isFounded(admin.found())).isTrue();
        condition.withoutFile();
        assertThat(text(admin.found())).contains("appendonly yes");
    }

    @Test
    void found_withoutAppendOnlyFileForADemo_founded() throws IOException {
        condition.withoutFile();
        demo = true;
        assertThat(isFounded(new Admin("one").found())).isTrue();
    }

    @Test
    void found_serversNotSeenYet_unavailable() throws IOException {
        condition.away();
        assertThat(refusal(new Admin("one").found())).isEqualTo(Reason.STORE_UNAVAILABLE);
        assertThat(store.committed()).isEmpty();
    }

    @Test
    void found_emptyStore_markerPromisesTheBounds() throws Exception {
        bounds = new Bounds(Duration.ofMillis(300), Duration.ofMinutes(5), 2);
        assertThat(isFounded(new Admin("one").found())).isTrue();
        assertThat(StoreMarker.bounds(marker())).isEqualTo(bounds);
        assertThat(StoreBounds.widest(marker(), clock.instant())).isEqualTo(bounds);
    }

    @Test
    void found_otherBounds_nextVersionThatKeepsTheWiderForAMinute() throws Exception {
        Admin admin = new Admin("one");
        assertThat(isFounded(admin.found())).isTrue();
        bounds = new Bounds(Duration.ofMillis(300), Duration.ZERO, 0);
        assertThat(isFounded(admin.found())).isFalse();
        assertThat(isFounded(admin.found())).isFalse();
        assertThat(store.committed()).hasSize(2);
        assertThat(StoreMarker.bounds(marker())).isEqualTo(bounds);
        assertThat(StoreBounds.widest(marker(), clock.instant()).lease()).isEqualTo(Duration.ofSeconds(1));
        clock.advance(Duration.ofSeconds(62));
        assertThat(StoreBounds.widest(marker(), clock.instant())).isEqualTo(bounds);
    }

    @Test
    void found_otherBoundsWhileAnotherWrites_laterReady() throws Exception {
        Admin admin = new Admin("one");
        assertThat(isFounded(admin.found())).isTrue();
        bounds = new Bounds(Duration.ofSeconds(2), Duration.ZERO, 1);
        store.breakCommits(commit -> true, new Outcome.Conflict(Commit.Expected.RECORD), false);
        assertThat(refusal(admin.found())).isEqualTo(Reason.STORE_UNAVAILABLE);
        store.repair();
        assertThat(isFounded(admin.found())).isFalse();
        assertThat(StoreMarker.bounds(marker())).isEqualTo(bounds);
    }

    @Test
    void found_fewerReplicas_formerNumberUntilAsManyConfirmedTheMarker() throws Exception {
        condition.replicated();
        bounds = new Bounds(Duration.ofSeconds(1), Duration.ZERO, 2);
        Admin admin = new Admin("one");
        assertThat(isFounded(admin.found())).isTrue();
        bounds = new Bounds(Duration.ofMillis(300), Duration.ZERO, 1);
        store.confirmedBy(1);
        assertThat(isFounded(admin.found())).isFalse();
        assertThat(StoreMarker.bounds(marker())).isEqualTo(bounds);
        assertThat(StoreMarker.replicasToConfirm(marker())).isEqualTo(2);

        // Started again: nobody knows more than the marker says.
        clock.advance(Duration.ofDays(1));
        assertThat(isFounded(new Admin("one").found())).isFalse();
        assertThat(StoreMarker.replicasToConfirm(marker())).isEqualTo(2);
        assertThat(StoreBounds.widest(marker(), clock.instant()).lease()).isEqualTo(Duration.ofSeconds(1));

        store.confirmedBy(2);
        assertThat(isFounded(admin.found())).isFalse();
        assertThat(StoreMarker.replicasToConfirm(marker())).isEqualTo(1);
        assertThat(StoreBounds.widest(marker(), clock.instant()).lease()).isEqualTo(Duration.ofSeconds(1));
        clock.advance(Duration.ofSeconds(62));
        assertThat(StoreBounds.widest(marker(), clock.instant())).isEqualTo(bounds);
    }

    @Test
    void settle_laterWhileItServes_formerNumberNoMore() throws Exception {
        condition.replicated();
        bounds = new Bounds(Duration.ofSeconds(1), Duration.ZERO, 2);
        Admin admin = new Admin("one");
        assertThat(isFounded(admin.found())).isTrue();
        bounds = Bounds.DEFAULT;
        StoreFounder founder = admin.founder();
        assertThat(isFounded(founder.found(LIMIT))).isFalse();
        store.confirmedBy(2);
        founder.settle(LIMIT);
        founder.settle(LIMIT);
        assertThat(StoreMarker.replicasToConfirm(marker())).isEqualTo(1);
        assertThat(store.committed()).hasSize(3);
    }

    @Test
    void found_moreReplicas_newNumberAtOnce() throws Exception {
        condition.replicated();
        Admin admin = new Admin("one");
        assertThat(isFounded(admin.found())).isTrue();
        bounds = new Bounds(Duration.ofSeconds(1), Duration.ZERO, 2);
        assertThat(isFounded(admin.found())).isFalse();
        assertThat(StoreMarker.replicasToConfirm(marker())).isEqualTo(2);
    }

    private StoreRecord marker() throws Exception {
        RecordReader.Fetched fetched = store.fetch(List.of(RecordKey.STORE), LIMIT)
                .toCompletableFuture()
                .get();
        ByteString bytes =
                ((RecordReader.Fetched.Values) fetched).values().get(0).orElseThrow();
        return StoreRecord.parseFrom(SignedRecord.parseFrom(bytes).getPayload());
    }

    private static String text(StoreFounder.Result result) {
        return result.fold(ready -> "ready", notReady -> notReady.reason().name(), StoreFounder.Result.Refused::detail);
    }

    @Test
    void prove_digestFileOpenToOthers_refused() throws IOException {
        Admin admin = new Admin("one");
        assertThat(isFounded(admin.found())).isTrue();
        Path file = directory.resolve("one").resolve("bootstrap.json");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
        TokenText token =
                TokenText.parse(Files.readString(admin.tokenFile()).strip()).orElseThrow();
        assertThatThrownBy(() -> admin.bootstrap.prove(token, clock.instant()))
                .hasRootCauseInstanceOf(IOException.class)
                .hasStackTraceContaining("chmod 600");
    }

    private static boolean isFounded(StoreFounder.Result result) {
        return result.fold(
                StoreFounder.Result.Ready::founded,
                notReady -> {
                    throw new AssertionError(notReady.reason() + " " + notReady.detail());
                },
                refused -> {
                    throw new AssertionError(refused.detail());
                });
    }

    private static Reason refusal(StoreFounder.Result result) {
        return result.fold(
                ready -> {
                    throw new AssertionError("ready (expected: not)");
                },
                StoreFounder.Result.NotReady::reason,
                refused -> {
                    throw new AssertionError(refused.detail());
                });
    }

    private static String mode(Path file) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
    }
}
