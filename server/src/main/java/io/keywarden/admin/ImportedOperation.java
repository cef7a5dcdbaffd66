package io.keywarden.admin;

import io.keywarden.admin.v1.Operation;
import io.keywarden.apispec.DescribedCall;

/**
 * An operation that a description describes.
 *
 * @param operation the operation, as it is where it is new
 * @param source where the description says so
 * @param effect what the description says of its action and its restriction
 */
record ImportedOperation(Operation operation, String source, DescribedCall.Effect effect) {
    /** The rule of an action that stays though a method or a word amounts to another one. */
    private static final String KEPT = "kept";

    /** What made its action. */
    String rule() {
        return effect.explicit() || operation.getAction() == CatalogMessages.action(effect.action())
                ? effect.rule()
                : KEPT;
    }

    /**
     * The same in place of the operation that has its id. Somebody may have set by hand what no description says, and an
     * import that is repeated must not open it again: so restrictions stay, and actions of the same methods.
     */
    ImportedOperation over(Operation before) {
        Operation.Builder kept = operation.toBuilder();
        if (effect.restricted().isEmpty()) {
            kept.setRestricted(before.getRestricted());
        }
        if (!effect.explicit() && hasMethodsOf(before)) {
            kept.setAction(before.getAction());
        }
        return new ImportedOperation(kept.build(), source, effect);
    }

    /** Whether what was said of another operation's action was said of these methods too: not of GET what is DELETE now. */
    private boolean hasMethodsOf(Operation before) {
        return operation.hasHttp()
                ? before.getHttp()
                        .getMethodsList()
                        .containsAll(operation.getHttp().getMethodsList())
                : before.getGrpc().getMethod().equals(operation.getGrpc().getMethod());
    }
}
