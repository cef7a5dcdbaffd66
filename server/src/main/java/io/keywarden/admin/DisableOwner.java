package io.keywarden.admin;

import io.keywarden.admin.ResourceNames.OwnerName;
import io.keywarden.admin.v1.DisableOwnerRequest;
import io.keywarden.admin.v1.DisableOwnerResponse;
import io.keywarden.store.Commit;
import io.keywarden.store.v1.OwnerRecord;
import java.util.Optional;

/** Stops all tokens of an owner. */
final class DisableOwner {
    private final OwnerChange change;

    DisableOwner(OwnerChange change) {
        this.change = change;
    }

    Held<DisableOwnerResponse> run(DisableOwnerRequest request, Caller caller) {
        FieldChecks checks = new FieldChecks();
        Optional<OwnerName> name = ResourceNames.owner(checks, "name", request.getName());
        checks.finish();
        OwnerChange.Order order = new OwnerChange.Order(
                name.orElseThrow(),
                request.getEtag(),
                "DisableOwner",
                JournalRule.again(Narrowing.DISABLE_OWNER, request.getName(), 0));
        Written<Entry<OwnerRecord>> written = change.run(order, caller, found -> Optional.of(decide(found)));
        DisableOwnerResponse.Builder response = DisableOwnerResponse.newBuilder()
                .setOwner(OwnerMessages.owner(name.orElseThrow().tenant(), written.value()))
                .setDurability(written.times().visibleDurability());
        written.times().effective().ifPresent(time -> response.setEffectiveTime(RecordWrites.timestamp(time)));
        return new Held<>(response.build(), written.times().until(request.getWait()));
    }

    private static OwnerChange.Decided decide(OwnerChange.Found found) {
        OwnerRecord owner = found.owner().payload();
        return new OwnerChange.Decided(
                owner.getState() == OwnerRecord.State.DISABLED
                        ? Optional.empty()
                        : Optional.of(new OwnerChange.Decision(
                                owner.toBuilder().setState(OwnerRecord.State.DISABLED), Commit.Urgency.NARROWS)));
    }
}
