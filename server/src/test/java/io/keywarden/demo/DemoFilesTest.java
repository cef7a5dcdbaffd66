package io.keywarden.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class DemoFilesTest {
    private static final Path SOCKET = Path.of("/tmp/keywarden-demo-1/check.sock");
    private static final Path COUNTRIES = Path.of(
                    System.getProperty("keywarden.root", ".."), "config", "sample-country.mmdb")
            .toAbsolutePath();

    @TempDir
    private Path parent;

    @Test
    void write_folderWithQuotesAndSpaces_readByKeywardenAndMadeIntoEnvoys() throws Exception {
        DemoFolder folder = DemoFolder.open(parent.resolve("my \"own\" demo"));

        DemoFiles.write(folder, new ConfigFiles(new DemoPorts(100), folder.path(), SOCKET, 40_000, COUNTRIES));

        assertThat(folder.file(DemoFiles.ENVOY_YAML))
                .content()
                .contains(SOCKET.toString(), "port_value: 10100", "port_value: 10101", "port_value: 40000")
                .contains("keywarden.admin.v1.TokenService");
        assertThat(folder.path().resolve("keys").resolve("admin.keys")).isNotEmptyFile();
        folder.close();
        assertThat(folder.path()).isDirectoryContaining("glob:**demo.lock").isDirectoryNotContaining("glob:**keys");
    }

    @Test
    void open_afterAClose_possibleAgain() throws Exception {
        DemoFolder first = DemoFolder.open(parent);
        first.close();

        DemoFolder again = DemoFolder.open(parent);

        assertThat(again.path()).isEqualTo(parent);
        again.close();
    }
}
