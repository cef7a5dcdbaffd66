package io.keywarden.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class DemoEnvTest {
    @TempDir
    private Path folder;

    @Test
    void text_withEnvoy_holdsEveryName() {
        assertThat(DemoEnv.text(DemoEnv.values(Worlds.with(true, true)))).isEqualTo("""
                KEYWARDEN_GATEWAY=http://127.0.0.1:10100
                KEYWARDEN_CHECK=127.0.0.1:9101
                KEYWARDEN_ADMIN=127.0.0.1:9102
                KEYWARDEN_ADMIN_REST=http://127.0.0.1:10101
                KEYWARDEN_ADMIN_TOKEN_FILE=/project/target/demo/state/bootstrap-token
                KEYWARDEN_TENANT=acme
                KEYWARDEN_HOST=acme.localhost
                KEYWARDEN_TOKEN=kw_id_no-real-secret
                KEYWARDEN_TOKEN_ID=id
                KEYWARDEN_ALLOWED_PATH=/v1/orders
                KEYWARDEN_FORBIDDEN_PATH=/v1/invoices
                KEYWARDEN_METRICS=http://127.0.0.1:9104/metrics
                KEYWARDEN_REDIS=redis://127.0.0.1:6490
                """);
    }

    @Test
    void text_withoutEnvoy_leavesOutWhatIsNotServed() {
        assertThat(DemoEnv.values(Worlds.with(false, true)))
                .doesNotContainKeys("KEYWARDEN_GATEWAY", "KEYWARDEN_ADMIN_REST")
                .containsKeys("KEYWARDEN_CHECK", "KEYWARDEN_ADMIN", "KEYWARDEN_TOKEN");
    }

    @Test
    void write_overAnOlderOne_wholeAndForItsOwnerOnly() throws Exception {
        Path file = folder.resolve(DemoEnv.NAME);
        Files.writeString(file, "OLD=1\n");

        DemoEnv.write(file, Map.of("NEW", "2"));

        assertThat(file).hasContent("NEW=2");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        assertThat(folder).isDirectoryNotContaining("glob:**.new");
    }
}
