package io.keywarden.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;

final class ConfigFilesTest {
    private static final ConfigFiles FILES = new ConfigFiles(
            new DemoPorts(100),
            Path.of("/my \"own\"/demo"),
            Path.of("/tmp/keywarden-demo-1/check.sock"),
            40_000,
            Path.of("/my \"own\"/countries.mmdb"));

    @Test
    void keywarden_folderWithQuotes_staysOneValue() {
        assertThat(FILES.keywarden())
                .contains(
                        "check: {listen: 127.0.0.1:9101, socket: \"/tmp/keywarden-demo-1/check.sock\",",
                        "countries: {database: \"/my \\\"own\\\"/countries.mmdb\"}}")
                .contains("state_dir: \"/my \\\"own\\\"/demo/state\"")
                .contains("keys: {file: \"/my \\\"own\\\"/demo/keys/admin.keys\"}");
    }

    @Test
    void redis_always_onLoopbackWithItsOwnData() {
        assertThat(FILES.redis())
                .contains("bind 127.0.0.1\n", "port 6490\n", "appendonly yes\n")
                .contains("dir \"/my \\\"own\\\"/demo/redis\"\n");
    }
}
