package io.keywarden.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.keywarden.credential.Proof;
import io.keywarden.credential.TokenText;
import io.keywarden.policy.Reason;
import io.keywarden.store.Commit;
import io.keywarden.store.InMemoryStore;
import io.keywarden.store.RecordKey;
import io.keywarden.store.RecordWriter.Outcome;
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
            return new StoreFounder(
                            new StoreFounder.Store(store, store, keys.opener(), keys.signer()),
                            state,
                            bootstrap,
                            clock,
                            random)
                    .found(LIMIT);
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
                new StoreFounder.Store(store, store, others.opener(), others.signer()),
                new StateDir(directory.resolve("x"), directory.resolve("x-token")),
                new Admin("x").bootstrap,
                clock,
                random);
        assertThat(refusal(founder.found(LIMIT))).isEqualTo(Reason.RECORD_TAMPERED);
        assertThat(store.keys()).containsExactly(RecordKey.STORE);
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
        return result.fold(StoreFounder.Result.Ready::founded, refused -> {
            throw new AssertionError(refused.reason() + " " + refused.detail());
        });
    }

    private static Reason refusal(StoreFounder.Result result) {
        return result.fold(
                ready -> {
                    throw new AssertionError("ready (expected: not)");
                },
                StoreFounder.Result.NotReady::reason);
    }

    private static String mode(Path file) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
    }
}
