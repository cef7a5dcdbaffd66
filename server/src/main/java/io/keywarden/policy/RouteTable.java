package io.keywarden.policy;

import io.keywarden.policy.CompiledCatalog.Answer;
import io.keywarden.policy.CompiledCatalog.Asked;
import io.keywarden.policy.CompiledCatalog.Conflict;
import io.keywarden.token.Operation;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The operations of all paths of one form, by method and host. Not written any more once its catalog is compiled.
 *
 * <p>In a large catalog almost no table is in the processor's cache, so what counts is how many places are looked at: methods
 * are few and scanned, and what has no host of its own stands right beside its method.
 */
final class RouteTable {
    private static final Answer AMBIGUOUS = new Answer(Optional.empty(), false);

    private static final OfMethod[] NONE = {};

    private OfMethod[] methods = NONE;

    /** The answer to a request; null where there is none. */
    @Nullable
    Answer find(Asked asked) {
        for (OfMethod found : methods) {
            if (found.method.equals(asked.method())) {
                Answer answer = found.find(asked.host());
                return answer == null || answersSlash(answer, asked) ? answer : null;
            }
        }
        return null;
    }

    /** Adds an operation; says which one was there for the same request. */
    Optional<Conflict> add(String method, Set<String> hosts, Operation operation) {
        Answer answer = new Answer(Optional.of(operation), operation.methods().isEmpty());
        return of(method).add(hosts, answer).map(first -> new Conflict(first, operation, method));
    }

    private OfMethod of(String method) {
        for (OfMethod found : methods) {
            if (found.method.equals(method)) {
                return found;
            }
        }
        // One text for all tables, so that it is always near.
        OfMethod added = new OfMethod(method.intern());
        methods = Arrays.copyOf(methods, methods.length + 1);
        methods[methods.length - 1] = added;
        return added;
    }

    private static boolean answersSlash(Answer answer, Asked asked) {
        return !answer.grpc() || !asked.path().trailingSlash();
    }

    /** The answers to one method. */
    private static final class OfMethod {
        private final String method;
        private @Nullable Answer anywhere;
        private Map<String, Answer> byHost = Map.of();

        OfMethod(String method) {
            this.method = method;
        }

        private @Nullable Answer find(String host) {
            Answer ofHost = byHost.isEmpty() ? null : byHost.get(host);
            if (ofHost != null && anywhere != null) {
                return AMBIGUOUS;
            }
            return ofHost == null ? anywhere : ofHost;
        }

        /** Adds an answer; says which operation had the same request before. */
        private Optional<Operation> add(Set<String> hosts, Answer answer) {
            if (hosts.isEmpty()) {
                Optional<Operation> other = operationOf(anywhere).or(this::ofAHost);
                anywhere = anywhere == null ? answer : AMBIGUOUS;
                return other;
            }
            Optional<Operation> other = operationOf(anywhere);
            Map<String, Answer> all = new HashMap<>(byHost);
            for (String host : hosts) {
                Answer before = all.put(host, answer);
                if (before != null) {
                    all.put(host, AMBIGUOUS);
                    other = other.isPresent() ? other : before.operation();
                }
            }
            byHost = all;
            return other;
        }

        private Optional<Operation> ofAHost() {
            return byHost.values().stream()
                    .flatMap(answer -> answer.operation().stream())
                    .findFirst();
        }

        private static Optional<Operation> operationOf(@Nullable Answer answer) {
            return answer == null ? Optional.empty() : answer.operation();
        }
    }
}
