package io.keywarden.envoy.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs the examples of {@code docs/admin-api.md} one after the other, as a reader with a demo does. */
final class AdminApiDocsIT {
    private static final Path DOCUMENT = DemoRun.ROOT.resolve("docs").resolve("admin-api.md");

    @Test
    void examples_inTheirOrder_doWhatIsSaid(@TempDir Path folder) throws Exception {
        List<DocumentedCommand> commands = DocumentedCommand.in(DOCUMENT);
        assertThat(commands).hasSizeGreaterThan(10);

        try (DemoRun demo = DemoRun.start(folder.resolve("output.txt"), DemoRun.freeOffset())) {
            demo.awaitReady();
            SoftAssertions softly = new SoftAssertions();
            for (DocumentedCommand command : commands) {
                DocumentedCommand.Outcome outcome = command.run(DemoRun.ROOT);
                String said = DOCUMENT + ":" + command.line() + " printed " + outcome.output();
                if (command.reason().isPresent()) {
                    softly.assertThat(outcome.exitCode()).as(said).isNotZero();
                    softly.assertThat(outcome.output())
                            .as(said)
                            .contains(command.reason().get());
                } else {
                    softly.assertThat(outcome.exitCode()).as(said).isZero();
                }
            }
            softly.assertAll();
        }
    }
}
