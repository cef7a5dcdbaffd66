package io.keywarden.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.keywarden.process.BinaryLookup.Located;
import io.keywarden.process.BinaryLookup.Missing;
import io.keywarden.process.BinaryLookup.Origin;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class RedisBinaryIT {

    @TempDir
    private Path folder;

    @Test
    void find_named_taken() throws Exception {
        Path named = Scripts.redis(folder.resolve("own"), "7.2.11");

        BinaryLookup found = find(Map.of("REDIS_BIN", named.toString()));

        assertThat(found).isEqualTo(new Located(named, "7.2.11", Origin.ENVIRONMENT));
    }

    @Test
    void find_namedIsMissing_endsTheSearch() throws Exception {
        assertThat(find(Map.of("REDIS_BIN", "/nowhere/redis-server")))
                .isInstanceOfSatisfying(
                        Missing.class,
                        missing -> assertThat(missing.reason()).startsWith("REDIS_BIN=/nowhere/redis-server"));
    }

    @Test
    void find_onPath_taken() throws Exception {
        Path onPath = Scripts.redis(folder.resolve("bin"), "8.0.4");

        assertThat(find(Scripts.path(folder.resolve("bin")))).isEqualTo(new Located(onPath, "8.0.4", Origin.PATH));
    }

    @Test
    void find_valkeyOnPath_taken() throws Exception {
        Path onPath = Scripts.write(
                folder.resolve("bin"), "redis-server", "echo 'Valkey server v=8.1.3 sha=00000000:0 bits=64'");

        assertThat(find(Scripts.path(folder.resolve("bin")))).isEqualTo(new Located(onPath, "8.1.3", Origin.PATH));
    }

    @Test
    void find_onPathTooOld_embeddedIsTaken() throws Exception {
        Scripts.redis(folder.resolve("bin"), "5.0.14");

        assertThat(find(Scripts.path(folder.resolve("bin")))).isInstanceOfSatisfying(Located.class, located -> {
            assertThat(located.origin()).isEqualTo(Origin.EMBEDDED);
            assertThat(located.majorVersion()).isEqualTo(6);
        });
    }

    @Test
    void find_embeddedTwice_unpackedOnce() throws Exception {
        Located first = located(find(Map.of()));
        Located second = located(find(Map.of()));

        assertThat(first.origin()).isEqualTo(Origin.EMBEDDED);
        assertThat(second).isEqualTo(new Located(first.path(), first.version(), Origin.CACHE));
        assertThat(Files.isExecutable(second.path())).isTrue();
    }

    private BinaryLookup find(Map<String, String> environment) throws InterruptedException {
        return new RedisBinary(environment, folder.resolve("cache")).find();
    }

    private static Located located(BinaryLookup lookup) {
        return lookup.fold(located -> located, missing -> {
            throw new AssertionError(missing.reason());
        });
    }
}
