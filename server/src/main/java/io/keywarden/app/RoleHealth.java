package io.keywarden.app;

import io.grpc.BindableService;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.protobuf.services.HealthStatusManager;
import io.keywarden.config.Role;
import java.util.EnumSet;
import java.util.Set;

/**
 * The gRPC health of each role under the role's name, and of all together under the empty name. A role that once served goes
 * on serving until it is stopped: while Redis is away, a caller that is told so by an answer knows more than one that no
 * longer asks. Safe for use by several threads.
 */
final class RoleHealth {
    private final HealthStatusManager manager = new HealthStatusManager();
    private final Set<Role> roles;
    /** Guarded by this. */
    private final Set<Role> serving = EnumSet.noneOf(Role.class);

    /** Starts with no role serving. */
    RoleHealth(Set<Role> roles) {
        this.roles = EnumSet.copyOf(roles);
        manager.setStatus("", ServingStatus.NOT_SERVING);
        roles.forEach(role -> manager.setStatus(role.text(), ServingStatus.NOT_SERVING));
    }

    /** The service that answers. */
    BindableService service() {
        return manager.getHealthService();
    }

    /** A role serves from now on. Answers whether it did not before. */
    synchronized boolean serving(Role role) {
        if (!serving.add(role)) {
            return false;
        }
        manager.setStatus(role.text(), ServingStatus.SERVING);
        if (serving.containsAll(roles)) {
            manager.setStatus("", ServingStatus.SERVING);
        }
        return true;
    }

    /** No role serves any more, for good. */
    void stop() {
        manager.enterTerminalState();
    }
}
