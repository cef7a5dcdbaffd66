package io.keywarden.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class CloserTest {
    private final List<String> closed = new ArrayList<>();
    private final Closer closer = new Closer();

    @Test
    void close_parts_goInReverseOrder() {
        add("one");
        add("two");

        closer.close();

        assertThat(closed).containsExactly("two", "one");
    }

    @Test
    void close_onePartFails_closesTheRest() {
        add("one");
        AutoCloseable failing = () -> {
            throw new IOException("stuck");
        };
        closer.add("failing", failing);

        closer.close();

        assertThat(closed).containsExactly("one");
    }

    @Test
    void close_twice_closesOnce() {
        add("one");

        closer.close();
        closer.close();

        assertThat(closed).containsExactly("one");
    }

    @Test
    void add_afterClose_closesAtOnce() {
        closer.close();

        assertThatIllegalStateException().isThrownBy(() -> add("late"));
        assertThat(closed).containsExactly("late");
    }

    private void add(String name) {
        AutoCloseable part = () -> closed.add(name);
        closer.add(name, part);
    }
}
