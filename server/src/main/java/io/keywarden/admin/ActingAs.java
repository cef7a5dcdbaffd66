package io.keywarden.admin;

import io.grpc.Metadata;
import io.keywarden.admin.AdminFailure.WrongState;
import io.keywarden.admin.v1.ErrorReason;
import io.keywarden.store.v1.OwnerRecord;
import io.keywarden.token.Names;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Reads for whom a caller calls: a product's back-end names the person who clicked, in the metadata
 * {@code x-keywarden-acting-owner}. From then on the caller may do what both may.
 */
final class ActingAs {
    private static final String HEADER = "x-keywarden-acting-owner";
    private static final Metadata.Key<String> KEY = Metadata.Key.of(HEADER, Metadata.ASCII_STRING_MARSHALLER);

    private final ActingOwners owners;

    ActingAs(ActingOwners owners) {
        this.owners = owners;
    }

    /** The caller, kept to the tokens of the owner that the metadata names; the same one where it names nobody. */
    Caller apply(Caller caller, Metadata headers) {
        Iterable<String> all = headers.getAll(KEY);
        if (all == null) {
            return caller;
        }
        List<String> values = new ArrayList<>();
        all.forEach(values::add);
        String[] parts = values.get(0).split("/", -1);
        boolean right = values.size() == 1
                && parts.length == 4
                && parts[0].equals("tenants")
                && parts[2].equals("owners")
                && Names.isLabel(parts[1])
                && Names.isLabel(parts[3]);
        if (!right) {
            throw FieldChecks.invalid(HEADER, "tenants/{tenant}/owners/{owner}, once");
        }
        caller.require(AdminOperations.ACT_AS, parts[1]);
        Optional<Entry<OwnerRecord>> owner =
                owners.find(parts[1], parts[3]).filter(found -> found.payload().getState() == OwnerRecord.State.ACTIVE);
        if (owner.isEmpty()) {
            throw new AdminException(new WrongState(
                    ErrorReason.OWNER_DISABLED,
                    values.get(0),
                    "is not there, or is disabled: nobody can act for them"));
        }
        return caller.actingFor(new Caller.OnlyOwner(
                values.get(0),
                parts[1],
                owner.get().uid(),
                List.of(owner.get().payload().getGrantsList()),
                true));
    }
}
