package io.keywarden.admin;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.MessageLite;
import io.keywarden.admin.v1.CreateTokenResponse;
import io.keywarden.store.Commit;
import io.keywarden.store.RecordKey;
import io.keywarden.store.RecordWriter.Outcome;
import io.keywarden.store.StoredRecord;
import io.keywarden.store.v1.AliasRecord.Namespace;
import io.keywarden.store.v1.GrantRecord;
import io.keywarden.store.v1.OwnerRecord;
import io.keywarden.store.v1.OwnerReference;
import io.keywarden.store.v1.TenantRecord;
import io.keywarden.store.v1.TokenRecord;
import io.keywarden.token.TokenId;
import io.keywarden.token.Uid;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** Owners of tenant {@code acme}, and tokens of theirs, written past the commands. */
final class OwnedTokens {
    private static final Caller TEST = new Caller("test", "", Rights.EVERYTHING);

    private final AdminHarness admin;
    private final RecordWrites writes;

    OwnedTokens(AdminHarness admin) {
        this.admin = admin;
        this.writes = new RecordWrites(admin.keys.signer(), admin.clock);
    }

    /** Makes an owner. */
    Entry<OwnerRecord> owner(String id, List<GrantRecord> grants) {
        Entry<TenantRecord> tenant = acme();
        Uid uid = Uid.random(admin.random);
        OwnerRecord record = OwnerRecord.newBuilder()
                .setId(id)
                .setTenantUid(CatalogMessages.bytes(tenant.uid()))
                .addAllGrants(grants)
                .setState(OwnerRecord.State.ACTIVE)
                .build();
        RecordKey key = RecordKey.owner(tenant.stored().key().slot(), uid);
        RecordWrites.Write write = writes.first(key, uid, record, event());
        commit(write);
        return new Entry<>(write.record(), record);
    }

    /** Gives a new token with the grants of {@link Fixtures#token} to an owner; answers its text. */
    CreateTokenResponse token(String displayName, Entry<OwnerRecord> owner) {
        CreateTokenResponse made = Fixtures.make(admin, Fixtures.createToken(Fixtures.token(displayName)));
        changeToken(
                made.getToken().getName(),
                token -> token.setOwner(OwnerReference.newBuilder()
                        .setId(owner.payload().getId())
                        .setUid(CatalogMessages.bytes(owner.uid()))));
        return made;
    }

    void changeToken(String name, UnaryOperator<TokenRecord.Builder> change) {
        StoredRecord stored = admin.record(RecordKey.token(new TokenId(name.substring(name.lastIndexOf('/') + 1))))
                .orElseThrow();
        TokenRecord.Builder record = Entry.of(stored, TokenRecord.parser()).payload().toBuilder();
        next(stored, change.apply(record).build());
    }

    void changeOwner(Entry<OwnerRecord> owner, UnaryOperator<OwnerRecord.Builder> change) {
        StoredRecord stored = admin.record(owner.stored().key()).orElseThrow();
        next(stored, change.apply(owner.payload().toBuilder()).build());
    }

    void changeTenant(UnaryOperator<TenantRecord.Builder> change) {
        Entry<TenantRecord> tenant = acme();
        next(tenant.stored(), change.apply(tenant.payload().toBuilder()).build());
    }

    Entry<TenantRecord> acme() {
        return tenant("acme");
    }

    Entry<TenantRecord> tenant(String id) {
        AdminStore store = admin.fresh();
        Claims claims = new Claims(store, writes, new io.keywarden.store.Aliases(admin.keys.tagKeys()), admin.random);
        return claims.find(new Claims.Name(Namespace.TENANT_ID, id))
                .map(stored -> Entry.of(stored, TenantRecord.parser()))
                .orElseThrow();
    }

    private void next(StoredRecord before, MessageLite payload) {
        commit(writes.next(before, payload, event()));
    }

    private void commit(RecordWrites.Write write) {
        Commit commit = new Commit(
                write.record().key().slot(),
                Commit.Urgency.GROWS,
                List.of(write.change()),
                List.of(),
                List.of(),
                List.of(write.event()),
                Optional.empty());
        Outcome outcome = admin.store
                .commit(commit, Duration.ofSeconds(1))
                .toCompletableFuture()
                .join();
        assertThat(outcome).isInstanceOf(Outcome.Committed.class);
    }

    private static EventDraft event() {
        return new EventDraft(TEST, "", "Test", List.of());
    }
}
