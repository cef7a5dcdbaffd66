package io.keywarden.token;

import java.util.Set;

/** A right: some actions on a module, some actions on all modules, or one operation. */
public sealed interface Grant {
    /** Whether this right is enough for an operation. */
    boolean covers(Operation operation);

    /**
     * Actions on one module.
     *
     * @param moduleUid the module's identity
     * @param actions what may be done with it
     */
    record OfModule(Uid moduleUid, Set<Action> actions) implements Grant {
        /** Copies the actions. */
        public OfModule {
            actions = Set.copyOf(actions);
        }

        @Override
        public boolean covers(Operation operation) {
            return operation.closure() != Operation.Closure.RESTRICTED
                    && operation.moduleUid().equals(moduleUid)
                    && actions.contains(operation.action());
        }
    }

    /**
     * Actions on every module, restricted ones left out.
     *
     * @param actions what may be done with them
     */
    record OfAllModules(Set<Action> actions) implements Grant {
        /** Copies the actions. */
        public OfAllModules {
            actions = Set.copyOf(actions);
        }

        @Override
        public boolean covers(Operation operation) {
            return operation.closure() == Operation.Closure.OPEN && actions.contains(operation.action());
        }
    }

    /**
     * One operation, restricted or not.
     *
     * @param operationUid the operation's identity
     */
    record OfOperation(Uid operationUid) implements Grant {
        @Override
        public boolean covers(Operation operation) {
            return operation.uid().equals(operationUid);
        }
    }
}
