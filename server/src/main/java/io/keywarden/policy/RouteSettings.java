package io.keywarden.policy;

import io.keywarden.token.Action;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a route of Envoy says about its requests, in {@code context_extensions} (keys {@code keywarden.operation},
 * {@code keywarden.module}, {@code keywarden.action}, {@code keywarden.access}, {@code keywarden.tenant}) or in its metadata
 * (namespace {@code keywarden}, keys without the prefix). A caller cannot write it.
 *
 * @param operation the operation's id, {@code module.operation}
 * @param module the module's id
 * @param action what the request amounts to; empty: as its method says
 * @param access whether it needs a credential
 * @param tenant the id of the tenant that it is for
 * @param unclear whether something is said that is not understood, or two things that disagree: then nothing counts
 */
public record RouteSettings(
        Optional<String> operation,
        Optional<String> module,
        Optional<Action> action,
        Optional<Access> access,
        Optional<String> tenant,
        boolean unclear) {
    /** Nothing is said. */
    public static final RouteSettings NONE = new Builder().build();
    /** Something is said that is not understood. */
    public static final RouteSettings UNCLEAR = new Builder().unclear().build();

    /** Whether something is said about what the request needs. */
    public boolean namesNeed() {
        return unclear || operation.isPresent() || module.isPresent() || action.isPresent();
    }

    /** Whether something is said about whether it needs a credential. */
    public boolean namesAccess() {
        return unclear || access.isPresent();
    }

    /** Whether it needs a credential: always where that is unclear. */
    public Access accessOrRequired() {
        return unclear ? Access.REQUIRED : access.orElse(Access.REQUIRED);
    }

    /** Collects what a route says. For one thread. */
    public static final class Builder {
        private @Nullable String operation;
        private @Nullable String module;
        private @Nullable String tenant;
        private @Nullable Action action;
        private @Nullable Access access;
        private boolean unclear;

        /** Adds one thing that is said: its key without {@code keywarden.}, exactly as it is written. */
        public Builder add(String key, String value) {
            switch (key) {
                case "operation" -> operation = same(operation, value);
                case "module" -> module = same(module, value);
                case "tenant" -> tenant = same(tenant, value);
                case "action" -> action = same(action, constant(Action.values(), value));
                case "access" -> access = same(access, constant(Access.values(), value));
                default -> unclear = true;
            }
            return this;
        }

        /** Notes that something is said that is not understood. */
        public Builder unclear() {
            unclear = true;
            return this;
        }

        /** What was collected. */
        public RouteSettings build() {
            return new RouteSettings(
                    Optional.ofNullable(operation),
                    Optional.ofNullable(module),
                    Optional.ofNullable(action),
                    Optional.ofNullable(access),
                    Optional.ofNullable(tenant),
                    unclear);
        }

        private <T> @Nullable T same(@Nullable T before, @Nullable T said) {
            unclear |= said == null || said.equals("") || (before != null && !before.equals(said));
            return said;
        }

        private static <E extends Enum<E>> @Nullable E constant(E[] all, String name) {
            for (E one : all) {
                if (one.name().equals(name)) {
                    return one;
                }
            }
            return null;
        }
    }
}
