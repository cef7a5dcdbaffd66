package io.keywarden.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class ResultsBlockTest {
    private static final String HEADER = Findings.header();
    private static final String OLD = "before\n<!-- chaos: begin -->\nLong:\n\n" + HEADER
            + "| one | 1 |\n| two | 1 |\n\nShort:\n\n" + HEADER
            + "| three | 1 |\n\n- a fact\n<!-- chaos: end -->\nafter\n";

    @Test
    void with_someRows_othersAndTheRestStay() {
        assertThat(ResultsBlock.of(OLD).with("New:", List.of("| two | 2 |", "| four | 2 |")))
                .isEqualTo("before\n<!-- chaos: begin -->\nNew:\n\n" + HEADER
                        + "| two | 2 |\n| four | 2 |\n\nLong:\n\n" + HEADER + "| one | 1 |\n\nShort:\n\n" + HEADER
                        + "| three | 1 |\n\n- a fact\n<!-- chaos: end -->\nafter\n");
    }

    @Test
    void with_allRowsOfATable_tableGoesWithItsCaption() {
        assertThat(ResultsBlock.of(OLD).with("New:", List.of("| three | 2 |")))
                .contains("| one | 1 |\n| two | 1 |\n\n- a fact")
                .contains("New:\n\n" + HEADER + "| three | 2 |\n\nLong:")
                .doesNotContain("Short:");
    }

    @Test
    void of_noMarkers_refused() {
        assertThatThrownBy(() -> ResultsBlock.of("text")).isInstanceOf(IllegalArgumentException.class);
    }
}
