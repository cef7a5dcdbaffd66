package io.keywarden.envoy.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Runs the examples of the documents about Admin one after the other, as a reader with a demo does. */
final class AdminApiDocsIT {
    @ParameterizedTest
    @CsvSource({"admin-api.md, 11", "rotation.md, 6", "history.md, 4", "keys.md, 5"})
    void examples_inTheirOrder_doWhatIsSaid(String name, int atLeast, @TempDir Path folder) throws Exception {
        Path document = DemoRun.ROOT.resolve("docs").resolve(name);
        List<DocumentedCommand> commands = DocumentedCommand.in(document);
        assertThat(commands).hasSizeGreaterThanOrEqualTo(atLeast);

        try (DemoRun demo = DemoRun.start(folder.resolve("output.txt"), DemoRun.freeOffset())) {
            demo.awaitReady();
            SoftAssertions softly = new SoftAssertions();
            for (DocumentedCommand command : commands) {
                DocumentedCommand.Outcome outcome = command.run(DemoRun.ROOT);
                String said = document + ":" + command.line() + " printed " + outcome.output();
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
