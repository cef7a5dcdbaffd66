package io.keywarden.admin;

import com.google.protobuf.Timestamp;
import com.google.protobuf.util.Timestamps;
import io.keywarden.admin.AdminFailure.ResourceType;
import io.keywarden.admin.ResourceNames.TokenName;
import io.keywarden.admin.v1.CreateTokenRequest;
import io.keywarden.admin.v1.CreateTokenResponse;
import io.keywarden.admin.v1.ErrorReason;
import io.keywarden.admin.v1.Grant;
import io.keywarden.admin.v1.RevokeReason;
import io.keywarden.admin.v1.Token;
import io.keywarden.store.Commit;
import io.keywarden.store.v1.GrantRecord;
import io.keywarden.store.v1.OwnerRecord;
import io.keywarden.store.v1.OwnerReference;
import io.keywarden.store.v1.TenantRecord;
import io.keywarden.store.v1.TokenRecord;
import io.keywarden.store.v1.TokenTypeRecord;
import java.util.List;
import java.util.Optional;

/** Makes a token and answers its secret. */
final class CreateToken {
    private final TenantFinder tenants;
    private final TokenFinder tokens;
    private final Rights rights;
    private final RequestMarks marks;
    private final NewTokens newTokens;

    CreateToken(TenantFinder tenants, TokenFinder tokens, Rights rights, RequestMarks marks, NewTokens newTokens) {
        this.tenants = tenants;
        this.tokens = tokens;
        this.rights = rights;
        this.marks = marks;
        this.newTokens = newTokens;
    }

    /**
     * What says which rights a token can have.
     *
     * @param catalog finds what grants name
     * @param owners finds who may get a token
     * @param bounds says what the caller may give
     */
    record Rights(CatalogGrants catalog, OwnerChoice owners, CallerBounds bounds) {
        /** Resolves grants in the tenant's catalog, and notes what is not there; empty where another writer changes it. */
        Optional<List<GrantRecord>> resolve(FieldChecks checks, Entry<TenantRecord> tenant, List<Grant> grants) {
            if (grants.size() > GrantChecks.MAX_GRANTS) {
                return Optional.empty();
            }
            if (SystemTenant.is(tenant)) {
                return Optional.of(SystemGrants.resolve(grants));
            }
            return catalog.named(tenant.payload().getCatalog(), grants)
                    .map(modules -> GrantResolver.resolve(checks, "token.grants", grants, modules));
        }
    }

    Held<CreateTokenResponse> run(CreateTokenRequest request, Caller caller) {
        return Attempts.run(() -> attempt(request, caller), ResourceType.TENANT, request.getParent());
    }

    private Optional<Held<CreateTokenResponse>> attempt(CreateTokenRequest request, Caller caller) {
        FieldChecks checks = new FieldChecks();
        Optional<String> tenantId = TokenChecks.check(checks, request);
        if (tenantId.isEmpty()) {
            checks.finish();
        }
        Entry<TenantRecord> tenant = tenants.find(tenantId.orElseThrow());
        Optional<RequestMarks.Marked> marked = newTokens.marked(request, tenant, caller);
        Optional<RequestMarks.Made> repeated = checks.areClean() ? marked.flatMap(marks::made) : Optional.empty();
        if (repeated.isPresent()) {
            return Optional.of(repeated(request, tenant, repeated.get()));
        }
        Timestamp now = newTokens.timestamp();
        TokenRuleChecks.inTenant(
                checks, request.getToken(), tenant.payload(), new TokenRuleChecks.Times(now, now), field -> true);
        Optional<List<GrantRecord>> grants =
                rights.resolve(checks, tenant, request.getToken().getGrantsList());
        checks.finish();
        return grants.flatMap(found -> make(request, caller, tenant, marked, found));
    }

