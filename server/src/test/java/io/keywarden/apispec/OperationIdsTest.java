package io.keywarden.apispec;

import static org.assertj.core.api.Assertions.assertThat;

import io.keywarden.token.Action;
import io.keywarden.token.Names;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class OperationIdsTest {
    @ParameterizedTest
    @CsvSource({
        "listOrders, list-orders",
        "ListHTTPOrders, list-http-orders",
        "get_order-by.id, get-order-by-id",
        "get-/v1/orders/{order}, get-v1-orders-order",
        "v2Get, v2-get"
    })
    void of_names_becomeLabels(String name, String id) {
        assertThat(OperationIds.of(List.of(call(name, "exact", "/a")))).containsExactly(id);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "-",
                "日本",
                "ÅÄÖ",
                "x",
                "a very long name that nobody would give to an operation of theirs, or would they"
            })
    void of_anyName_isALabel(String name) {
        assertThat(OperationIds.of(List.of(call(name, name, "/a")))).allMatch(Names::isLabel);
    }

    @Test
    void of_twoWantTheSame_bothGetTheExactOneWhateverTheirOrder() {
        List<DescribedCall> calls = Arrays.asList(call("list", "orders-list", "/a"), call("list", "bills-list", "/b"));
        assertThat(OperationIds.of(calls)).containsExactly("orders-list", "bills-list");
        Collections.reverse(calls);
        assertThat(OperationIds.of(calls)).containsExactly("bills-list", "orders-list");
    }

    @Test
    void of_exactOnesAreTheSameToo_allDiffer() {
        List<DescribedCall> calls =
                List.of(call("a", "b", "/1"), call("a", "b", "/2"), call("b", "c", "/3"), call("c", "d", "/4"));
        List<String> ids = OperationIds.of(calls);
        assertThat(new HashSet<>(ids)).hasSize(4);
        assertThat(ids).allMatch(Names::isLabel).contains("b", "c");
    }

    @Test
    void of_chosen_isKeptAndOthersGiveWay() {
        DescribedCall chosen = new DescribedCall(
                "x",
                List.of(),
                new DescribedCall.Names(Optional.of("list"), "other", "other"),
                new DescribedCall.Effect(Action.READ, "GET", false, Optional.empty()),
                new DescribedCall.Request("GET", "/x", false));
        assertThat(OperationIds.of(List.of(call("list", "get-a", "/a"), chosen)))
                .containsExactly("get-a", "list");
    }

    private static DescribedCall call(String usual, String exact, String path) {
        return new DescribedCall(
                "x",
                List.of(),
                new DescribedCall.Names(Optional.empty(), usual, exact),
                new DescribedCall.Effect(Action.READ, "GET", false, Optional.empty()),
                new DescribedCall.Request("GET", path, false));
    }
}
