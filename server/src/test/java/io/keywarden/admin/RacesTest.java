package io.keywarden.admin;

import static io.keywarden.admin.Failures.failure;
import static io.keywarden.admin.Fixtures.createToken;
import static io.keywarden.admin.Fixtures.token;
import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.StatusRuntimeException;
import io.keywarden.admin.v1.ListModulesRequest;
import io.keywarden.admin.v1.Module;
import io.keywarden.store.v1.RecordKind;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.IntConsumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Several callers at once, each on a thread of its own. */
final class RacesTest {
    private static final int CALLERS = 4;

    @RegisterExtension
    private final AdminHarness admin = new AdminHarness();

    @Test
    void createTenant_sameIdAndHostAtOnce_oneWins() throws Exception {
        admin.catalogs().createCatalog(Fixtures.catalog("shop"));
        List<String> outcomes = all(i -> admin.tenants().createTenant(Fixtures.tenant("acme", "api.acme.example")));
        assertThat(outcomes).containsOnlyOnce("OK").doesNotContain("UNKNOWN", "INTERNAL");
        assertThat(admin.records().stream().filter(record -> record.key().kind() == RecordKind.TENANT))
                .hasSize(1);
    }

    @Test
    void createToken_sameNameAtOnce_oneWins() throws Exception {
        Fixtures.shop(admin);
        List<String> outcomes = all(i -> Fixtures.make(admin, createToken(token("CI"))));
        assertThat(outcomes).containsOnlyOnce("OK").contains("ALREADY_EXISTS");
        assertThat(failure(() -> Fixtures.make(admin, createToken(token("CI")))).what())
                .isEqualTo("ALREADY_EXISTS NAME_TAKEN");
    }

    @Test
    void createModule_othersAtOnce_allThere() throws Exception {
        Fixtures.shop(admin);
        List<String> outcomes = all(i -> admin.catalogs().createModule(Fixtures.module("m" + i, Module.newBuilder())));
        assertThat(outcomes).containsOnly("OK");
        ListModulesRequest request =
                ListModulesRequest.newBuilder().setParent("catalogs/shop").build();
        assertThat(admin.catalogs().listModules(request).getModulesList()).hasSize(CALLERS + 1);
    }

    private static List<String> all(IntConsumer call) throws InterruptedException, ExecutionException {
        ExecutorService callers = Executors.newFixedThreadPool(CALLERS);
        try {
            List<Future<String>> running = new ArrayList<>();
            for (int i = 0; i < CALLERS; i++) {
                int number = i;
                running.add(callers.submit(() -> outcome(call, number)));
            }
            List<String> outcomes = new ArrayList<>();
            for (Future<String> one : running) {
                outcomes.add(one.get());
            }
            return outcomes;
        } finally {
            callers.shutdownNow();
        }
    }

    private static String outcome(IntConsumer call, int number) {
        try {
            call.accept(number);
            return "OK";
        } catch (StatusRuntimeException e) {
            return e.getStatus().getCode().name();
        }
    }
}
