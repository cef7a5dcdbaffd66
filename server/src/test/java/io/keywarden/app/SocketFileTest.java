package io.keywarden.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.keywarden.cli.UserError;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SocketFileTest {
    @TempDir
    Path folder;

    @Test
    void prepare_nothingThere_isFine() {
        assertThatCode(() -> SocketFile.prepare(folder.resolve("s"))).doesNotThrowAnyException();
    }

    @Test
    void prepare_socketOfADeadProcess_isRemoved() throws IOException {
        Path socket = folder.resolve("s");
        listen(socket).close();
        assertThat(socket).exists();

        SocketFile.prepare(socket);

        assertThat(socket).doesNotExist();
    }

    @Test
    void prepare_socketThatSomebodyListensOn_isLeftAlone() throws IOException {
        Path socket = folder.resolve("s");
        try (ServerSocketChannel other = listen(socket)) {
            assertThatThrownBy(() -> SocketFile.prepare(socket))
                    .isInstanceOf(UserError.class)
                    .hasMessageContaining("another process listens on it");
            assertThat(other.isOpen()).isTrue();
        }
        assertThat(socket).exists();
    }

    @Test
    void prepare_fileThatIsNoSocket_isLeftAlone() throws IOException {
        Path file = Files.writeString(folder.resolve("s"), "precious");

        assertThatThrownBy(() -> SocketFile.prepare(file)).hasMessageContaining("is not a socket");
        assertThat(file).hasContent("precious");
    }

    @Test
    void prepare_missingFolder_isNamed() {
        assertThatThrownBy(() -> SocketFile.prepare(folder.resolve("no/s")))
                .hasMessageContaining(folder.resolve("no") + " does not exist");
    }

    private static ServerSocketChannel listen(Path socket) throws IOException {
        ServerSocketChannel channel = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        return channel.bind(UnixDomainSocketAddress.of(socket));
    }
}
