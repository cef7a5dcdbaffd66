package io.keywarden.admin;

import io.keywarden.admin.v1.RevokeReason;
import io.keywarden.admin.v1.RevokeTokensRequest;
import io.keywarden.admin.v1.RevokeTokensResponse;
import io.keywarden.store.IndexKey;
import io.keywarden.store.RecordWriter.Durability;
import io.keywarden.store.v1.OwnerRecord;
import io.keywarden.store.v1.TenantRecord;
import io.keywarden.token.SlotTag;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Ends all tokens of an owner or of a tenant, or those with a label, for good. */
final class RevokeTokens {
    private final TenantFinder tenants;
    private final OwnerFinder owners;
    private final MassRevoke massRevoke;
    private final TokenSweep sweep;
    private final Effects effects;

    RevokeTokens(TenantFinder tenants, OwnerFinder owners, MassRevoke massRevoke, TokenSweep sweep, Effects effects) {
        this.tenants = tenants;
        this.owners = owners;
        this.massRevoke = massRevoke;
        this.sweep = sweep;
        this.effects = effects;
    }

    /**
     * What is revoked, and from when on.
     *
     * @param order what is to be marked
     * @param times what is known of the write that revoked all of it; empty where each mark is such a write
     */
    private record Begun(TokenSweep.Order order, Optional<Times> times) {}

    Held<RevokeTokensResponse> run(RevokeTokensRequest request, Caller caller) {
        String tenantId = check(request);
        Entry<TenantRecord> tenant = tenants.find(tenantId);
        FieldChecks checks = new FieldChecks();
        Pages page = Pages.of(checks, 0, request.getPageToken(), scope(tenant, request));
        checks.finish();
        Begun begun = begin(request, tenant, caller);
        TokenSweep.Swept swept = sweep.run(begun.order(), page.after(), caller);
        Times times = begun.times()
                .orElseGet(() -> swept.times().isEmpty()
                        ? effects.known(tenant.stored().key(), tenant.stored().version(), KnownAge.of(tenant.payload()))
                        : ofAll(swept.times()));
        RevokeTokensResponse.Builder response = RevokeTokensResponse.newBuilder()
                .setRevokedCount(swept.times().size())
                .setNextPageToken(swept.last().isEmpty() ? "" : page.next(swept.last()))
                .setDurability(times.visibleDurability());
        times.effective().ifPresent(time -> response.setEffectiveTime(RecordWrites.timestamp(time)));
        return new Held<>(response.build(), times.until(request.getWait()));
    }

    private static String check(RevokeTokensRequest request) {
        FieldChecks checks = new FieldChecks();
        String tenant =
                ResourceNames.tenant(checks, "parent", request.getParent()).orElse("");
        checks.require(request.getReason() != RevokeReason.UNRECOGNIZED, "reason", "a known reason, or none");
        switch (request.getWhichCase()) {
            case OWNER -> {
                checks.require(!request.getOwner().isEmpty(), "owner", "an owner");
                OwnerChoice.check(checks, "owner", tenant, request.getOwner());
            }
            case ALL_TENANT -> checks.require(request.getAllTenant(), "all_tenant", "true, or something else");
            case LABEL -> {
                checks.require(LabelChecks.isKey(request.getLabel().getKey()), "label.key", "the key of a label");
                checks.require(
                        LabelChecks.isValue(request.getLabel().getValue()), "label.value", "the value of a label");
            }
            case WHICH_NOT_SET -> checks.reject("which", "owner, all_tenant or label");
        }
        checks.finish();
        return tenant;
    }

    private static String scope(Entry<TenantRecord> tenant, RevokeTokensRequest request) {
        String what = request.getOwner() + " " + request.getLabel().getKey() + "="
                + request.getLabel().getValue();
        return "revoke " + tenant.uid() + " " + request.getWhichCase() + " " + what;
    }

    private Begun begin(RevokeTokensRequest request, Entry<TenantRecord> tenant, Caller caller) {
        SlotTag slot = tenant.stored().key().slot();
        int reason = request.getReasonValue();
        return switch (request.getWhichCase()) {
            case OWNER -> ofOwner(request, tenant, caller);
            case ALL_TENANT -> ofTenant(request, tenant, caller);
            case LABEL -> {
                RevokeTokensRequest.Label label = request.getLabel();
                yield new Begun(
                        new TokenSweep.Order(
                                tenant,
                                IndexKey.tokens(slot, tenant.uid()),
                                token -> label.getValue()
                                        .equals(token.getLabelsMap().get(label.getKey())),
                                reason,
                                true),
                        Optional.empty());
            }
            case WHICH_NOT_SET -> throw new IllegalArgumentException("nothing (expected: a checked request)");
        };
    }

    private Begun ofOwner(RevokeTokensRequest request, Entry<TenantRecord> tenant, Caller caller) {
        Written<Entry<OwnerRecord>> revoked = request.getPageToken().isEmpty()
                ? massRevoke.ofOwner(request.getOwner(), request.getReasonValue(), caller)
                : asItIs(request, tenant);
        Entry<OwnerRecord> owner = revoked.value();
        SlotTag slot = tenant.stored().key().slot();
        TokenSweep.Order order = new TokenSweep.Order(
                tenant,
                IndexKey.ownerTokens(slot, owner.uid()),
                token -> token.getOwner().getUid().equals(CatalogMessages.bytes(owner.uid()))
                        && Revocations.cover(tenant.payload(), owner.payload(), token),
                request.getReasonValue(),
                false);
        return new Begun(order, Optional.of(revoked.times()));
    }

    private Written<Entry<OwnerRecord>> asItIs(RevokeTokensRequest request, Entry<TenantRecord> tenant) {
        Entry<OwnerRecord> owner = owners.find(
                tenant,
                ResourceNames.owner(new FieldChecks(), "owner", request.getOwner())
                        .orElseThrow());
        return new Written<>(
                owner, effects.known(owner.stored().key(), owner.stored().version(), KnownAge.of(tenant.payload())));
    }

    private Begun ofTenant(RevokeTokensRequest request, Entry<TenantRecord> tenant, Caller caller) {
        Written<Entry<TenantRecord>> revoked = request.getPageToken().isEmpty()
                ? massRevoke.ofTenant(request.getParent(), request.getReasonValue(), caller)
                : new Written<>(
                        tenant,
                        effects.known(tenant.stored().key(), tenant.stored().version(), KnownAge.of(tenant.payload())));
        Entry<TenantRecord> now = revoked.value();
        TokenSweep.Order order = new TokenSweep.Order(
                now,
                IndexKey.tokens(now.stored().key().slot(), now.uid()),
                token -> Revocations.cover(now.payload(), token),
                request.getReasonValue(),
                false);
        return new Begun(order, Optional.of(revoked.times()));
    }

    /** What is known of several writes together: as little as of the one of which the least is known. */
    private static Times ofAll(List<Times> all) {
        boolean confirmed = all.stream().allMatch(times -> times.durability() == Durability.CONFIRMED);
        boolean promised = all.stream().allMatch(times -> times.effective().isPresent());
        Optional<Instant> last =
                all.stream().flatMap(times -> times.effective().stream()).max(Instant::compareTo);
        return new Times(confirmed ? Durability.CONFIRMED : Durability.UNCONFIRMED, promised ? last : Optional.empty());
    }
}
