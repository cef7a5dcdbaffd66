package io.keywarden.token;

import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * One thing that can be called, and what a caller needs for it.
 *
 * @param uid its identity, which grants hold
 * @param id its name for people, {@code module.operation}
 * @param moduleUid the module that it belongs to
 * @param action what it amounts to
 * @param closure who may reach it through a grant that does not name it
 * @param methods the HTTP methods, upper case; none for a gRPC method
 * @param pathTemplate the path; a segment is literal, {@code {name}}, or last {@code {name=**}}; empty text for what no
 *     path leads to
 * @param shadowUntil until this moment refusals for want of a right to its module are let pass
 */
public record Operation(
        Uid uid,
        String id,
        Uid moduleUid,
        Action action,
        Closure closure,
        Set<String> methods,
        String pathTemplate,
        Optional<Instant> shadowUntil) {
    /** Which grants reach an operation. */
    public enum Closure {
        /** Grants for it, for its module, and for all modules. */
        OPEN,
        /** Grants for it and for its module: the module is restricted. */
        MODULE_RESTRICTED,
        /** Only grants for it: it is restricted itself. */
        RESTRICTED
    }

    /** Copies the methods. */
    public Operation {
        methods = Set.copyOf(methods);
    }

    /** What a grant has to say so that it covers this, as scopes are written: {@code orders.read}, or the id of a restricted one. */
    public String scope() {
        return closure == Closure.RESTRICTED
                ? id
                : id.substring(0, id.indexOf('.') + 1) + action.name().toLowerCase(Locale.ROOT);
    }
}
