package io.keywarden.admin;

import io.keywarden.admin.AdminFailure.ResourceType;
import io.keywarden.admin.AdminFailure.Taken;
import io.keywarden.admin.v1.ErrorReason;
import io.keywarden.policy.HostPattern;
import io.keywarden.store.v1.AliasRecord.Namespace;
import java.util.List;

/**
 * Hosts that this deployment gives to tenants by a pattern. To claim another tenant's would open nothing to who does it, but
 * shut the host: where pattern and claim disagree, nobody is let in. A host of a pattern that names no tenant can be claimed.
 */
final class PatternHosts {
    private final List<HostPattern> patterns;
    private final Claims claims;

    /** Takes the patterns, as checks know them. */
    PatternHosts(List<HostPattern> patterns, Claims claims) {
        this.patterns = List.copyOf(patterns);
        this.claims = claims;
    }

    /** Throws where one of some hosts is another tenant's than this one's (HOST_TAKEN). */
    void requireFree(List<String> hosts, String tenant) {
        for (String host : hosts) {
            boolean others = patterns.stream()
                    .flatMap(pattern -> pattern.tenant(host).stream())
                    .filter(id -> !id.equals(tenant))
                    .anyMatch(id -> claims.find(new Claims.Name(Namespace.TENANT_ID, id))
                            .isPresent());
            if (others) {
                throw new AdminException(new Taken(ErrorReason.HOST_TAKEN, ResourceType.TENANT, host));
            }
        }
    }
}
