package io.keywarden.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ToolCacheTest {
    private static final Path OTHERWISE = Path.of("/build/tools");

    @TempDir
    private Path home;

    @Test
    void folder_namedByTheUser_taken() {
        assertThat(ToolCache.folder(Map.of("KEYWARDEN_CACHE", "/a", "XDG_CACHE_HOME", "/b"), OTHERWISE))
                .isEqualTo(Path.of("/a"));
    }

    @Test
    void folder_cacheHome_holdsOurs() {
        assertThat(ToolCache.folder(Map.of("XDG_CACHE_HOME", "/b", "HOME", home.toString()), OTHERWISE))
                .isEqualTo(Path.of("/b/keywarden"));
    }

    @Test
    void folder_home_holdsOurs() {
        assertThat(ToolCache.folder(Map.of("HOME", home.toString()), OTHERWISE))
                .isEqualTo(home.resolve(".cache").resolve("keywarden"));
    }

    @Test
    void folder_noHomeToWriteIn_otherwise() {
        assertThat(ToolCache.folder(Map.of("HOME", "/nowhere"), OTHERWISE)).isEqualTo(OTHERWISE);
    }
}
