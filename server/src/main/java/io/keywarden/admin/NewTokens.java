package io.keywarden.admin;

import com.google.protobuf.ByteString;
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
import io.keywarden.store.v1.SecretDigest;
import io.keywarden.store.v1.TenantRecord;
import io.keywarden.store.v1.TokenRecord;
import io.keywarden.store.v1.TokenRecordOrBuilder;
import io.keywarden.token.SlotTag;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Writes new tokens: record, name, list entry, history and what is kept of the request, in one step. */
final class NewTokens {
    private final AdminStore store;
    private final Effects effects;
    private final RecordWrites writes;
    private final TokenIssuer issuer;
    private final TokenAliases aliases;
    private final Secrets secrets;
    private final Fingerprints fingerprints;

    NewTokens(Writing writing, TokenIssuer issuer, TokenAliases aliases, Secrets secrets, Fingerprints fingerprints) {
        this.store = writing.store();
        this.effects = writing.effects();
        this.writes = writing.writes();
        this.issuer = issuer;
        this.aliases = aliases;
        this.secrets = secrets;
        this.fingerprints = fingerprints;
    }

    /**
     * What it writes with.
     *
     * @param store the store
     * @param effects makes commits
     * @param writes prepares them
     */
    record Writing(AdminStore store, Effects effects, RecordWrites writes) {}

    /**
     * What becomes of secrets.
     *
     * @param forms in which forms they are kept
     * @param schedule when they are replaced by themselves
     */
    record Secrets(SecretForms forms, RotationSchedule schedule) {}

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
     * @param recipientJwk the key of who is to get the secret; empty text to tell it in the clear
     */
    record By(Caller caller, String requestId, String recipientJwk) {}

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
                fingerprints.markIds(caller, tenant.uid(), request.getRequestId()),
                content(request)));
    }

    private static ByteString content(CreateTokenRequest request) {
        String recipient = request.getRecipientJwk();
        String parent = recipient.isEmpty() ? request.getParent() : request.getParent() + " " + recipient;
        return Fingerprints.content(parent, request.getToken());
    }

    /** Throws where the credential id of a token that is to be made is taken. */
    void requireFree(Entry<TenantRecord> tenant, TokenRecordOrBuilder record) {
        if (!record.getCredentialId().isEmpty()) {
            aliases.requireFree(tenant, record.getCredentialId());
        }
    }

    /** What would be made; nothing is. */
    CreateTokenResponse preview(Above above, TokenRecord record) {
        Optional<String> holder = store.holder(names(above.tenant()), record.getDisplayName());
        if (holder.isPresent()) {
            throw CreateToken.nameTaken(above.tenant(), record.getDisplayName());
        }
        return CreateTokenResponse.newBuilder()
                .setToken(TokenMessages.shown(above, record, timestamp()))
                .build();
    }

    /** Makes a token's id and secret, and the commit that writes it. */
    Made prepare(Above above, TokenRecord.Builder fields, Optional<RequestMarks.Marked> marked, By by) {
        Timestamp now = timestamp();
        Entry<TenantRecord> tenant = above.tenant();
        TokenIssuer.Issued issued = issuer.issue(tenant);
        Optional<RecordChange> alone =
                aliases.ofSecret(tenant, issued.secret(), new TokenAliases.Of(issued.id(), issued.uid()));
        SecretForms.Named secret = new SecretForms.Named(
                tenant, issued.id(), issued.uid(), issued.digest().getNumber(), issued.secret());
        SecretDigest digest = secrets.forms().kept(issued.digest(), secret, fields.getDeliveryJwk());
        TokenRecord.Builder made = fields.clone()
                .setId(issued.id().text())
                .addSecrets(TokenSecrets.dated(digest, alone, now))
                .setCreateTime(now)
                .setUpdateTime(now);
        secrets.schedule().plan(made, now);
        TokenRecord record = made.build();
        TokenName name = new TokenName(tenant.payload().getId(), issued.id());
        EventDraft event = new EventDraft(
                by.caller(),
                by.requestId(),
                "CreateToken",
                FieldDiff.created(TokenMessages.contents(tenant.payload().getId(), record, now)
                        .build()));
        RecordWrites.Write write = writes.first(RecordKey.token(issued.id()), issued.uid(), record, event);
        SecretForms.Told told = SecretForms.told(secret, by.recipientJwk());
        Optional<NewMark> mark = marked.map(request -> request.mark(name.text(), told.jwe()));
        CreateTokenResponse.Builder response = CreateTokenResponse.newBuilder()
                .setToken(TokenMessages.token(above, new Entry<>(write.record(), record), now));
        told.plain().ifPresentOrElse(response::setPlain, () -> response.setJwe(told.jwe()));
        List<RecordChange> names = new ArrayList<>(alone.stream().toList());
        if (!record.getCredentialId().isEmpty()) {
            names.addAll(
                    aliases.claim(tenant, record.getCredentialId(), new TokenAliases.Of(issued.id(), issued.uid())));
        }
        return new Made(commit(above, record, names, write, mark), write, response.build());
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
            Above above,
            TokenRecord record,
            List<RecordChange> names,
            RecordWrites.Write write,
            Optional<NewMark> mark) {
        Entry<TenantRecord> tenant = above.tenant();
        SlotTag slot = tenant.stored().key().slot();
        List<RecordChange> records = new ArrayList<>(above.unchanged());
        records.add(write.change());
        records.addAll(names);
        String member = TokenPages.member(record);
        List<Listing> listings = new ArrayList<>();
        listings.add(new Listing(IndexKey.tokens(slot, tenant.uid()), member, true));
        listings.addAll(RotationSchedule.listings(tenant, Optional.empty(), record));
        above.owner()
                .ifPresent(owner -> listings.add(new Listing(IndexKey.ownerTokens(slot, owner.uid()), member, true)));
        return new Commit(
                slot,
                Commit.Urgency.GROWS,
                records,
                List.of(new NameClaim(names(tenant), record.getDisplayName(), record.getId())),
                listings,
                List.of(write.event()),
                mark);
    }

    private static IndexKey names(Entry<TenantRecord> tenant) {
        return IndexKey.tokenNames(tenant.stored().key().slot(), tenant.uid());
    }
}
