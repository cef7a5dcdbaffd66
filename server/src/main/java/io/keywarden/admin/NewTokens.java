package io.keywarden.admin;

import com.google.protobuf.Timestamp;
import io.keywarden.admin.ResourceNames.TokenName;
import io.keywarden.admin.v1.CreateTokenRequest;
import io.keywarden.admin.v1.CreateTokenResponse;
import io.keywarden.store.Commit;
import io.keywarden.store.Commit.Listing;
import io.keywarden.store.Commit.NameClaim;
import io.keywarden.store.Commit.NewMark;
import io.keywarden.store.Commit.RecordChange;
import io.keywarden.store.IndexKey;
import io.keywarden.store.RecordKey;
import io.keywarden.store.v1.TenantRecord;
import io.keywarden.store.v1.TokenRecord;
import io.keywarden.token.SlotTag;
import java.util.List;
import java.util.Optional;

/** Writes new tokens: record, name, list entry, history and what is kept of the request, in one step. */
final class NewTokens {
    private final AdminStore store;
    private final Effects effects;
    private final RecordWrites writes;
    private final TokenIssuer issuer;
    private final Fingerprints fingerprints;

    NewTokens(AdminStore store, Effects effects, RecordWrites writes, TokenIssuer issuer, Fingerprints fingerprints) {
        this.store = store;
        this.effects = effects;
        this.writes = writes;
        this.issuer = issuer;
        this.fingerprints = fingerprints;
    }

    /**
     * A token that is ready to be written.
     *
     * @param commit the commit
     * @param write the record in it
     * @param response what the caller is answered if it is written
     */
    record Made(Commit commit, RecordWrites.Write write, CreateTokenResponse response) {
        @Override
        public String toString() {
            return "Made[hidden]";
        }
    }

    /**
     * By which call.
     *
     * @param caller who calls
     * @param requestId the call's request_id; empty text where there is none
     */
    record By(Caller caller, String requestId) {}

    /** The time now. */
    Timestamp timestamp() {
        return writes.timestamp();
    }

    /** How a request is known again; empty where it has no request_id, or writes nothing. */
    Optional<RequestMarks.Marked> marked(CreateTokenRequest request, Entry<TenantRecord> tenant, Caller caller) {
        if (request.getRequestId().isEmpty() || request.getValidateOnly()) {
            return Optional.empty();
        }
        return Optional.of(new RequestMarks.Marked(
                tenant.stored().key().slot(),
                fingerprints.markId(caller, tenant.uid(), request.getRequestId()),
                Fingerprints.content(request.getParent(), request.getToken())));
    }

    /** What would be made; nothing is. */
    CreateTokenResponse preview(Entry<TenantRecord> tenant, TokenRecord record) {
        Optional<String> holder = store.holder(names(tenant), record.getDisplayName());
        if (holder.isPresent()) {
            throw CreateToken.nameTaken(tenant, record.getDisplayName());
        }
        return CreateTokenResponse.newBuilder()
                .setToken(TokenMessages.contents(tenant.payload(), record, timestamp()))
                .build();
    }

    /** Makes a token's id and secret, and the commit that writes it. */
    Made prepare(Entry<TenantRecord> tenant, TokenRecord.Builder fields, Optional<RequestMarks.Marked> marked, By by) {
        Timestamp now = timestamp();
        TokenIssuer.Issued issued = issuer.issue(tenant);
        TokenRecord record = fields.clone()
                .setId(issued.id().text())
                .addSecrets(issued.digest().toBuilder().setCreateTime(now))
                .setCreateTime(now)
                .setUpdateTime(now)
                .build();
        TokenName name = new TokenName(tenant.payload().getId(), issued.id());
        EventDraft event = new EventDraft(
                by.caller(),
                by.requestId(),
                "CreateToken",
                FieldDiff.created(TokenMessages.contents(tenant.payload(), record, now)));
        RecordWrites.Write write = writes.first(RecordKey.token(issued.id()), issued.uid(), record, event);
        Optional<NewMark> mark = marked.map(request -> request.mark(name.text()));
        CreateTokenResponse response = CreateTokenResponse.newBuilder()
                .setToken(TokenMessages.token(tenant.payload(), new Entry<>(write.record(), record), now))
                .setPlain(SecretDelivery.plain(tenant.payload(), issued.id(), issued.secret()))
                .build();
        return new Made(commit(tenant, record, write, mark), write, response);
    }

    /** Writes it. */
    Effects.Done commit(Made made) {
        return effects.commit(made.commit(), Effects.Effect.made(made.write(), KnownAge.NOTHING_KNOWN));
    }

    /** What is known of the making of a token that is there already. */
    Times known(Entry<TokenRecord> token) {
        return effects.known(token.stored().key(), 1, KnownAge.NOTHING_KNOWN);
    }

    private Commit commit(
            Entry<TenantRecord> tenant, TokenRecord record, RecordWrites.Write write, Optional<NewMark> mark) {
        SlotTag slot = tenant.stored().key().slot();
        String member = TokenPages.member(writes.now(), record.getId());
        return new Commit(
                slot,
                Commit.Urgency.GROWS,
                List.of(RecordChange.unchanged(tenant.stored()), write.change()),
                List.of(new NameClaim(names(tenant), record.getDisplayName(), record.getId())),
                List.of(new Listing(IndexKey.tokens(slot, tenant.uid()), member, true)),
                List.of(write.event()),
                mark);
    }

    private static IndexKey names(Entry<TenantRecord> tenant) {
        return IndexKey.tokenNames(tenant.stored().key().slot(), tenant.uid());
    }
}
