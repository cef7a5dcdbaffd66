package io.keywarden.admin;

import io.keywarden.token.Action;
import io.keywarden.token.Grant;
import java.util.List;
import java.util.Set;

/**
 * A client certificate that may call, and what its holder may do.
 *
 * @param san its subject alternative name: a URI, or else a DNS name
 * @param operations the operations of Admin, such as {@code RevokeToken}; {@code *} is all that are not restricted
 * @param tenants the ids of the tenants that they may be done to; {@code *} is all but {@code system}
 * @param tokens the resource names of the tokens whose secrets its holder may watch
 */
public record CertificateIdentity(String san, List<String> operations, List<String> tenants, List<String> tokens) {
    private static final String ALL = "*";

    /**
     * Copies the lists.
     *
     * @throws IllegalArgumentException if an operation is none of Admin's
     */
    public CertificateIdentity {
        operations = List.copyOf(operations);
        tenants = List.copyOf(tenants);
        tokens = List.copyOf(tokens);
        for (String operation : operations) {
            if (!operation.equals(ALL) && AdminOperations.find(operation).isEmpty()) {
                throw new IllegalArgumentException(
                        operation + " (expected: * or an operation of Admin, such as RevokeToken)");
            }
        }
    }

    /** One that may watch no token's secrets. */
    public CertificateIdentity(String san, List<String> operations, List<String> tenants) {
        this(san, operations, tenants, List.of());
    }

    Rights rights() {
        Set<String> where = Set.copyOf(tenants);
        return Rights.of(operations.stream()
                .map(operation -> new Rights.Right(grant(operation), where))
                .toList());
    }

    private static Grant grant(String operation) {
        return operation.equals(ALL)
                ? new Grant.OfModule(AdminOperations.MODULE_UID, Set.of(Action.values()))
                : new Grant.OfOperation(
                        AdminOperations.find(operation).orElseThrow().uid());
    }
}
