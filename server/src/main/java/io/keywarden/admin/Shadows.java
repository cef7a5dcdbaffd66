package io.keywarden.admin;

import com.google.protobuf.Timestamp;
import com.google.protobuf.util.Timestamps;
import io.keywarden.store.v1.ModuleRecord;
import io.keywarden.store.v1.TenantRecord;
import io.keywarden.store.v1.TokenRecord;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Lets only those turn a shadow on, make it longer, or bring more under it, who may: requests pass that would be refused. */
final class Shadows {
    private Shadows() {}

    /** Throws where a caller may not change a token so. */
    static void require(Caller caller, Entry<TenantRecord> tenant, TokenRecord before, TokenRecord after) {
        require(caller, tenant.payload().getId(), end(before), end(after));
    }

    /** Throws where a caller may not change a tenant so. */
    static void require(Caller caller, String tenant, TenantRecord before, TenantRecord after) {
        require(caller, tenant, end(before), end(after));
    }

    /**
     * Throws where a caller may not change a module so: neither make its shadow longer, nor have it answer to more requests
     * while one is over it. A catalog is of no single tenant, so the right has to be there for all of them.
     */
    static void require(Caller caller, ModuleRecord before, ModuleRecord after, Timestamp now) {
        Optional<Timestamp> is = end(after);
        boolean runs = is.isPresent() && Timestamps.compare(is.get(), now) > 0;
        if (isLonger(end(before), is) || (runs && answersToMore(before, after))) {
            caller.requireEverywhere(AdminOperations.TURN_SHADOW_ON);
        }
    }

    private static boolean answersToMore(ModuleRecord before, ModuleRecord after) {
        boolean moreHosts = !before.getHostsList().isEmpty()
                && (after.getHostsList().isEmpty() || !before.getHostsList().containsAll(after.getHostsList()));
        return moreHosts || !requests(before).containsAll(requests(after));
    }

    /** What a module answers to, a text for each method and path; a gRPC method has no HTTP method. */
    private static Set<String> requests(ModuleRecord module) {
        return module.getOperationsList().stream()
                .flatMap(operation -> operation.getHttpMethodsList().isEmpty()
                        ? Stream.of(operation.getPathTemplate())
                        : operation.getHttpMethodsList().stream()
                                .map(method -> method + " " + operation.getPathTemplate()))
                .collect(Collectors.toSet());
    }

    private static Optional<Timestamp> end(TokenRecord token) {
        return token.hasShadowUntil() ? Optional.of(token.getShadowUntil()) : Optional.empty();
    }

    private static Optional<Timestamp> end(TenantRecord tenant) {
        return tenant.hasShadowUntil() ? Optional.of(tenant.getShadowUntil()) : Optional.empty();
    }

    private static Optional<Timestamp> end(ModuleRecord module) {
        return module.hasShadowUntil() ? Optional.of(module.getShadowUntil()) : Optional.empty();
    }

    private static void require(Caller caller, String tenant, Optional<Timestamp> was, Optional<Timestamp> is) {
        if (isLonger(was, is)) {
            caller.require(AdminOperations.TURN_SHADOW_ON, tenant);
        }
    }

    private static boolean isLonger(Optional<Timestamp> was, Optional<Timestamp> is) {
        return is.isPresent() && (was.isEmpty() || Timestamps.compare(is.get(), was.get()) > 0);
    }
}