    private Optional<Held<CreateTokenResponse>> make(
            CreateTokenRequest request,
            Caller caller,
            Entry<TenantRecord> tenant,
            Optional<RequestMarks.Marked> marked,
            List<GrantRecord> grants) {
        Above above = new Above(
                tenant, rights.owners().choose(tenant, request.getToken().getOwner()));
        TokenRecord.Builder record = record(request.getToken(), above, grants).setCreator(caller.principal());
        RotationSchedule.requireConsumer(tenant.payload(), record, request.getParent());
        rights.bounds().requireWithin(caller, tenant, record.build());
        if (!rights.owners().requireWithin(above, record.getGrantsList())) {
            return Optional.empty();
        }
        Shadows.require(caller, tenant, TokenRecord.getDefaultInstance(), record.build());
        newTokens.requireFree(tenant, record);
        if (request.getValidateOnly()) {
            return Optional.of(new Held<>(newTokens.preview(above, record.build()), Optional.empty()));
        }
        NewTokens.Made made = newTokens.prepare(
                above, record, marked, new NewTokens.By(caller, request.getRequestId(), request.getRecipientJwk()));
        Effects.Done done = newTokens.commit(made);
        if (done.conflict().isEmpty()) {
            return Optional.of(held(request, made.response(), done.times()));
        }
        // The same request may have come twice at once: then the name is taken by itself.
        boolean nameTaken = done.conflict().get() == Commit.Expected.NAME
                && marked.flatMap(marks::made).isEmpty();
        if (nameTaken) {
            throw nameTaken(tenant, record.getDisplayName());
        }
        return Optional.empty();
    }

    private Held<CreateTokenResponse> repeated(
            CreateTokenRequest request, Entry<TenantRecord> tenant, RequestMarks.Made made) {
        FieldChecks checks = new FieldChecks();
        Optional<TokenName> parsed = ResourceNames.token(checks, "request_id", made.name());
        checks.finish();
        Entry<TokenRecord> token = tokens.find(tenant, parsed.orElseThrow());
        CreateTokenResponse.Builder response = CreateTokenResponse.newBuilder()
                .setToken(TokenMessages.token(tokens.above(tenant, token), token, newTokens.timestamp()));
        if (made.jwe().isEmpty()) {
            response.setSecretWithheld(true);
        } else {
            response.setJwe(made.jwe());
        }
        return held(request, response.build(), newTokens.known(token));
    }

    private static Held<CreateTokenResponse> held(
            CreateTokenRequest request, CreateTokenResponse response, Times times) {
        CreateTokenResponse.Builder told = response.toBuilder().setDurability(times.visibleDurability());
        times.effective().ifPresent(time -> told.setEffectiveTime(RecordWrites.timestamp(time)));
        return new Held<>(told.build(), times.until(!request.hasWait() || request.getWait()));
    }

    private TokenRecord.Builder record(Token token, Above above, List<GrantRecord> grants) {
        TenantRecord tenant = above.tenant().payload();
        TokenRecord.Builder record = TokenRecord.newBuilder()
                .setTenantUid(CatalogMessages.bytes(above.tenant().uid()))
                .setTenantRevocations(tenant.getRevocations())
                .setState(TokenRecord.State.ACTIVE)
                .setRevokeReason(RevokeReason.REVOKE_REASON_UNSPECIFIED_VALUE)
                .addAllGrants(grants.isEmpty() ? defaultGrants(tenant, token.getType()) : grants);
        TokenMessages.put(record, token);
        above.owner().ifPresent(owner -> own(record, owner));
        if (!record.hasExpireTime() && tenant.hasDefaultLifetime()) {
            record.setExpireTime(Timestamps.add(newTokens.timestamp(), tenant.getDefaultLifetime()));
        }
        return record;
    }

    /** Gives a token to an owner: what was revoked of theirs before does not concern it. */
    static void own(TokenRecord.Builder token, Entry<OwnerRecord> owner) {
        token.setOwner(OwnerReference.newBuilder()
                        .setId(owner.payload().getId())
                        .setUid(CatalogMessages.bytes(owner.uid())))
                .setOwnerRevocations(owner.payload().getRevocations());
    }

    private static List<GrantRecord> defaultGrants(TenantRecord tenant, String type) {
        return tenant.getTokenTypesList().stream()
                .filter(one -> one.getId().equals(type))
                .findFirst()
                .map(TokenTypeRecord::getDefaultGrantsList)
                .orElse(List.of());
    }

    static AdminException nameTaken(Entry<TenantRecord> tenant, String displayName) {
        return new AdminException(new AdminFailure.Taken(
                ErrorReason.NAME_TAKEN,
                ResourceType.TOKEN,
                ResourceNames.tenant(tenant.payload().getId()) + " display_name " + displayName));
    }
}
