package io.keywarden.envoy.demo;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.keywarden.testkit.Eventually;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

final class DemoIT {
    private static final int KILL = 9;
    private static final int TERM = 15;

    @TempDir
    private Path folder;

    private int offset;

    @BeforeEach
    void chooseFreePorts() {
        offset = DemoRun.freeOffset();
    }

    /** One demo, which its tests leave as it is. */
    @Nested
    @TestInstance(TestInstance.Lifecycle.PER_CLASS)
    final class Ready {
        private Path outputs;
        private DemoRun demo;

        @BeforeAll
        void start(@TempDir Path temporary) {
            outputs = temporary;
            demo = DemoRun.start(outputs.resolve("output.txt"), DemoRun.freeOffset());
            demo.awaitReady();
        }

        @AfterAll
        void stop() throws Exception {
            demo.close();
        }

        @Test
        void printedLines_eachDoesWhatItSays() throws Exception {
            List<PrintedLine> lines = PrintedLine.in(demo.output());

            assertThat(lines).extracting(PrintedLine::expected).contains("200", "401", "403", "OK");
            SoftAssertions softly = new SoftAssertions();
            for (PrintedLine line : lines) {
                softly.assertThat(line.outcome(DemoRun.ROOT)).as(line.command()).isEqualTo(line.expected());
            }
            softly.assertAll();
        }

        @Test
        void env_saysWhereEverythingIs() throws Exception {
            Map<String, String> env = demo.env();

            assertThat(env)
                    .hasSize(13)
                    .containsEntry("KEYWARDEN_TENANT", "acme")
                    .containsEntry("KEYWARDEN_HOST", "acme.localhost");
            assertThat(env.get("KEYWARDEN_GATEWAY")).startsWith("http://127.0.0.1:");
            assertThat(env.get("KEYWARDEN_TOKEN")).contains(env.get("KEYWARDEN_TOKEN_ID"));
            assertThat(Path.of(env.get("KEYWARDEN_ADMIN_TOKEN_FILE"))).isNotEmptyFile();
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(DemoRun.ENV)))
                    .isEqualTo("rw-------");
        }

        @Test
        void secondDemo_sameFolder_refusedAndTheFirstLives() throws Exception {
            try (DemoRun second = DemoRun.start(outputs.resolve("second.txt"), DemoRun.freeOffset())) {
                assertThat(second.awaitExit()).isEqualTo(1);
                assertThat(second.output()).contains("A demo runs here already, process " + demo.pid());
            }
            assertThat(demo.children().values()).hasSize(3).allMatch(ProcessHandle::isAlive);
        }
    }

    @Test
    void term_running_endsEveryChildAndTakesSecretsAway() throws Exception {
        List<String> socketsBefore = DemoRun.socketFolders();
        try (DemoRun demo = start()) {
            demo.awaitReady();
            Collection<ProcessHandle> children = demo.children().values();
            assertThat(children).hasSize(3).allMatch(ProcessHandle::isAlive);

            demo.signal(TERM);

            assertThat(demo.awaitExit()).isEqualTo(128 + TERM);
            assertThat(children).noneMatch(ProcessHandle::isAlive);
            assertThat(DemoRun.FOLDER).isDirectoryNotContaining("glob:**{.env,.pid,keys,state,redis}");
            assertThat(DemoRun.socketFolders()).isSubsetOf(socketsBefore);
        }
    }

    @Test
    void term_whileStarting_leavesNothing() throws Exception {
        try (DemoRun demo = start()) {
            Eventually.within(
                    Duration.ofSeconds(60),
                    () -> assertThat(DemoRun.FOLDER.resolve("redis.pid")).exists());
            Collection<ProcessHandle> children = demo.children().values();

            demo.signal(TERM);

            assertThat(demo.awaitExit()).isEqualTo(128 + TERM);
            assertThat(children).noneMatch(ProcessHandle::isAlive);
            assertThat(DemoRun.FOLDER).isDirectoryNotContaining("glob:**{.env,.pid,keys,state,redis}");
        }
    }

    @Test
    void start_afterAKill_reapsWhatWasLeft() throws Exception {
        Collection<ProcessHandle> leftOver;
        try (DemoRun killed = start()) {
            killed.awaitReady();
            leftOver = killed.children().values();
            killed.signal(KILL);
            assertThat(killed.awaitExit()).isEqualTo(128 + KILL);
            assertThat(leftOver).hasSize(3).allMatch(ProcessHandle::isAlive);
        }
        try (DemoRun next = DemoRun.start(folder.resolve("next.txt"), offset)) {
            next.awaitReady();

            assertThat(leftOver).noneMatch(ProcessHandle::isAlive);
            assertThat(next.output()).contains("left running: envoy, keywarden, redis");
        }
    }

    @Test
    void start_portTaken_namesItAndItsHolder() throws Exception {
        try (ServerSocket taken = new ServerSocket(9002 + offset, 1, InetAddress.getLoopbackAddress());
                DemoRun demo = start()) {
            assertThat(taken.isBound()).isTrue();

            assertThat(demo.awaitExit()).isEqualTo(1);
            assertThat(demo.output())
                    .contains("port " + (9002 + offset) + " (admin) is taken by process "
                            + ProcessHandle.current().pid())
                    .contains("./keywarden demo --port-offset ");
        }
    }

    @Test
    void child_dies_demoSaysWhichAndStops() throws Exception {
        try (DemoRun demo = start()) {
            demo.awaitReady();
            Map<String, ProcessHandle> children = demo.children();

            assertThat(requireNonNull(children.get("redis")).destroyForcibly()).isTrue();

            assertThat(demo.awaitExit()).isEqualTo(1);
            assertThat(demo.output())
                    .contains("redis ended by itself, with exit code 137")
                    .contains("The end of ");
            assertThat(children.values()).noneMatch(ProcessHandle::isAlive);
        }
    }

    @Test
    void start_offsetOutOfRange_refused() throws Exception {
        try (DemoRun demo = DemoRun.start(folder.resolve("output.txt"), 60_000)) {
            assertThat(demo.awaitExit()).isEqualTo(2);
            assertThat(demo.output()).contains("--port-offset: 60000 (expected: 0 to 55534");
        }
    }

    private DemoRun start() {
        return DemoRun.start(folder.resolve("output.txt"), offset);
    }
}
