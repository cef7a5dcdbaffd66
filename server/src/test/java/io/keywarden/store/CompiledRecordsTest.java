package io.keywarden.store;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.Message;
import io.keywarden.credential.HmacKeys;
import io.keywarden.policy.Reason;
import io.keywarden.store.v1.AliasRecord;
import io.keywarden.store.v1.CatalogRecord;
import io.keywarden.store.v1.CatalogReference;
import io.keywarden.store.v1.GrantRecord;
import io.keywarden.store.v1.ModuleRecord;
import io.keywarden.store.v1.ModuleReference;
import io.keywarden.store.v1.StoredAction;
import io.keywarden.store.v1.TenantRecord;
import io.keywarden.store.v1.TokenRecord;
import io.keywarden.token.Action;
import io.keywarden.token.CredentialSource;
import io.keywarden.token.Grant;
import io.keywarden.token.OutagePolicy;
import io.keywarden.token.SlotTag;
import io.keywarden.token.Tenant;
import io.keywarden.token.TenantRef;
import io.keywarden.token.TenantRules;
import io.keywarden.token.Token;
import io.keywarden.token.TokenId;
import io.keywarden.token.TokenState;
import io.keywarden.token.Uid;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class CompiledRecordsTest {
    private static final Duration LIMIT = Duration.ofSeconds(5);

    private final SecureRandom random = new SecureRandom();
    private final Records records = new Records();
    private final InMemoryStore store = new InMemoryStore(InstantSource.system());
    private final Aliases aliases = new Aliases(new HmacKeys(1, Map.of(1, new byte[32])));
    private final SlotTag slot = new SlotTag("a8Z");
    private final Uid tenantUid = Uid.random(random);
    private final Uid catalogUid = Uid.random(random);
    private final Uid moduleUid = Uid.random(random);
    private final TokenId tokenId = new TokenId("a8Z0123456789abcdefghijklm");
    private final Tenant.CatalogRef catalogRef = new Tenant.CatalogRef(catalogUid, slot);
    /** Runs once, between a read and the next one. */
    private final AtomicReference<Runnable> meanwhile = new AtomicReference<>(() -> {});

    private final RecordReader interrupted = (keys, limit) -> {
        CompletionStage<RecordReader.Fetched> answer = store.fetch(keys, limit);
        meanwhile.getAndSet(() -> {}).run();
        return answer;
    };
    private final CompiledRecords compiled = new CompiledRecords(
            VerifiedReader.of(interrupted, records.opener(), new HighWater(100), Optional.empty()), aliases);

    @BeforeEach
    void found() {
        records.found(store, Uid.random(random));
    }

    @Test
    void tenantOfHost_claimed_leadsToTheTenant() {
        put(aliases.key(AliasRecord.Namespace.HOST, "api.example.com"), Uid.random(random), 1, host("api.example.com"));

        assertThat(now(compiled.tenantOfHost("api.example.com", LIMIT)))
                .isEqualTo(new Lookup.Found<>(new TenantRef(tenantUid, slot)));
        assertThat(now(compiled.tenantOfHost("other.example.com", LIMIT))).isEqualTo(new Lookup.NotFound<>());
    }

    @Test
    void tenantOfHost_aliasOfAnotherName_internal() {
        put(
                aliases.key(AliasRecord.Namespace.HOST, "api.example.com"),
                Uid.random(random),
                1,
                host("else.example.com"));

        assertThat(reason(compiled.tenantOfHost("api.example.com", LIMIT))).isEqualTo(Reason.INTERNAL);
    }

    @Test
    void tenant_withoutSources_hasTheDefaultOnes() {
        put(RecordKey.tenant(slot, tenantUid), tenantUid, 1, tenant(TenantRecord.State.ACTIVE));

        assertThat(now(compiled.tenant(new TenantRef(tenantUid, slot), LIMIT)))
                .isEqualTo(new Lookup.Found<>(new Tenant(
                        tenantUid,
                        "acme",
                        true,
                        List.of(),
                        catalogRef,
                        CredentialSource.DEFAULTS,
                        OutagePolicy.ERROR,
                        TenantRules.DEFAULT)));
    }

    @Test
    void tenant_stateNotKnown_internalAndNotActive() {
        put(RecordKey.tenant(slot, tenantUid), tenantUid, 1, tenant(TenantRecord.State.STATE_UNSPECIFIED));

        assertThat(reason(compiled.tenant(new TenantRef(tenantUid, slot), LIMIT)))
                .isEqualTo(Reason.INTERNAL);
    }

    @Test
    void token_asIssued_compiled() {
        Uid uid = Uid.random(random);
        put(RecordKey.token(tokenId), uid, 1, token(TokenRecord.State.REVOKED).build());

        Token token = ((Lookup.Found<Token>) now(compiled.token(tokenId, LIMIT))).value();
        assertThat(token.id()).isEqualTo(tokenId);
        assertThat(token.uid()).isEqualTo(uid);
        assertThat(token.tenantUid()).isEqualTo(tenantUid);
        assertThat(token.state()).isEqualTo(TokenState.REVOKED);
        assertThat(token.times().expires()).isEmpty();
        assertThat(token.grants()).containsExactly(new Grant.OfAllModules(Set.of(Action.READ)));
    }

    @Test
    void token_grantNotUnderstood_internal() {
        TokenRecord odd = token(TokenRecord.State.ACTIVE)
                .addGrants(GrantRecord.getDefaultInstance())
                .build();
        put(RecordKey.token(tokenId), Uid.random(random), 1, odd);

        assertThat(reason(compiled.token(tokenId, LIMIT))).isEqualTo(Reason.INTERNAL);
    }

    @Test
    void token_recordOfAnotherId_internal() {
        TokenRecord other = token(TokenRecord.State.ACTIVE)
                .setId("a8Z0123456789abcdefghijkXX")
                .build();
        put(RecordKey.token(tokenId), Uid.random(random), 1, other);

        assertThat(reason(compiled.token(tokenId, LIMIT))).isEqualTo(Reason.INTERNAL);
    }

    @Test
    void catalog_withModule_compiledOnceUntilItChanges() {
        putCatalog(1, 1);

        Object first = now(compiled.catalog(catalogRef, LIMIT));
        assertThat(first).isInstanceOf(Lookup.Found.class).isEqualTo(now(compiled.catalog(catalogRef, LIMIT)));

        putCatalog(2, 2);
        assertThat(now(compiled.catalog(catalogRef, LIMIT)))
                .isInstanceOf(Lookup.Found.class)
                .isNotEqualTo(first);
    }

    @Test
    void catalog_missing_notFound() {
        assertThat(now(compiled.catalog(catalogRef, LIMIT))).isEqualTo(new Lookup.NotFound<>());
    }

    @Test
    void catalog_changedBetweenItsReads_readAgain() {
        putCatalog(1, 1);
        meanwhile.set(() -> putCatalog(2, 2));

        assertThat(now(compiled.catalog(catalogRef, LIMIT))).isInstanceOf(Lookup.Found.class);
    }

    @Test
    void catalog_moduleStaysNewer_unavailable() {
        putCatalog(1, 1);
        putModule(2);

        assertThat(reason(compiled.catalog(catalogRef, LIMIT))).isEqualTo(Reason.STORE_UNAVAILABLE);
    }

    @Test
    void catalog_moduleStaysOlder_tampered() {
        putCatalog(1, 2);
        putModule(1);

        assertThat(reason(compiled.catalog(catalogRef, LIMIT))).isEqualTo(Reason.RECORD_TAMPERED);
    }

    @Test
    void catalog_moduleMissing_tampered() {
        putCatalog(1, 1);
        store.overwrite(RecordKey.module(slot, moduleUid), Optional.empty());

        assertThat(reason(compiled.catalog(catalogRef, LIMIT))).isEqualTo(Reason.RECORD_TAMPERED);
    }

    private void putCatalog(long version, long moduleVersion) {
        ModuleReference reference = ModuleReference.newBuilder()
                .setId("orders")
                .setUid(bytes(moduleUid))
                .setVersion(moduleVersion)
                .build();
        put(
                RecordKey.catalog(slot, catalogUid),
                catalogUid,
                version,
                CatalogRecord.newBuilder()
                        .setId("shop")
                        .setSlot(slot.text())
                        .addModules(reference)
                        .build());
        putModule(moduleVersion);
    }

    private void putModule(long version) {
        put(
                RecordKey.module(slot, moduleUid),
                moduleUid,
                version,
                ModuleRecord.newBuilder()
                        .setId("orders")
                        .setDisplayName("version " + version)
                        .build());
    }

    private AliasRecord host(String text) {
        return AliasRecord.newBuilder()
                .setNamespace(AliasRecord.Namespace.HOST)
                .setText(text)
                .setTargetUid(bytes(tenantUid))
                .setTargetSlot(slot.text())
                .build();
    }

    private TenantRecord tenant(TenantRecord.State state) {
        return TenantRecord.newBuilder()
                .setId("acme")
                .setSlot(slot.text())
                .setCatalog(CatalogReference.newBuilder()
                        .setId("shop")
                        .setUid(bytes(catalogUid))
                        .setSlot(slot.text()))
                .setState(state)
                .build();
    }

    private TokenRecord.Builder token(TokenRecord.State state) {
        return TokenRecord.newBuilder()
                .setId(tokenId.text())
                .setTenantUid(bytes(tenantUid))
                .setState(state)
                .addGrants(GrantRecord.newBuilder().setAllModules(true).addActions(StoredAction.READ));
    }

    private void put(RecordKey key, Uid uid, long version, Message payload) {
        StoredRecord.Draft draft =
                new StoredRecord.Draft(key, uid, version, StoredRecord.ChainHead.EMPTY, payload.toByteString());
        store.overwrite(key, Optional.of(records.sign(draft)));
    }

    private static ByteString bytes(Uid uid) {
        return ByteString.copyFrom(uid.toBytes());
    }

    private static <T> Reason reason(CompletionStage<Lookup<T>> stage) {
        return ((Lookup.CannotTell<T>) now(stage)).reason();
    }

    private static <T> T now(CompletionStage<T> stage) {
        return stage.toCompletableFuture().join();
    }
}
