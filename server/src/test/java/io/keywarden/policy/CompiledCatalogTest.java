package io.keywarden.policy;

import static io.keywarden.testkit.Samples.operation;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.keywarden.policy.CompiledCatalog.ModuleRoutes;
import io.keywarden.testkit.Samples;
import io.keywarden.token.Action;
import io.keywarden.token.Operation;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class CompiledCatalogTest {
    private static final CompiledCatalog.Module ANY = Samples.module("any", Samples.uid(9));
    private static final String HOST = "api.example";

    @Test
    void named_moduleAndAction_standsForAllThatIsOfThem() {
        for (boolean restricted : new boolean[] {false, true}) {
            CompiledCatalog.Module module =
                    new CompiledCatalog.Module(Samples.ORDERS, "orders", restricted, Optional.of(Samples.NOW));
            CompiledCatalog catalog =
                    CompiledCatalog.compile(List.of(new ModuleRoutes(module, Set.of(), List.of(Samples.LIST_ORDERS))));
            Operation named = catalog.named(route("orders", "DELETE"), "GET").orElseThrow();
            assertThat(named.id()).isEqualTo("orders.delete");
            assertThat(named.uid()).isEqualTo(Samples.ORDERS).isEqualTo(named.moduleUid());
            assertThat(named.action()).isEqualTo(Action.DELETE);
            assertThat(named.closure())
                    .isEqualTo(restricted ? Operation.Closure.MODULE_RESTRICTED : Operation.Closure.OPEN);
            assertThat(named.shadowUntil()).contains(Samples.NOW);
            assertThat(catalog.named(
                            new RouteSettings.Builder().add("module", "orders").build(), "PUT"))
                    .map(Operation::action)
                    .contains(Action.EDIT);
            assertThat(catalog.named(route("invoices", "READ"), "GET")).isEmpty();
        }
    }

    private static RouteSettings route(String module, String action) {
        return new RouteSettings.Builder()
                .add("module", module)
                .add("action", action)
                .build();
    }

    @Test
    void match_literalAndVariable_literalWins() {
        CompiledCatalog catalog = anywhere(get("variable", "/v1/{x}"), get("literal", "/v1/export"));
        assertThat(found(catalog, "GET", "/v1/export")).contains("literal");
        assertThat(found(catalog, "GET", "/v1/42")).contains("variable");
        assertThat(found(catalog, "GET", "/v1")).isEmpty();
        assertThat(found(catalog, "GET", "/v1/42/lines")).isEmpty();
    }

    @Test
    void match_literalLeadsNowhere_variableIsTried() {
        CompiledCatalog catalog =
                anywhere(get("deep", "/v1/{x}/lines"), get("export", "/v1/export"), get("rest", "/{r=**}"));
        assertThat(found(catalog, "GET", "/v1/export/lines")).contains("deep");
        assertThat(found(catalog, "GET", "/v1/export/other")).contains("rest");
    }

    @Test
    void match_methodOfLiteralIsAnother_variableIsTried() {
        CompiledCatalog catalog = anywhere(get("export", "/v1/export"), op("delete", Set.of("DELETE"), "/v1/{x}"));
        assertThat(found(catalog, "DELETE", "/v1/export")).contains("delete");
    }

    @Test
    void match_rest_takesOneOrMore() {
        CompiledCatalog catalog = anywhere(get("files", "/files/{path=**}"));
        assertThat(found(catalog, "GET", "/files")).isEmpty();
        assertThat(found(catalog, "GET", "/files/")).isEmpty();
        assertThat(found(catalog, "GET", "/files/a")).contains("files");
        assertThat(found(catalog, "GET", "/files/a/b/c/")).contains("files");
    }

    @Test
    void match_slashAtTheEnd_isIgnored() {
        CompiledCatalog catalog = anywhere(get("a", "/v1/a"), get("b", "/v1/b/"), get("root", "/"));
        assertThat(found(catalog, "GET", "/v1/a/")).contains("a");
        assertThat(found(catalog, "GET", "/v1/b")).contains("b");
        assertThat(found(catalog, "GET", "/")).contains("root");
    }

    @Test
    void match_head_isAnsweredByGetAndNotTheOtherWayRound() {
        CompiledCatalog catalog = anywhere(get("get", "/get"), op("head", Set.of("HEAD"), "/head"));
        assertThat(found(catalog, "HEAD", "/get")).contains("get");
        assertThat(found(catalog, "GET", "/head")).isEmpty();
        assertThat(found(catalog, "get", "/get")).isEmpty();
        assertThat(found(catalog, "", "/get")).isEmpty();
    }

    @Test
    void match_grpcMethod_isExact() {
        CompiledCatalog catalog = anywhere(op("grpc", Set.of(), "/shop.v1.Orders/ListOrders"));
        assertThat(found(catalog, "POST", "/shop.v1.Orders/ListOrders")).contains("grpc");
        assertThat(found(catalog, "GET", "/shop.v1.Orders/ListOrders")).contains("grpc");
        assertThat(found(catalog, "HEAD", "/shop.v1.Orders/ListOrders")).isEmpty();
        assertThat(found(catalog, "POST", "/shop.v1.Orders/ListOrders/")).isEmpty();
        assertThat(found(catalog, "POST", "/shop.v1.orders/ListOrders")).isEmpty();
    }

    @Test
    void match_hosts_reachOnlyTheirModules() {
        CompiledCatalog catalog = CompiledCatalog.compile(List.of(
                new ModuleRoutes(ANY, Set.of(HOST), List.of(get("here", "/v1/a"))),
                new ModuleRoutes(ANY, Set.of("other.example"), List.of(get("there", "/v1/a"))),
                new ModuleRoutes(ANY, Set.of(), List.of(get("anywhere", "/v1/b")))));
        assertThat(catalog.match(HOST, "GET", path("/v1/a")).map(Operation::id)).contains("here");
        assertThat(catalog.match("other.example", "GET", path("/v1/a")).map(Operation::id))
                .contains("there");
        assertThat(catalog.match("third.example", "GET", path("/v1/a"))).isEmpty();
        assertThat(catalog.match("third.example", "GET", path("/v1/b"))).isPresent();
    }

    @Test
    void match_encodedAndPlainSpelling_areTheSame() {
        CompiledCatalog catalog = anywhere(get("paren", "/a(b)"), get("variable", "/{x}"));
        assertThat(found(catalog, "GET", "/a%28b%29")).contains("paren");
    }

    @Test
    void conflict_sameRequest_isFound() {
        assertThat(conflict(get("a.one", "/v1/{x}"), get("b.two", "/v1/{y}/")))
                .hasValueSatisfying(conflict ->
                        assertThat(conflict.toString()).isEqualTo("a.one and b.two both answer to GET /v1/{y}/"));
        assertThat(conflict(get("a", "/v1"), op("b", Set.of("HEAD"), "/v1"))).isPresent();
        assertThat(conflict(op("a", Set.of(), "/s/m"), op("b", Set.of("POST"), "/s/m")))
                .isPresent();
        assertThat(CompiledCatalog.conflict(List.of(
                        new ModuleRoutes(ANY, Set.of(HOST), List.of(get("a", "/v1"))),
                        new ModuleRoutes(ANY, Set.of(), List.of(get("b", "/v1"))))))
                .isPresent();
    }

    @Test
    void conflict_oneIsMoreSpecific_isNone() {
        assertThat(conflict(get("a", "/v1/{x}"), get("b", "/v1/x"), get("c", "/v1/{x=**}")))
                .isEmpty();
        assertThat(conflict(op("a", Set.of("GET", "HEAD"), "/v1"))).isEmpty();
        assertThat(CompiledCatalog.conflict(List.of(
                        new ModuleRoutes(ANY, Set.of(HOST), List.of(get("a", "/v1"))),
                        new ModuleRoutes(ANY, Set.of("other.example"), List.of(get("b", "/v1"))))))
                .isEmpty();
    }

    @Test
    void match_conflict_isNoOperation() {
        CompiledCatalog catalog = anywhere(get("a", "/v1/x"), get("b", "/v1/x"), get("c", "/v1/{x}"));
        assertThat(found(catalog, "GET", "/v1/x")).isEmpty();
        CompiledCatalog hosts = CompiledCatalog.compile(List.of(
                new ModuleRoutes(ANY, Set.of(HOST), List.of(get("a", "/v1"))),
                new ModuleRoutes(ANY, Set.of(), List.of(get("b", "/v1")))));
        assertThat(hosts.match(HOST, "GET", path("/v1"))).isEmpty();
    }

    @Test
    void compile_badTemplate_isRefused() {
        assertThatThrownBy(() -> anywhere(get("a", "v1"))).hasMessageContaining("v1");
    }

    @Test
    void match_manyRoutes_allAreFound() {
        List<Operation> operations = new ArrayList<>();
        for (int i = 0; i < 1_000; i++) {
            operations.add(get("op" + i, "/v1/r" + i + "/{id}"));
        }
        CompiledCatalog catalog = CompiledCatalog.compile(List.of(new ModuleRoutes(ANY, Set.of(), operations)));
        for (int i = 0; i < 1_000; i++) {
            assertThat(found(catalog, "GET", "/v1/r" + i + "/7")).contains("op" + i);
        }
    }

    private static Optional<String> found(CompiledCatalog catalog, String method, String target) {
        return catalog.match(HOST, method, path(target)).map(Operation::id);
    }

    private static Optional<CompiledCatalog.Conflict> conflict(Operation... operations) {
        return CompiledCatalog.conflict(List.of(new ModuleRoutes(ANY, Set.of(), List.of(operations))));
    }

    private static CompiledCatalog anywhere(Operation... operations) {
        return CompiledCatalog.compile(List.of(new ModuleRoutes(ANY, Set.of(), List.of(operations))));
    }

    private static RequestPath path(String target) {
        return RequestPath.parse(target).orElseThrow();
    }

    private static Operation get(String id, String template) {
        return op(id, Set.of("GET"), template);
    }

    private static Operation op(String id, Set<String> methods, String template) {
        return operation(id.hashCode(), id, Action.READ, methods, template);
    }
}
