package io.keywarden.admin;

import io.keywarden.admin.v1.DisableTenantRequest;
import io.keywarden.admin.v1.DisableTenantResponse;
import io.keywarden.store.Commit;
import io.keywarden.store.v1.TenantRecord;

/** Stops all tokens of a tenant. */
final class DisableTenant {
    private final TenantChange change;

    DisableTenant(TenantChange change) {
        this.change = change;
    }

    Held<DisableTenantResponse> run(DisableTenantRequest request, Caller caller) {
        TenantChange.Order order = new TenantChange.Order(
                request.getName(),
                request.getEtag(),
                "DisableTenant",
                JournalRule.again(Narrowing.DISABLE_TENANT, request.getName(), 0));
        Written<Entry<TenantRecord>> written = change.run(
                order,
                caller,
                tenant -> TenantChange.state(tenant, TenantRecord.State.DISABLED, Commit.Urgency.NARROWS));
        DisableTenantResponse.Builder response = DisableTenantResponse.newBuilder()
                .setTenant(TenantMessages.tenant(written.value()))
                .setDurability(written.times().visibleDurability());
        written.times().effective().ifPresent(time -> response.setEffectiveTime(RecordWrites.timestamp(time)));
        return new Held<>(response.build(), written.times().until(request.getWait()));
    }
}
