package io.keywarden.policy;

import io.keywarden.policy.CompiledCatalog.Answer;
import io.keywarden.policy.CompiledCatalog.Asked;
import io.keywarden.policy.CompiledCatalog.Conflict;
import io.keywarden.token.Operation;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The operations of all paths of one form, by method and host. Not written any more once its catalog is compiled. */
final class RouteTable {
    /** Stands for every host. No canonical host is spelled so. */
    private static final String ANY = "*";

    private static final Answer AMBIGUOUS = new Answer(Optional.empty(), false);

    private final Map<String, Map<String, Answer>> byMethod = new HashMap<>();

    /** The answer to a request; null where there is none. */
    @Nullable
    Answer find(Asked asked) {
        Map<String, Answer> byHost = byMethod.get(asked.method());
        if (byHost == null) {
            return null;
        }
        Answer ofHost = byHost.get(asked.host());
        Answer ofAny = byHost.get(ANY);
        if (ofHost != null && ofAny != null) {
            return AMBIGUOUS;
        }
        Answer answer = ofHost == null ? ofAny : ofHost;
        return answer == null || answersSlash(answer, asked) ? answer : null;
    }

    /** Adds an operation; says which one was there for the same request. */
    Optional<Conflict> add(String method, Set<String> hosts, Operation operation) {
        Map<String, Answer> byHost = byMethod.computeIfAbsent(method, absent -> new HashMap<>());
        Optional<Operation> other = hosts.isEmpty()
                ? byHost.values().stream()
                        .flatMap(answer -> answer.operation().stream())
                        .findFirst()
                : operationOf(byHost.get(ANY));
        for (String host : hosts.isEmpty() ? Set.of(ANY) : hosts) {
            Answer before = byHost.put(
                    host, new Answer(Optional.of(operation), operation.methods().isEmpty()));
            if (before != null) {
                byHost.put(host, AMBIGUOUS);
                other = other.isPresent() ? other : before.operation();
            }
        }
        return other.map(first -> new Conflict(first, operation, method));
    }

    private static Optional<Operation> operationOf(@Nullable Answer answer) {
        return answer == null ? Optional.empty() : answer.operation();
    }

    private static boolean answersSlash(Answer answer, Asked asked) {
        return !answer.grpc() || !asked.path().trailingSlash();
    }
}
