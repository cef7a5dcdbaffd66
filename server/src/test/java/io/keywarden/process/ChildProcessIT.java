package io.keywarden.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.keywarden.process.ChildProcess.Launch;
import io.keywarden.process.ChildProcess.Reaped;
import io.keywarden.testkit.Eventually;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ChildProcessIT {
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final List<String> SLEEP = List.of("sleep", "600");

    @TempDir
    private Path folder;

    private Path pidFile;
    private Path log;

    @BeforeEach
    void nameFiles() {
        pidFile = folder.resolve("run").resolve("child.pid");
        log = folder.resolve("run").resolve("child.log");
    }

    @Test
    void start_output_goesToTheLog() throws Exception {
        try (ChildProcess child = start("sh", "-c", "echo out; echo err >&2; exit 3")) {
            assertThat(child.exit().get()).isEqualTo(3);
        }
        assertThat(log).hasContent("out\nerr");
    }

    @Test
    void start_unknownProgram_throws() {
        assertThatThrownBy(() -> start("/nowhere/program")).isInstanceOf(IOException.class);
    }

    @Test
    void stop_willingProcess_endsAndTakesItsPidFileAway() throws Exception {
        ChildProcess child = start(SLEEP.toArray(String[]::new));
        assertThat(pidFile).exists();

        int exitCode = child.stop(PATIENCE);

        assertThat(exitCode).isEqualTo(128 + 15);
        assertThat(child.isAlive()).isFalse();
        assertThat(pidFile).doesNotExist();
    }

    @Test
    void stop_deafProcess_killedAfterTheGrace() throws Exception {
        ChildProcess child = start("sh", "-c", "trap '' TERM; echo deaf; while :; do sleep 0.1; done");
        Eventually.within(PATIENCE, () -> assertThat(log).content().contains("deaf"));

        int exitCode = child.stop(Duration.ofMillis(200));

        assertThat(exitCode).isEqualTo(128 + 9);
    }

    @Test
    void reap_leftOverOfAnEarlierRun_ended() throws Exception {
        ChildProcess child = start(SLEEP.toArray(String[]::new));

        assertThat(ChildProcess.reap(pidFile)).isEqualTo(Reaped.ENDED);

        assertThat(child.isAlive()).isFalse();
        assertThat(pidFile).doesNotExist();
    }

    @Test
    void reap_numberGivenToAnotherProcess_leavesItAlone() throws Exception {
        try (ChildProcess other = start(SLEEP.toArray(String[]::new))) {
            PidFile record = recordOf(other);
            new PidFile(record.pid(), record.start() + "0", record.program()).write(pidFile);

            assertThat(ChildProcess.reap(pidFile)).isEqualTo(Reaped.ALREADY_GONE);

            assertThat(other.isAlive()).isTrue();
            assertThat(pidFile).doesNotExist();
        }
    }

    @Test
    void reap_anotherProgramUnderTheNumber_leavesItAlone() throws Exception {
        try (ChildProcess other = start(SLEEP.toArray(String[]::new))) {
            PidFile record = recordOf(other);
            new PidFile(record.pid(), record.start(), "/usr/bin/other").write(pidFile);

            assertThat(ChildProcess.reap(pidFile)).isEqualTo(Reaped.ALREADY_GONE);

            assertThat(other.isAlive()).isTrue();
        }
    }

    @Test
    void reap_processGone_saysSo() throws Exception {
        ChildProcess child = start(SLEEP.toArray(String[]::new));
        child.kill();

        assertThat(pidFile).exists();
        assertThat(ChildProcess.reap(pidFile)).isEqualTo(Reaped.ALREADY_GONE);
    }

    @Test
    void reap_noFileOrNonsense_nothingRecorded() throws Exception {
        assertThat(ChildProcess.reap(folder.resolve("none.pid"))).isEqualTo(Reaped.NOTHING_RECORDED);

        Path nonsense = Files.writeString(folder.resolve("nonsense.pid"), "pid=-1\nstart=\n");
        assertThat(ChildProcess.reap(nonsense)).isEqualTo(Reaped.NOTHING_RECORDED);
    }

    private static PidFile recordOf(ChildProcess child) {
        Optional<PidFile> record = ProcessHandle.of(child.pid()).flatMap(PidFile::of);
        return record.orElseThrow();
    }

    private ChildProcess start(String... command) throws IOException {
        return ChildProcess.start(new Launch(List.of(command), Map.of(), log, pidFile));
    }
}
