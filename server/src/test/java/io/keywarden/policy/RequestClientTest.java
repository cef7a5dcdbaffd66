package io.keywarden.policy;

import static org.assertj.core.api.Assertions.assertThat;

import io.keywarden.testkit.Samples;
import io.keywarden.token.Action;
import io.keywarden.token.OpenPath;
import io.keywarden.token.Operation;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RequestClientTest {
    @ParameterizedTest
    @CsvSource({
        "/v1/clients/{client}/orders, client, /v1/clients/c1/orders, c1",
        "/{client}, client, /c1, c1",
        "/{client}/{order}, order, /c1/o1/, o1",
        "/v1/clients/{client}/orders, clien, /v1/clients/c1/orders, ''",
        "/v1/clients/{clients}/orders, client, /v1/clients/c1/orders, ''",
        "/v1/orders, client, /v1/orders, ''",
        "/v1/{client=**}, client, /v1/a/b, ''"
    })
    void ofPath_variable_isWhatStandsThere(String template, String variable, String path, String expected) {
        Operation operation = Samples.operation(1, "orders.list", Action.READ, Set.of("GET"), template);
        assertThat(RequestClient.ofPath(
                                operation, variable, RequestPath.parse(path).orElseThrow())
                        .orElse(""))
                .isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({
        "c1.acme.example, 1, c1",
        "c1.acme.example, 2, acme",
        "c1.acme.example, 3, example",
        "c1.acme.example, 4, ''",
        "localhost, 1, localhost",
        "10.0.0.1, 1, ''",
        "[::1], 1, ''"
    })
    void ofHost_label_isCountedFromTheLeft(String host, int number, String expected) {
        assertThat(RequestClient.ofHost(host, number).orElse("")).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({
        "/healthz, GET, /healthz, true",
        "/healthz, HEAD, /healthz/, true",
        "/healthz, POST, /healthz, false",
        "/healthz, GET, /healthz/x, false",
        "/, GET, /, true",
        "/, GET, /x, false",
        "/p/{x}/y, GET, /p/anything/y, true",
        "/p/{rest=**}, GET, /p/a/b, true",
        "/p/{rest=**}, GET, /p, false"
    })
    void isOpen_template_isMatched(String template, String method, String path, boolean open) {
        OpenPath one = PathTemplate.parse(template).openPath(Set.of("GET"));
        assertThat(RequestPath.parse(path).orElseThrow().isOpen(List.of(one), method))
                .isEqualTo(open);
    }

    @Test
    void isOpen_nothingOpen_isNot() {
        assertThat(RequestPath.parse("/").orElseThrow().isOpen(List.of(), "GET"))
                .isFalse();
    }
}
