package io.keywarden.admin;

import io.keywarden.admin.ResourceNames.OwnerName;
import io.keywarden.admin.v1.EnableOwnerRequest;
import io.keywarden.admin.v1.EnableOwnerResponse;
import io.keywarden.store.Commit;
import io.keywarden.store.v1.OwnerRecord;
import java.util.Optional;

/** Lets the tokens of an owner work again. */
final class EnableOwner {
    private final OwnerChange change;

    EnableOwner(OwnerChange change) {
        this.change = change;
    }

    Held<EnableOwnerResponse> run(EnableOwnerRequest request, Caller caller) {
        FieldChecks checks = new FieldChecks();
        Optional<OwnerName> name = ResourceNames.owner(checks, "name", request.getName());
        checks.finish();
        OwnerChange.Order order =
                new OwnerChange.Order(name.orElseThrow(), request.getEtag(), "EnableOwner", JournalRule.GIVES_BACK);
        Written<Entry<OwnerRecord>> written = change.run(order, caller, found -> Optional.of(decide(found)));
        EnableOwnerResponse.Builder response = EnableOwnerResponse.newBuilder()
                .setOwner(OwnerMessages.owner(name.orElseThrow().tenant(), written.value()))
                .setDurability(written.times().visibleDurability());
        written.times().effective().ifPresent(time -> response.setEffectiveTime(RecordWrites.timestamp(time)));
        return new Held<>(response.build(), written.times().until(!request.hasWait() || request.getWait()));
    }

    private static OwnerChange.Decided decide(OwnerChange.Found found) {
        OwnerRecord owner = found.owner().payload();
        return new OwnerChange.Decided(
                owner.getState() == OwnerRecord.State.ACTIVE
                        ? Optional.empty()
                        : Optional.of(new OwnerChange.Decision(
                                owner.toBuilder().setState(OwnerRecord.State.ACTIVE), Commit.Urgency.GROWS)));
    }
}
