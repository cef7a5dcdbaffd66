package io.keywarden.token;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class GrantTest {
    private static final Uid MODULE = new Uid(1, 1);
    private static final Uid OPERATION = new Uid(2, 2);

    @Test
    void ofModule_itsModuleAndAction_covers() {
        Grant grant = new Grant.OfModule(MODULE, Set.of(Action.READ));

        assertThat(grant.covers(operation(Operation.Closure.OPEN))).isTrue();
        assertThat(grant.covers(operation(Operation.Closure.MODULE_RESTRICTED))).isTrue();
    }

    @Test
    void ofModule_restrictedOperationOtherActionOtherModule_doesNotCover() {
        Grant read = new Grant.OfModule(MODULE, Set.of(Action.READ));
        Grant edit = new Grant.OfModule(MODULE, Set.of(Action.EDIT));
        Grant other = new Grant.OfModule(OPERATION, Set.of(Action.READ));

        assertThat(read.covers(operation(Operation.Closure.RESTRICTED))).isFalse();
        assertThat(edit.covers(operation(Operation.Closure.OPEN))).isFalse();
        assertThat(other.covers(operation(Operation.Closure.OPEN))).isFalse();
    }

    @Test
    void ofAllModules_anythingRestricted_doesNotCover() {
        Grant grant = new Grant.OfAllModules(Set.of(Action.READ));

        assertThat(grant.covers(operation(Operation.Closure.OPEN))).isTrue();
        assertThat(grant.covers(operation(Operation.Closure.MODULE_RESTRICTED))).isFalse();
        assertThat(grant.covers(operation(Operation.Closure.RESTRICTED))).isFalse();
    }

    @Test
    void ofOperation_restricted_coversItAndNoOther() {
        assertThat(new Grant.OfOperation(OPERATION).covers(operation(Operation.Closure.RESTRICTED)))
                .isTrue();
        assertThat(new Grant.OfOperation(MODULE).covers(operation(Operation.Closure.OPEN)))
                .isFalse();
    }

    private static Operation operation(Operation.Closure closure) {
        return new Operation(
                OPERATION, "orders.list", MODULE, Action.READ, closure, Set.of("GET"), "/v1/orders", Optional.empty());
    }
}
