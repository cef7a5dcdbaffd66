package io.keywarden.config;

import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;

/**
 * The whole configuration of one process. It names files of secrets and holds none, so it may be printed.
 *
 * @param roles what the process does; at least one
 * @param check where checks are answered
 * @param requests what is known of the requests that checks are about
 * @param admin where the Admin API is served
 * @param metrics where metrics and probes are served
 * @param cache how much a replica that checks keeps in memory
 * @param redis which Redis holds the state
 * @param keys which keys the process has
 * @param envoy what is known of Envoy
 */
public record KeywardenConfig(
        Set<Role> roles,
        CheckConfig check,
        RequestsConfig requests,
        AdminConfig admin,
        MetricsConfig metrics,
        CacheConfig cache,
        RedisConfig redis,
        KeysConfig keys,
        EnvoyConfig envoy) {
    /** What a process does when nothing is said: everything. */
    public static final Set<Role> DEFAULT_ROLES = Collections.unmodifiableSet(EnumSet.allOf(Role.class));

    /** Copies the roles; rejects sections that do not fit each other. */
    public KeywardenConfig {
        new Rules()
                .reject(roles.isEmpty(), "roles: none (expected: check, admin, or both)")
                .reject(
                        envoy.checkOver() == EnvoyConfig.CheckOver.SOCKET
                                && check.socket().isEmpty(),
                        "envoy.check_over: socket (expected: check.socket to be set with it)")
                .reject(
                        envoy.checkOver() == EnvoyConfig.CheckOver.TCP
                                && check.listen().isEmpty(),
                        "envoy.check_over: tcp (expected: check.listen to be set with it)")
                .verify();
        roles = Collections.unmodifiableSet(EnumSet.copyOf(roles));
    }

    /** Whether the process has a role. */
    public boolean has(Role role) {
        return roles.contains(role);
    }
}
