package io.keywarden.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class ConfigReferenceTest {
    @Test
    void configurationDocument_isWhatTheTableSays() throws IOException {
        String root = System.getProperty("keywarden.root", "..");

        assertThat(Files.readString(Path.of(root, "docs", "configuration.md")))
                .as("renew it with: ./keywarden config-reference > docs/configuration.md")
                .isEqualTo(ConfigReference.markdown());
    }
}
