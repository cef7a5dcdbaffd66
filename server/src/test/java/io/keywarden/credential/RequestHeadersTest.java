package io.keywarden.credential;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class RequestHeadersTest {
    @Test
    void addJoined_whatTheValuesComeTo_addsNothing() {
        RequestHeaders headers = RequestHeaders.builder()
                .add("a", "1")
                .add("a", "2")
                .addJoined("a", "1,2")
                .addJoined("b", "")
                .addJoined("c", "3")
                .addJoined("c", "4")
                .build();
        assertThat(headers.values("a")).containsExactly("1", "2");
        assertThat(headers.values("b")).containsExactly("");
        assertThat(headers.values("c")).containsExactly("3", "4");
        assertThat(headers.values("d")).isEmpty();
    }

    @Test
    void namesLike_spellingsOfAPrefix_areFoundInOrder() {
        RequestHeaders headers = RequestHeaders.builder()
                .add("x-keywarden-tenant", "a")
                .add("x-keywarde", "a")
                .add("X_Keywarden-OWNER", "a")
                .add("my-x-keywarden-tenant", "a")
                .build();
        assertThat(headers.namesLike("x-keywarden-")).containsExactly("x-keywarden-tenant", "X_Keywarden-OWNER");
    }

    @Test
    void toString_headers_printsNamesOnly() {
        RequestHeaders headers =
                RequestHeaders.builder().add("b", "hidden").add("a", "hidden").build();
        assertThat(headers.names()).containsExactly("b", "a");
        assertThat(headers).hasToString("RequestHeaders[b, a]");
    }
}
