package io.keywarden.admin;

import io.keywarden.admin.v1.EnableTenantRequest;
import io.keywarden.admin.v1.EnableTenantResponse;
import io.keywarden.store.Commit;
import io.keywarden.store.v1.TenantRecord;

/** Lets a tenant's tokens work again. */
final class EnableTenant {
    private final TenantChange change;

    EnableTenant(TenantChange change) {
        this.change = change;
    }

    Held<EnableTenantResponse> run(EnableTenantRequest request, Caller caller) {
        TenantChange.Order order =
                new TenantChange.Order(request.getName(), request.getEtag(), "EnableTenant", JournalRule.GIVES_BACK);
        Written<Entry<TenantRecord>> written = change.run(
                order, caller, tenant -> TenantChange.state(tenant, TenantRecord.State.ACTIVE, Commit.Urgency.GROWS));
        EnableTenantResponse.Builder response = EnableTenantResponse.newBuilder()
                .setTenant(TenantMessages.tenant(written.value()))
                .setDurability(written.times().visibleDurability());
        written.times().effective().ifPresent(time -> response.setEffectiveTime(RecordWrites.timestamp(time)));
        return new Held<>(response.build(), written.times().until(!request.hasWait() || request.getWait()));
    }
}
