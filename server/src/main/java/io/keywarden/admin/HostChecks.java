package io.keywarden.admin;

import io.keywarden.policy.CanonicalHost;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Checks lists of hosts: canonical ones only, since requests are looked up by that spelling. */
final class HostChecks {
    private HostChecks() {}

    /** Notes hosts that are too many, not canonical, or there twice. */
    static void check(FieldChecks checks, String field, List<String> hosts, int most) {
        if (hosts.size() > most) {
            checks.reject(field, "at most " + most + " hosts");
            return;
        }
        Set<String> seen = new HashSet<>();
        for (int i = 0; i < hosts.size(); i++) {
            String host = hosts.get(i);
            String path = field + "[" + i + "]";
            checks.require(
                    CanonicalHost.parse(host).equals(Optional.of(host)),
                    path,
                    CanonicalHost.RULE + ", lower case, no port, no dot at the end");
            checks.require(seen.add(host), path, "each host once");
        }
    }
}
