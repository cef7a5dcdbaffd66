package io.keywarden.envoyconfig;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

final class TemplateTest {

    @Test
    void render_block_keepsTheIndentOfItsPlace() {
        assertThat(Template.of("a:\n  ${inner}\nb: 1")
                        .block("inner", "c: 2\nd:\n  - 3")
                        .render())
                .isEqualTo("a:\n  c: 2\n  d:\n    - 3\nb: 1\n");
    }

    @Test
    void render_emptyBlock_takesItsLineAway() {
        assertThat(Template.of("a: 1\n  ${inner}\nb: 1").block("inner", "").render())
                .isEqualTo("a: 1\nb: 1\n");
    }

    @Test
    void render_valueThatNamesAPlace_isNotFilledAgain() {
        assertThat(Template.of("a: ${x}, b: ${y}")
                        .text("x", "${y}")
                        .text("y", "z")
                        .render())
                .isEqualTo("a: \"${y}\", b: \"z\"\n");
    }

    @Test
    void render_scalars_areWrittenByTheirKind() {
        assertThat(Template.of("${a} ${b} ${c} ${d}")
                        .number("a", 7)
                        .duration("b", Duration.ofMillis(250))
                        .duration("c", Duration.ofMinutes(15))
                        .texts("d", List.of("n", "\""))
                        .render())
                .isEqualTo("7 0.25s 900s [ \"n\", \"\\\"\" ]\n");
    }

    @Test
    void render_placeWithoutValue_throws() {
        assertThatThrownBy(() -> Template.of("${a}").render())
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("place: a");
    }

    @Test
    void render_valueWithoutPlace_throws() {
        assertThatThrownBy(() -> Template.of("x").number("a", 1).render())
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("[a]");
    }

    @Test
    void named_unknownTemplate_throws() {
        assertThatThrownBy(() -> Template.named("nothing.yaml")).isInstanceOf(IllegalStateException.class);
    }
}
