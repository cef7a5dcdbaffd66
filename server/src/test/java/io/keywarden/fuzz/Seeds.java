package io.keywarden.fuzz;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.stream.Stream;

/** What a fuzzer begins with. */
final class Seeds {
    private Seeds() {}

    /** The bytes of texts. */
    static Stream<byte[]> of(String... texts) {
        return Stream.of(texts).map(text -> text.getBytes(UTF_8));
    }
}
