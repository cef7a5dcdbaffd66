package io.keywarden.demo;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class ShellWordTest {

    @Test
    void of_plainText_staysAsItIs() {
        assertThat(ShellWord.of("target/demo/demo.env")).isEqualTo("target/demo/demo.env");
    }

    @Test
    void of_textThatAShellChanges_quoted() {
        assertThat(ShellWord.of("a b")).isEqualTo("'a b'");
        assertThat(ShellWord.of("$HOME")).isEqualTo("'$HOME'");
        assertThat(ShellWord.of("it's")).isEqualTo("'it'\\''s'");
        assertThat(ShellWord.of("")).isEqualTo("''");
    }
}
