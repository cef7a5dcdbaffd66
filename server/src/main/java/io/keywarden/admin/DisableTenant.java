package io.keywarden.admin;

import io.keywarden.admin.v1.DisableTenantRequest;
import io.keywarden.admin.v1.DisableTenantResponse;
import io.keywarden.store.v1.TenantRecord;

/** Stops all tokens of a tenant. */
final class DisableTenant {
    private final TenantStateChange change;

    DisableTenant(TenantStateChange change) {
        this.change = change;
    }

    Held<DisableTenantResponse> run(DisableTenantRequest request, Caller caller) {
        TenantStateChange.Order order = new TenantStateChange.Order(
                request.getName(), request.getEtag(), "DisableTenant", TenantRecord.State.DISABLED);
        Written<Entry<TenantRecord>> written = change.run(order, caller);
        DisableTenantResponse.Builder response = DisableTenantResponse.newBuilder()
                .setTenant(TenantMessages.tenant(written.value()))
                .setDurability(written.times().visibleDurability());
        written.times().effective().ifPresent(time -> response.setEffectiveTime(RecordWrites.timestamp(time)));
        return new Held<>(response.build(), written.times().until(request.getWait()));
    }
}
