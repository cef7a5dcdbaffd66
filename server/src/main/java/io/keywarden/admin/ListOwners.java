package io.keywarden.admin;

import io.keywarden.admin.v1.ListOwnersRequest;
import io.keywarden.admin.v1.ListOwnersResponse;
import io.keywarden.store.IndexKey;
import io.keywarden.store.RecordKey;
import io.keywarden.store.StoredRecord;
import io.keywarden.store.v1.OwnerRecord;
import io.keywarden.store.v1.TenantRecord;
import io.keywarden.token.SlotTag;
import io.keywarden.token.Uid;
import java.util.List;
import java.util.Optional;

/** Reads the owners of a tenant in the order of their ids. An entry of the list that leads to nobody is skipped. */
final class ListOwners {
    private final TenantFinder tenants;
    private final AdminStore store;

    ListOwners(TenantFinder tenants, AdminStore store) {
        this.tenants = tenants;
        this.store = store;
    }

    /** An owner's entry in the list: a blank comes before all that ids are made of, so the order is that of the ids. */
    static String member(String id, Uid uid) {
        return id + " " + uid;
    }

    /** The owner's record that an entry of the list leads to; empty where it is no entry. */
    static Optional<RecordKey> key(SlotTag slot, String member) {
        return OwnerFinder.key(slot, member.substring(member.indexOf(' ') + 1));
    }

    ListOwnersResponse run(ListOwnersRequest request) {
        FieldChecks nameChecks = new FieldChecks();
        String id =
                ResourceNames.tenant(nameChecks, "parent", request.getParent()).orElse("");
        nameChecks.finish();
        Entry<TenantRecord> tenant = tenants.find(id);
        FieldChecks checks = new FieldChecks();
        Pages page = Pages.of(checks, request.getPageSize(), request.getPageToken(), "owners " + tenant.uid());
        checks.finish();
        SlotTag slot = tenant.stored().key().slot();
        List<String> members = store.list(IndexKey.owners(slot, tenant.uid()), page.after(), page.size() + 1);
        List<String> wanted = members.subList(0, Math.min(page.size(), members.size()));
        List<RecordKey> keys =
                wanted.stream().flatMap(member -> key(slot, member).stream()).toList();
        ListOwnersResponse.Builder response = ListOwnersResponse.newBuilder();
        for (Optional<StoredRecord> found : store.read(keys)) {
            found.map(stored -> Entry.of(stored, OwnerRecord.parser()))
                    .filter(owner -> OwnerFinder.isOf(tenant, owner))
                    .ifPresent(owner -> response.addOwners(OwnerMessages.owner(id, owner)));
        }
        String next = members.size() > page.size() ? page.next(wanted.get(wanted.size() - 1)) : "";
        return response.setNextPageToken(next).build();
    }
}
