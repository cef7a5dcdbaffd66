package io.keywarden.admin;

import com.google.protobuf.Timestamp;
import io.keywarden.admin.ResourceNames.TokenName;
import io.keywarden.admin.TokenChange.Decision;
import io.keywarden.admin.TokenChange.With;
import io.keywarden.admin.v1.Token;
import io.keywarden.admin.v1.UpdateTokenRequest;
import io.keywarden.admin.v1.UpdateTokenResponse;
import io.keywarden.store.Commit;
import io.keywarden.store.Commit.NameClaim;
import io.keywarden.store.Commit.RecordChange;
import io.keywarden.store.IndexKey;
import io.keywarden.store.v1.GrantRecord;
import io.keywarden.store.v1.SecretDigest;
import io.keywarden.store.v1.TenantRecord;
import io.keywarden.store.v1.TokenRecord;
import io.keywarden.token.TokenId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Changes a token. */
final class UpdateToken {
    private static final String GRANTS = "grants";

    private final TokenChange change;
    private final CreateToken.Rights rights;
    private final Names names;
    private final RotationSchedule schedule;
    private final RecordWrites writes;

    UpdateToken(
            TokenChange change,
            CreateToken.Rights rights,
            Names names,
            RotationSchedule schedule,
            RecordWrites writes) {
        this.change = change;
        this.rights = rights;
        this.names = names;
        this.schedule = schedule;
        this.writes = writes;
    }

    /**
     * What knows which names are taken.
     *
     * @param store display names
     * @param aliases credential ids
     */
    record Names(AdminStore store, TokenAliases aliases) {}

    Held<UpdateTokenResponse> run(UpdateTokenRequest request, Caller caller) {
        FieldChecks checks = new FieldChecks();
        Token given = request.getToken();
        Optional<TokenName> name = ResourceNames.token(checks, "token.name", given.getName());
        ResourceUpdate mask = ResourceUpdate.of(checks, request.getUpdateMask(), given);
        checks.finish();
        TokenChange.Order order = new TokenChange.Order(
                name.orElseThrow().text(),
                given.getEtag(),
                "UpdateToken",
                "",
                after -> JournalRule.NONE,
                request.getValidateOnly());
        Written<Token> written = change.run(order, caller, found -> decide(found, given, mask));
        UpdateTokenResponse.Builder response = UpdateTokenResponse.newBuilder().setToken(written.value());
        if (!request.getValidateOnly()) {
            response.setDurability(written.times().visibleDurability());
        }
        written.times().effective().ifPresent(time -> response.setEffectiveTime(RecordWrites.timestamp(time)));
        return new Held<>(response.build(), written.times().until(request.getWait()));
    }

    /** Empty where another writer came between. */
    private Optional<Decision> decide(TokenFinder.Found found, Token given, ResourceUpdate mask) {
        TokenRecord before = found.token().payload();
        TokenChange.requireNotDeleted(found, given.getName());
        TokenChange.requireNotRevoked(found, given.getName());
        Timestamp now = writes.timestamp();
        TenantRecord tenant = found.above().tenant().payload();
        Token stored = TokenMessages.contents(tenant.getId(), before, now).build();
        FieldChecks checks = new FieldChecks();
        mask.requireUnchanged(checks, "token", stored, given);
        Token merged = mask.merge(stored, given, Token.class);
        TokenChecks.check(checks, merged, tenant.getId());
        TokenRuleChecks.inTenant(
                checks, merged, tenant, new TokenRuleChecks.Times(before.getCreateTime(), now), mask::sets);
        Optional<List<GrantRecord>> resolved = mask.sets(GRANTS) && checks.areClean()
                ? rights.resolve(checks, found.above().tenant(), given.getGrantsList())
                : Optional.of(before.getGrantsList());
        if (resolved.isEmpty()) {
            return Optional.empty();
        }
        List<GrantRecord> grants = resolved.get();
        checks.finish();
        TokenRecord.Builder after = before.toBuilder();
        TokenMessages.put(after, merged);
        after.clearGrants().addAllGrants(grants);
        if (after.build().equals(before)) {
            return Optional.of(Decision.already(found));
        }
        TokenChange.requireMutable(found, given.getName());
        RotationSchedule.requireConsumer(tenant, after, given.getName());
        secrets(before, after, now);
        if (mask.sets(GRANTS) && !rights.owners().requireWithin(found.above(), grants)) {
            return Optional.empty();
        }
        return rights.catalog()
                .stored(tenant.getCatalog(), grants)
                .flatMap(modules -> decision(found, after, new TokenNarrowing(modules.values())));
    }

    /** Whoever had the key before gets no more, and another policy begins now. */
    private void secrets(TokenRecord before, TokenRecord.Builder after, Timestamp now) {
        if (!after.getDeliveryJwk().equals(before.getDeliveryJwk())) {
            after.getSecretsBuilderList().forEach(SecretDigest.Builder::clearJwe);
        }
        if (!after.getRotationPeriod().equals(before.getRotationPeriod())) {
            schedule.plan(after, now);
        }
    }

    private Optional<Decision> decision(TokenFinder.Found found, TokenRecord.Builder after, TokenNarrowing narrowing) {
        TokenRecord before = found.token().payload();
        List<RecordChange> records = new ArrayList<>();
        credentialId(found, after.getCredentialId(), records);
        With with = new With(true, records, names(found, after.getDisplayName()), List.of());
        Commit.Urgency urgency =
                narrowing.narrows(before, after.build()) ? Commit.Urgency.NARROWS : Commit.Urgency.GROWS;
        return Optional.of(new Decision(Optional.of(after), urgency, with, found.above()));
    }

    private void credentialId(TokenFinder.Found found, String wanted, List<RecordChange> records) {
        Entry<TenantRecord> tenant = found.above().tenant();
        TokenRecord before = found.token().payload();
        if (wanted.equals(before.getCredentialId())) {
            return;
        }
        TokenAliases.Of of =
                new TokenAliases.Of(new TokenId(before.getId()), found.token().uid());
        if (!before.getCredentialId().isEmpty()) {
            records.addAll(names.aliases().release(tenant, before.getCredentialId(), of));
        }
        if (!wanted.isEmpty()) {
            names.aliases().requireFree(tenant, wanted);
            records.addAll(names.aliases().claim(tenant, wanted, of));
        }
    }

    private List<NameClaim> names(TokenFinder.Found found, String wanted) {
        TokenRecord before = found.token().payload();
        if (wanted.equals(before.getDisplayName())) {
            return List.of();
        }
        Entry<TenantRecord> tenant = found.above().tenant();
        IndexKey taken = IndexKey.tokenNames(tenant.stored().key().slot(), tenant.uid());
        if (names.store().holder(taken, wanted).isPresent()) {
            throw CreateToken.nameTaken(tenant, wanted);
        }
        return List.of(
                NameClaim.release(taken, before.getDisplayName(), before.getId()),
                new NameClaim(taken, wanted, before.getId()));
    }
}
