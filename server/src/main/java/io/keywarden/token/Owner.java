package io.keywarden.token;

import java.util.List;

/**
 * A user of a tenant, as the decision sees them: no token of theirs has more rights than they have.
 *
 * @param uid their identity
 * @param id their id in the tenant, for people
 * @param tenantUid the tenant that they belong to
 * @param active whether their tokens work
 * @param revocations how often all of their tokens were revoked at once
 * @param grants what they may do
 */
public record Owner(Uid uid, String id, Uid tenantUid, boolean active, long revocations, List<Grant> grants) {
    /** Copies the grants. */
    public Owner {
        grants = List.copyOf(grants);
    }
}
