package io.keywarden.admin;

import io.keywarden.admin.ResourceNames.OwnerName;
import io.keywarden.admin.v1.Owner;
import io.keywarden.store.v1.OwnerRecord;

/** Owners as callers see them, and as they are stored. */
final class OwnerMessages {
    private OwnerMessages() {}

    /** An owner for callers. */
    static Owner owner(String tenant, Entry<OwnerRecord> entry) {
        return contents(entry.payload())
                .setName(new OwnerName(tenant, entry.payload().getId()).text())
                .setEtag(entry.etag())
                .build();
    }

    /** An owner for callers, without a name and an etag. */
    static Owner.Builder contents(OwnerRecord record) {
        Owner.Builder owner = Owner.newBuilder()
                .setDisplayName(record.getDisplayName())
                .addAllGrants(GrantMessages.grants(record.getGrantsList()))
                .putAllLabels(record.getLabelsMap())
                .setState(state(record.getState()))
                .setCreateTime(record.getCreateTime())
                .setUpdateTime(record.getUpdateTime());
        if (record.hasValidFrom()) {
            owner.setValidFrom(record.getValidFrom());
        }
        return owner;
    }

    /** Writes all that a caller decides to an owner who has an id, except for the grants. */
    static void put(OwnerRecord.Builder record, Owner owner) {
        record.setDisplayName(owner.getDisplayName().isEmpty() ? record.getId() : owner.getDisplayName())
                .clearLabels()
                .putAllLabels(owner.getLabelsMap());
    }

    /** Notes what is wrong with the fields of an owner by themselves. */
    static void check(FieldChecks checks, Owner owner) {
        if (!owner.getDisplayName().isEmpty()) {
            checks.displayName("owner.display_name", owner.getDisplayName());
        }
        GrantChecks.check(checks, "owner.grants", owner.getGrantsList());
        LabelChecks.check(checks, "owner.labels", owner.getLabelsMap());
    }

    private static Owner.State state(OwnerRecord.State state) {
        return switch (state) {
            case ACTIVE -> Owner.State.ACTIVE;
            case DISABLED -> Owner.State.DISABLED;
            case DELETED, STATE_UNSPECIFIED, UNRECOGNIZED -> Owner.State.STATE_UNSPECIFIED;
        };
    }
}
