package io.keywarden.admin;

import static org.assertj.core.api.Assertions.assertThat;

import io.keywarden.admin.v1.Action;
import io.keywarden.admin.v1.Grant;
import io.keywarden.store.v1.GrantRecord;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SystemGrantsTest {
    private static final Grant ADMIN = Grant.newBuilder()
            .setModule("keywarden")
            .addActions(Action.READ)
            .addTenants("*")
            .build();
    private static final Grant REVOKE = Grant.newBuilder()
            .setOperation("keywarden.RevokeToken")
            .addTenants("tenants/acme")
            .build();

    @Test
    void check_rightsToAdmin_areTaken() {
        assertThat(isTaken(ADMIN)).isTrue();
        assertThat(isTaken(REVOKE)).isTrue();
        assertThat(isTaken(REVOKE.toBuilder().addTenants("tenants/system").build()))
                .isTrue();
    }

    @Test
    void check_targetThatIsNoneOfAdmin_isRefused() {
        assertThat(isTaken(ADMIN.toBuilder().setModule("orders").build())).isFalse();
        assertThat(isTaken(ADMIN.toBuilder().setAllModules(true).build())).isFalse();
        assertThat(isTaken(ADMIN.toBuilder().clearModule().build())).isFalse();
        assertThat(isTaken(REVOKE.toBuilder().setOperation("keywarden.Nothing").build()))
                .isFalse();
        assertThat(isTaken(REVOKE.toBuilder().setOperation("RevokeToken").build()))
                .isFalse();
    }

    @Test
    void check_actions_belongToTheModuleAndOnlyToIt() {
        assertThat(isTaken(ADMIN.toBuilder().clearActions().build())).isFalse();
        assertThat(isTaken(ADMIN.toBuilder().addActions(Action.READ).build())).isFalse();
        assertThat(isTaken(REVOKE.toBuilder().addActions(Action.READ).build())).isFalse();
    }

    @Test
    void check_tenants_areNamedOnceAndNotTooMany() {
        assertThat(isTaken(REVOKE.toBuilder().clearTenants().build())).isFalse();
        assertThat(isTaken(REVOKE.toBuilder().addTenants("tenants/acme").build()))
                .isFalse();
        assertThat(isTaken(REVOKE.toBuilder().addTenants("acme").build())).isFalse();
        assertThat(isTaken(REVOKE.toBuilder().addTenants("tenants/Acme").build()))
                .isFalse();
        assertThat(isTaken(ADMIN.toBuilder().addTenants("tenants/system").build()))
                .isFalse();
        List<String> most = IntStream.range(1, 1_000)
                .mapToObj(number -> "tenants/t" + number)
                .toList();
        assertThat(isTaken(REVOKE.toBuilder().addAllTenants(most).build())).isTrue();
        assertThat(isTaken(
                        REVOKE.toBuilder().addAllTenants(most).addTenants("*").build()))
                .isFalse();
    }

    @Test
    void resolve_someThatAreNone_leavesThemOut() {
        List<GrantRecord> records = SystemGrants.resolve(
                List.of(REVOKE, ADMIN.toBuilder().setModule("orders").build(), ADMIN));
        assertThat(records).hasSize(2);
        assertThat(records.get(0).getOperation().getId()).isEqualTo("keywarden.RevokeToken");
        assertThat(records.get(0).getTenantsList()).containsExactly("acme");
        assertThat(records.get(1).getModule().getId()).isEqualTo("keywarden");
        assertThat(records.get(1).getTenantsList()).containsExactly("*");
        assertThat(records.get(1).getActionsCount()).isEqualTo(1);
    }

    @Test
    void rights_ofStoredGrants_areForTheirTenants() {
        Rights rights = SystemGrants.rights(SystemGrants.resolve(List.of(REVOKE, ADMIN)));
        assertThat(covers(rights, "RevokeToken", Optional.of("acme"))).isTrue();
        assertThat(covers(rights, "RevokeToken", Optional.of("globex"))).isFalse();
        assertThat(covers(rights, "RevokeToken", Optional.empty())).isFalse();
        assertThat(covers(rights, "GetToken", Optional.of("globex"))).isTrue();
        assertThat(covers(rights, "GetToken", Optional.empty())).isTrue();
        assertThat(covers(rights, "GetToken", Optional.of("system"))).isFalse();
        assertThat(covers(SystemGrants.rights(Collections.emptyList()), "GetToken", Optional.of("acme")))
                .isFalse();
    }

    private static boolean covers(Rights rights, String operation, Optional<String> tenant) {
        return rights.cover(AdminOperations.find(operation).orElseThrow(), tenant);
    }

    private static boolean isTaken(Grant grant) {
        FieldChecks checks = new FieldChecks();
        SystemGrants.check(checks, "grants", List.of(grant));
        return checks.areClean();
    }
}
