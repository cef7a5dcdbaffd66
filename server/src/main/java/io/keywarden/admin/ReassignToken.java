package io.keywarden.admin;

import io.keywarden.admin.ResourceNames.TokenName;
import io.keywarden.admin.TokenChange.Decision;
import io.keywarden.admin.TokenChange.With;
import io.keywarden.admin.v1.ReassignTokenRequest;
import io.keywarden.admin.v1.ReassignTokenResponse;
import io.keywarden.admin.v1.Token;
import io.keywarden.store.Commit;
import io.keywarden.store.Commit.Listing;
import io.keywarden.store.Commit.RecordChange;
import io.keywarden.store.IndexKey;
import io.keywarden.store.v1.OwnerRecord;
import io.keywarden.store.v1.TokenRecord;
import io.keywarden.token.SlotTag;
import io.keywarden.token.Uid;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Gives a token to another owner, or to nobody. */
final class ReassignToken {
    private final TokenChange change;
    private final OwnerChoice owners;

    ReassignToken(TokenChange change, OwnerChoice owners) {
        this.change = change;
        this.owners = owners;
    }

    Held<ReassignTokenResponse> run(ReassignTokenRequest request, Caller caller) {
        FieldChecks checks = new FieldChecks();
        Optional<TokenName> name = ResourceNames.token(checks, "name", request.getName());
        OwnerChoice.check(checks, "owner", name.map(TokenName::tenant).orElse(""), request.getOwner());
        checks.finish();
        TokenChange.Order order =
                new TokenChange.Order(request.getName(), request.getEtag(), "ReassignToken", JournalRule.NONE);
        Written<Token> written = change.run(order, caller, found -> decide(found, request));
        ReassignTokenResponse.Builder response = ReassignTokenResponse.newBuilder()
                .setToken(written.value())
                .setDurability(written.times().visibleDurability());
        written.times().effective().ifPresent(time -> response.setEffectiveTime(RecordWrites.timestamp(time)));
        return new Held<>(response.build(), written.times().until(request.getWait()));
    }

    /** Empty where another writer changes the catalog at this moment. */
    private Optional<Decision> decide(TokenFinder.Found found, ReassignTokenRequest request) {
        TokenChange.requireNotDeleted(found, request.getName());
        TokenChange.requireNotRevoked(found, request.getName());
        TokenRecord before = found.token().payload();
        Above above =
                new Above(found.above().tenant(), owners.choose(found.above().tenant(), request.getOwner()));
        boolean same = above.owner()
                .map(owner -> CatalogMessages.bytes(owner.uid())
                        .equals(before.getOwner().getUid()))
                .orElse(!before.hasOwner());
        if (same) {
            return Optional.of(Decision.already(found));
        }
        TokenChange.requireMutable(found, request.getName());
        if (!owners.requireWithin(above, before.getGrantsList())) {
            return Optional.empty();
        }
        TokenRecord.Builder after = before.toBuilder().clearOwner().clearOwnerRevocations();
        above.owner().ifPresent(owner -> CreateToken.own(after, owner));
        // The former owner too: while they are what was read, the token was not revoked with their others.
        List<RecordChange> former = found.above().owner().stream()
                .map(owner -> RecordChange.unchanged(owner.stored()))
                .toList();
        With with = new With(true, former, List.of(), listings(before, above));
        return Optional.of(new Decision(Optional.of(after), Commit.Urgency.GROWS, with, above));
    }

    private static List<Listing> listings(TokenRecord before, Above above) {
        SlotTag slot = above.tenant().stored().key().slot();
        String member = TokenPages.member(before);
        List<Listing> listings = new ArrayList<>();
        if (before.hasOwner()) {
            Uid former = Uid.of(before.getOwner().getUid().toByteArray());
            listings.add(new Listing(IndexKey.ownerTokens(slot, former), member, false));
        }
        Optional<Uid> next = above.owner().map(Entry<OwnerRecord>::uid);
        next.ifPresent(uid -> listings.add(new Listing(IndexKey.ownerTokens(slot, uid), member, true)));
        return listings;
    }
}
