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
    private final Uid token = Uid.random(random);
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
        Journal.Kept one = revocation();
        open().add(one);
        assertReadAgain(one);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
    }

    @Test
    void add_aboutTheSame_replaced() throws IOException {
        Journal journal = open();
        journal.add(write(Narrowing.DISABLE_TOKEN, token));
        journal.add(write(Narrowing.REVOKE_TOKEN, token));
        Journal.Kept last = write(Narrowing.DISABLE_TOKEN, token);
        journal.add(last);
        assertThat(open().notFoundIn("now")).hasSize(2).endsWith(last);
    }

    @Test
    void cancel_added_forgotten() throws IOException {
        Journal journal = open();
        Journal.Kept other = write(Narrowing.DISABLE_TOKEN, Uid.random(random));
        journal.add(write(Narrowing.DISABLE_TOKEN, token));
        journal.add(other);
        journal.cancel(token, 8);
        assertKept(journal, other);
    }

    @Test
    void cancel_ofAnEarlierVersion_laterOnesStay() throws IOException {
        Journal journal = open();
        journal.add(write(Narrowing.DISABLE_TOKEN, token, 4));
        Journal.Kept later = write(Narrowing.REVOKE_TOKEN, token, 6);
        journal.add(later);
        journal.cancel(token, 5);
        assertKept(journal, later);
    }

    @Test
    void add_earlierVersionComesLate_laterOneStays() throws IOException {
        Journal journal = open();
        Journal.Kept later = write(Narrowing.DISABLE_TOKEN, token, 6);
        journal.add(later);
        journal.add(write(Narrowing.DISABLE_TOKEN, token, 4));
        assertKept(journal, later);
    }

    @Test
    void open_lineWithoutVersion_refused() throws IOException {
        open().add(revocation());
        String uid = "00".repeat(16);
        append("{\"format\":1,\"cancels\":\"" + uid + "\"}\n");
        assertRefused("journal:2 version  (expected: a number)");
    }

    @Test
    void open_lastLineCutOff_leftOut() throws IOException {
        Journal.Kept one = write(Narrowing.DISABLE_TENANT, Uid.random(random));
        open().add(one);
        append("{\"format\":1,\"ti");
        Journal journal = open();
        Journal.Kept two = write(Narrowing.DISABLE_TENANT, Uid.random(random));
        journal.add(two);
        assertReadAgain(one, two);
    }

    @Test
    void open_lineThatIsNotUnderstood_refused() throws IOException {
        open().add(revocation());
        append("{\"format\":2}\n");
        assertRefused("journal:2 format 2 (expected: 1)");
        Files.writeString(file, "x\n");
        assertRefused("journal:1 is not JSON");
    }

    @Test
    void open_fileOpenToOthers_refused() throws IOException {
        open().add(revocation());
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
        assertRefused("chmod 600");
    }

    @Test
    void open_writesOfADayAgo_dropped() throws IOException {
        open().add(revocation());
        clock.advance(Duration.ofHours(12));
        open().add(revocation());
        clock.advance(Duration.ofHours(12));
        assertThat(open().size()).isEqualTo(1);
        assertThat(Files.readAllLines(file)).hasSize(1);
    }

    @Test
    void add_manyAboutTheSame_fileStaysSmall() throws IOException {
        Journal journal = open();
        for (int i = 0; i < 2_500; i++) {
            journal.add(write(Narrowing.DISABLE_TOKEN, token));
        }
        assertThat(Files.readAllLines(file)).hasSizeLessThan(1_100);
        assertThat(open().size()).isEqualTo(1);
    }

    @Test
    void add_dayAfterDay_agedOnesAreDroppedAndTheFileStaysSmall() throws IOException {
        Journal journal = open();
        for (int day = 0; day < 4; day++) {
            for (int i = 0; i < 500; i++) {
                journal.add(revocation());
            }
            clock.advance(Journal.KEPT);
        }
        journal.add(revocation());
        assertThat(journal.size()).isEqualTo(1);
        assertThat(Files.readAllLines(file)).hasSizeLessThan(1_100);
    }

    @Test
    void add_fileTakenAway_writtenAnew() throws IOException {
        Journal journal = open();
        Journal.Kept one = revocation();
        journal.add(one);
        Files.delete(file);
        Journal.Kept two = revocation();
        journal.add(two);
        assertReadAgain(one, two);
    }

    @Test
    void add_diskRefuses_failsAndIsSavedLater() throws IOException {
        Journal journal = open();
        Path folder = file.getParent();
        Path aside = directory.resolve("aside");
        Files.move(folder, aside);
        Files.writeString(folder, "in the way");
        Journal.Kept one = revocation();
        assertThatThrownBy(() -> journal.add(one)).isInstanceOf(AdminException.class);
        assertThatThrownBy(journal::requireSaved).isInstanceOf(AdminException.class);
        Files.delete(folder);
        Files.move(aside, folder);
        journal.requireSaved();
        assertReadAgain(one);
    }

    @Test
    void notFoundIn_foundBefore_onlyTheOthers() throws IOException {
        Journal journal = open();
        Journal.Kept one = revocation();
        Journal.Kept two = revocation();
        journal.add(one);
        journal.add(two);
        journal.found(one, "first");
        assertThat(journal.notFoundIn("first")).containsExactly(two);
        assertThat(journal.notFoundIn("second")).hasSize(2);
    }

    /** Looks at what is kept, and at what is when it was opened again. */
    private void assertKept(Journal journal, Journal.Kept... kept) throws IOException {
        assertThat(journal.notFoundIn("now")).containsExactly(kept);
        assertReadAgain(kept);
    }

    private void assertReadAgain(Journal.Kept... kept) throws IOException {
        assertThat(open().notFoundIn("now")).containsExactly(kept);
    }

    private void assertRefused(String why) {
        assertThatThrownBy(this::open).hasMessageContaining(why);
    }

    private void append(String text) throws IOException {
        Files.writeString(file, text, StandardOpenOption.APPEND);
    }

    /** Opens it, after the Admin that had it has ended. */
    private Journal open() throws IOException {
        opened.ifPresent(Journal::close);
        Journal journal = Journal.open(file, clock);
        opened = Optional.of(journal);
        return journal;
    }

    /** One about something else than any other. */
    private Journal.Kept revocation() {
        return write(Narrowing.REVOKE_TOKEN, Uid.random(random));
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
