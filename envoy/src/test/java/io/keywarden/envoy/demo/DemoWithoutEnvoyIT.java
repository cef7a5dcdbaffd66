package io.keywarden.envoy.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class DemoWithoutEnvoyIT {

    @Test
    void demo_envoyCannotBeHad_saysSoAndServesTheRest(@TempDir Path folder) throws Exception {
        Map<String, String> environment =
                Map.of("ENVOY_BIN", folder.resolve("no-envoy").toString());

        try (DemoRun demo = DemoRun.start(folder.resolve("output.txt"), DemoRun.freeOffset(), environment)) {
            demo.awaitReady();

            assertThat(demo.output().lines().filter(line -> line.contains("ENVOY_BIN=")))
                    .singleElement()
                    .asString()
                    .contains("does not answer --version as Envoy does", "unset it to let Keywarden look for one");
            assertThat(demo.env()).doesNotContainKey("KEYWARDEN_GATEWAY").containsKey("KEYWARDEN_ADMIN");
            List<PrintedLine> lines = PrintedLine.in(demo.output());
            assertThat(lines).isNotEmpty();
            SoftAssertions softly = new SoftAssertions();
            for (PrintedLine line : lines) {
                softly.assertThat(line.outcome(DemoRun.ROOT)).as(line.command()).isEqualTo(line.expected());
            }
            softly.assertAll();
        }
    }
}
