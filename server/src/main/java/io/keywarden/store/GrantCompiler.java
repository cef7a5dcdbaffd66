package io.keywarden.store;

import com.github.benmanes.caffeine.cache.Interner;
import io.keywarden.store.v1.GrantRecord;
import io.keywarden.store.v1.StoredAction;
import io.keywarden.token.Action;
import io.keywarden.token.Grant;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** Turns stored grants into what the decision sees. What it does not understand it rejects, so that nothing is widened. */
final class GrantCompiler {
    /** Tokens share grants: there are hardly more different ones than a catalog has modules and operations. */
    private static final Interner<Grant> SHARED = Interner.newWeakInterner();

    /** Whole lists too: many tokens may do the same. */
    private static final Interner<List<Grant>> SHARED_LISTS = Interner.newWeakInterner();

    private GrantCompiler() {}

    static List<Grant> grants(List<GrantRecord> grants) {
        return SHARED_LISTS.intern(grants.stream().map(GrantCompiler::grant).collect(Collectors.toUnmodifiableList()));
    }

    private static Grant grant(GrantRecord grant) {
        return SHARED.intern(compile(grant));
    }

    private static Grant compile(GrantRecord grant) {
        return switch (grant.getTargetCase()) {
            case MODULE ->
                new Grant.OfModule(RecordCompiler.uid(grant.getModule().getUid()), actions(grant.getActionsList()));
            case ALL_MODULES -> ofAllModules(grant);
            case OPERATION ->
                new Grant.OfOperation(RecordCompiler.uid(grant.getOperation().getUid()));
            case TARGET_NOT_SET ->
                throw new IllegalArgumentException("a grant without a target (expected: a known one)");
        };
    }

    private static Grant ofAllModules(GrantRecord grant) {
        if (!grant.getAllModules()) {
            throw new IllegalArgumentException("a grant for all modules that says false (expected: true)");
        }
        return new Grant.OfAllModules(actions(grant.getActionsList()));
    }

    static Action action(StoredAction action) {
        return switch (action) {
            case READ -> Action.READ;
            case CREATE -> Action.CREATE;
            case EDIT -> Action.EDIT;
            case DELETE -> Action.DELETE;
            case ACTION_UNSPECIFIED, UNRECOGNIZED ->
                throw new IllegalArgumentException("action " + action + " (expected: a known one)");
        };
    }

    private static Set<Action> actions(List<StoredAction> actions) {
        return actions.stream().map(GrantCompiler::action).collect(Collectors.toUnmodifiableSet());
    }
}
