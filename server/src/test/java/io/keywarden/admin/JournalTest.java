package io.keywarden.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.keywarden.store.RecordKey;
import io.keywarden.store.StoredRecord.ChainHead;
import io.keywarden.token.SlotTag;
import io.keywarden.token.Uid;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class JournalTest {
    @TempDir
    private Path directory;

    private final FakeClock clock = new FakeClock();
    private final SecureRandom random = new SecureRandom();
    private Path file = Path.of("");
    private Optional<Journal> opened = Optional.empty();

    @BeforeEach
    void choosePlace() {
        file = directory.resolve("state").resolve("journal");
    }

    @AfterEach
    void close() {
        opened.ifPresent(Journal::close);
    }

    @Test
    void open_anotherAdminHasIt_refused() throws IOException {
        try (Journal journal = open()) {
            assertThat(journal.size()).isZero();
            assertThatThrownBy(() -> Journal.open(file, clock))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("journal.lock is locked")
                    .hasMessageContaining("(expected: a folder of its own for each Admin)");
        }
        assertThat(open().size()).isZero();
    }

    @Test
    void add_read_asItWasAdded() throws IOException {
        Journal.Kept one = write(Narrowing.REVOKE_TOKEN, Uid.random(random));
        open().add(one);
        assertThat(open().notFoundIn("now")).containsExactly(one);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
    }

    @Test
    void add_aboutTheSame_replaced() throws IOException {
        Journal journal = open();
        Uid of = Uid.random(random);
        journal.add(write(Narrowing.DISABLE_TOKEN, of));
        journal.add(write(Narrowing.REVOKE_TOKEN, of));
        Journal.Kept last = write(Narrowing.DISABLE_TOKEN, of);
        journal.add(last);
        assertThat(open().notFoundIn("now")).hasSize(2).endsWith(last);
    }

    @Test
    void cancel_added_forgotten() throws IOException {
        Journal journal = open();
        Uid of = Uid.random(random);
        Journal.Kept other = write(Narrowing.DISABLE_TOKEN, Uid.random(random));
        journal.add(write(Narrowing.DISABLE_TOKEN, of));
        journal.add(other);
        journal.cancel(of, 8);
        assertThat(journal.notFoundIn("now")).containsExactly(other);
        assertThat(open().notFoundIn("now")).containsExactly(other);
    }

    @Test
    void cancel_ofAnEarlierVersion_laterOnesStay() throws IOException {
        Journal journal = open();
        Uid of = Uid.random(random);
        journal.add(write(Narrowing.DISABLE_TOKEN, of, 4));
        Journal.Kept later = write(Narrowing.REVOKE_TOKEN, of, 6);
        journal.add(later);
        journal.cancel(of, 5);
        assertThat(journal.notFoundIn("now")).containsExactly(later);
        assertThat(open().notFoundIn("now")).containsExactly(later);
    }

    @Test
    void add_earlierVersionComesLate_laterOneStays() throws IOException {
        Journal journal = open();
        Uid of = Uid.random(random);
        Journal.Kept later = write(Narrowing.DISABLE_TOKEN, of, 6);
        journal.add(later);
        journal.add(write(Narrowing.DISABLE_TOKEN, of, 4));
        assertThat(journal.notFoundIn("now")).containsExactly(later);
        assertThat(open().notFoundIn("now")).containsExactly(later);
    }

    @Test
    void open_lineWithoutVersion_refused() throws IOException {
        open().add(write(Narrowing.REVOKE_TOKEN, Uid.random(random)));
        String uid = "00".repeat(16);
        Files.writeString(file, "{\"format\":1,\"cancels\":\"" + uid + "\"}\n", StandardOpenOption.APPEND);
        assertThatThrownBy(this::open).hasMessageContaining("journal:2 version  (expected: a number)");
    }

    @Test
    void open_lastLineCutOff_leftOut() throws IOException {
        Journal.Kept one = write(Narrowing.DISABLE_TENANT, Uid.random(random));
        open().add(one);
        Files.writeString(file, "{\"format\":1,\"ti", StandardOpenOption.APPEND);
        Journal journal = open();
        Journal.Kept two = write(Narrowing.DISABLE_TENANT, Uid.random(random));
        journal.add(two);
        assertThat(open().notFoundIn("now")).containsExactly(one, two);
    }

    @Test
    void open_lineThatIsNotUnderstood_refused() throws IOException {
        open().add(write(Narrowing.REVOKE_TOKEN, Uid.random(random)));
        Files.writeString(file, "{\"format\":2}\n", StandardOpenOption.APPEND);
        assertThatThrownBy(this::open).hasMessageContaining("journal:2 format 2 (expected: 1)");
        Files.writeString(file, "x\n");
        assertThatThrownBy(this::open).hasMessageContaining("journal:1 is not JSON");
    }

    @Test
    void open_fileOpenToOthers_refused() throws IOException {
        open().add(write(Narrowing.REVOKE_TOKEN, Uid.random(random)));
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
        assertThatThrownBy(this::open).hasMessageContaining("chmod 600");
    }

    @Test
    void open_writesOfADayAgo_dropped() throws IOException {
        open().add(write(Narrowing.REVOKE_TOKEN, Uid.random(random)));
        clock.advance(Duration.ofHours(12));
        open().add(write(Narrowing.REVOKE_TOKEN, Uid.random(random)));
        clock.advance(Duration.ofHours(12));
        assertThat(open().size()).isEqualTo(1);
        assertThat(Files.readAllLines(file)).hasSize(1);
    }

    @Test
    void add_manyAboutTheSame_fileStaysSmall() throws IOException {
        Journal journal = open();
        Uid of = Uid.random(random);
        for (int i = 0; i < 2_500; i++) {
            journal.add(write(Narrowing.DISABLE_TOKEN, of));
        }
        assertThat(Files.readAllLines(file)).hasSizeLessThan(1_100);
        assertThat(open().size()).isEqualTo(1);
    }

    @Test
    void add_dayAfterDay_agedOnesAreDroppedAndTheFileStaysSmall() throws IOException {
        Journal journal = open();
        for (int day = 0; day < 4; day++) {
            for (int i = 0; i < 500; i++) {
                journal.add(write(Narrowing.REVOKE_TOKEN, Uid.random(random)));
            }
            clock.advance(Journal.KEPT);
        }
        journal.add(write(Narrowing.REVOKE_TOKEN, Uid.random(random)));
        assertThat(journal.size()).isEqualTo(1);
        assertThat(Files.readAllLines(file)).hasSizeLessThan(1_100);
    }

    @Test
    void add_fileTakenAway_writtenAnew() throws IOException {
        Journal journal = open();
        Journal.Kept one = write(Narrowing.REVOKE_TOKEN, Uid.random(random));
        journal.add(one);
        Files.delete(file);
        Journal.Kept two = write(Narrowing.REVOKE_TOKEN, Uid.random(random));
        journal.add(two);
        assertThat(open().notFoundIn("now")).containsExactly(one, two);
    }

    @Test
    void add_diskRefuses_failsAndIsSavedLater() throws IOException {
        Journal journal = open();
        Path folder = file.getParent();
        Path aside = directory.resolve("aside");
        Files.move(folder, aside);
        Files.writeString(folder, "in the way");
        Journal.Kept one = write(Narrowing.REVOKE_TOKEN, Uid.random(random));
        assertThatThrownBy(() -> journal.add(one)).isInstanceOf(AdminException.class);
        assertThatThrownBy(journal::requireSaved).isInstanceOf(AdminException.class);
        Files.delete(folder);
        Files.move(aside, folder);
        journal.requireSaved();
        assertThat(open().notFoundIn("now")).containsExactly(one);
    }

    @Test
    void notFoundIn_foundBefore_onlyTheOthers() throws IOException {
        Journal journal = open();
        Journal.Kept one = write(Narrowing.REVOKE_TOKEN, Uid.random(random));
        Journal.Kept two = write(Narrowing.REVOKE_TOKEN, Uid.random(random));
        journal.add(one);
        journal.add(two);
        journal.found(one, "first");
        assertThat(journal.notFoundIn("first")).containsExactly(two);
        assertThat(journal.notFoundIn("second")).hasSize(2);
    }

    /** Opens it, after the Admin that had it has ended. */
    private Journal open() throws IOException {
        opened.ifPresent(Journal::close);
        Journal journal = Journal.open(file, clock);
        opened = Optional.of(journal);
        return journal;
    }

    private Journal.Kept write(Narrowing kind, Uid of) {
        return write(kind, of, 7);
    }

    private Journal.Kept write(Narrowing kind, Uid of, long version) {
        RecordKey key = RecordKey.tenant(SlotTag.random(random), of);
        byte[] hash = new byte[32];
        random.nextBytes(hash);
        return new Journal.Kept(
                clock.instant(),
                new Journal.Command(kind, "tenants/acme", 3),
                of,
                new Journal.Place(key, version, new ChainHead(5, ByteString.copyFrom(hash))),
                "");
    }
}
