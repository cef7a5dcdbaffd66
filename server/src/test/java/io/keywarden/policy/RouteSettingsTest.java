package io.keywarden.policy;

import static io.keywarden.testkit.Samples.CREATE_ORDER;
import static io.keywarden.testkit.Samples.LIST_ORDERS;
import static org.assertj.core.api.Assertions.assertThat;

import io.keywarden.policy.CompiledCatalog.ModuleRoutes;
import io.keywarden.testkit.Samples;
import io.keywarden.token.Action;
import io.keywarden.token.Grant;
import io.keywarden.token.Operation;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a route says, and what of a catalog that names. */
class RouteSettingsTest {
    private static final CompiledCatalog CATALOG = CompiledCatalog.compile(List.of(
            Samples.ORDERS_ROUTES,
            new ModuleRoutes(
                    new CompiledCatalog.Module(Samples.uid(80), "vault", true, Optional.empty()),
                    Set.of(),
                    List.of())));

    @Test
    void named_operation_isIt() {
        assertThat(named("GET", "operation", "orders.create")).contains(CREATE_ORDER);
        assertThat(named("GET", "operation", "orders.create", "module", "orders", "action", "CREATE"))
                .contains(CREATE_ORDER);
    }

    @ParameterizedTest
    @CsvSource({"GET, READ", "HEAD, READ", "POST, CREATE", "PUT, EDIT", "PATCH, EDIT", "DELETE, DELETE"})
    void named_moduleAlone_takesTheActionFromTheMethod(String method, Action action) {
        Operation found = named(method, "module", "orders").orElseThrow();
        assertThat(found.action()).isEqualTo(action);
        assertThat(found.moduleUid()).isEqualTo(Samples.ORDERS);
        assertThat(new Grant.OfModule(Samples.ORDERS, Set.of(action)).covers(found))
                .isTrue();
        assertThat(new Grant.OfOperation(LIST_ORDERS.uid()).covers(found)).isFalse();
    }

    @Test
    void named_restrictedModule_isNotOfAllModules() {
        Operation found = named("GET", "module", "vault").orElseThrow();
        assertThat(new Grant.OfAllModules(Set.of(Action.READ)).covers(found)).isFalse();
        assertThat(new Grant.OfModule(Samples.uid(80), Set.of(Action.READ)).covers(found))
                .isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "OPTIONS, module, orders, access, REQUIRED",
        "GET, module, others, access, REQUIRED",
        "GET, operation, orders.unknown, access, REQUIRED",
        "GET, operation, orders, access, REQUIRED",
        "GET, action, READ, access, REQUIRED",
        "GET, operation, orders.list, module, invoices",
        "GET, operation, orders.list, module, vault",
        "GET, operation, orders.list, action, EDIT",
        "GET, operation, orders.list, action, read",
        "GET, operation, orders.list, acess, REQUIRED",
        "GET, operation, orders.list, operation, orders.create",
        "GET, operation, orders.list, module, ''"
    })
    void named_unknownOrContradictory_isNothing(String method, String key, String value, String other, String said) {
        assertThat(named(method, key, value, other, said)).isEmpty();
    }

    @Test
    void access_unclear_isRequired() {
        RouteSettings settings = new RouteSettings.Builder()
                .add("access", "PUBLIC")
                .add("nonsense", "x")
                .build();
        assertThat(settings.accessOrRequired()).isEqualTo(Access.REQUIRED);
        assertThat(new RouteSettings.Builder().add("access", "PUBLIC").build().accessOrRequired())
                .isEqualTo(Access.PUBLIC);
        assertThat(RouteSettings.NONE.accessOrRequired()).isEqualTo(Access.REQUIRED);
        assertThat(RouteSettings.UNCLEAR.namesNeed()).isTrue();
    }

    private static Optional<Operation> named(String method, String... keysAndValues) {
        RouteSettings.Builder settings = new RouteSettings.Builder();
        for (int i = 0; i < keysAndValues.length; i += 2) {
            settings.add(keysAndValues[i], keysAndValues[i + 1]);
        }
        return CATALOG.named(settings.build(), method);
    }
}
