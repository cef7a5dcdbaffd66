package io.keywarden.history;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class AuditFileTest {
    @TempDir
    private Path folder = Path.of("");

    @Test
    void append_newFile_isForItsOwnerAlone() throws IOException {
        Path path = folder.resolve("new/audit.jsonl");
        try (AuditFile file = AuditFile.open(path)) {
            file.append(List.of(line("one"), line("two")));
            file.append(List.of(line("three")));
        }
        assertThat(path).hasContent("one\ntwo\nthree\n");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path)))
                .isEqualTo("rw-------");
    }

    @Test
    void open_fileThatIsThere_isAddedTo() throws IOException {
        Path path = existing("old\n");
        try (AuditFile file = AuditFile.open(path)) {
            file.append(List.of(line("new")));
        }
        assertThat(path).hasContent("old\nnew\n");
    }

    @Test
    void open_fileThatEndsWithinALine_keepsThatLineApart() throws IOException {
        Path path = existing("cut o");
        try (AuditFile file = AuditFile.open(path)) {
            file.append(List.of(line("new")));
        }
        assertThat(path).hasContent("cut o\nnew\n");
    }

    @Test
    void open_fileThatOthersMayRead_refused() throws IOException {
        Path path = existing("old\n");
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-r-----"));

        assertThatThrownBy(() -> AuditFile.open(path))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("chmod 600");
    }

    @Test
    void append_fileThatWasMovedAway_makesANewOne() throws IOException {
        Path path = folder.resolve("audit.jsonl");
        try (AuditFile file = AuditFile.open(path)) {
            file.append(List.of(line("one")));
            Files.move(path, folder.resolve("audit.1"));
            file.append(List.of(line("two")));
        }
        assertThat(folder.resolve("audit.1")).hasContent("one\n");
        assertThat(path).hasContent("two\n");
    }

    @Test
    void append_whileItCannot_isWrittenOnceItCan() throws IOException {
        Path path = folder.resolve("audit.jsonl");
        try (AuditFile file = AuditFile.open(path)) {
            Files.delete(path);
            Files.createDirectory(path);
            assertThatThrownBy(() -> file.append(List.of(line("one")))).isInstanceOf(IOException.class);
            assertThatThrownBy(file::retry).isInstanceOf(IOException.class);
            assertThatThrownBy(() -> file.append(List.of(line("two")))).isInstanceOf(IOException.class);
            Files.delete(path);
            file.retry();
            assertThat(path).hasContent("one\ntwo\n");
            file.retry();
            file.append(List.of(line("three")));
        }
        assertThat(path).hasContent("one\ntwo\nthree\n");
    }

    @Test
    void append_byManyThreads_keepsEveryLineWhole() throws IOException, InterruptedException, ExecutionException {
        Path path = folder.resolve("audit.jsonl");
        ExecutorService threads = Executors.newFixedThreadPool(8);
        try (AuditFile file = AuditFile.open(path)) {
            List<Future<?>> all = new ArrayList<>();
            for (int i = 0; i < 200; i++) {
                String text = "line " + i;
                all.add(threads.submit(() -> {
                    file.append(List.of(line(text)));
                    assertThat(Files.readAllLines(path)).contains(text);
                    return text;
                }));
            }
            for (Future<?> one : all) {
                assertThat(one.get()).isNotNull();
            }
        } finally {
            threads.shutdownNow();
        }
        assertThat(Files.readAllLines(path)).hasSize(200).doesNotHaveDuplicates();
    }

    private Path existing(String text) throws IOException {
        Path path = folder.resolve("audit.jsonl");
        Files.createFile(path, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        return Files.writeString(path, text);
    }

    private static byte[] line(String text) {
        return (text + "\n").getBytes(StandardCharsets.UTF_8);
    }
}
