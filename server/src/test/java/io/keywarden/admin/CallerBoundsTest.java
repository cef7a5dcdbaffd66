package io.keywarden.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.protobuf.Timestamp;
import io.keywarden.admin.v1.Grant;
import io.keywarden.store.v1.CatalogRecord;
import io.keywarden.store.v1.GrantRecord;
import io.keywarden.store.v1.ModuleGrant;
import io.keywarden.store.v1.OperationGrant;
import io.keywarden.store.v1.OwnerReference;
import io.keywarden.store.v1.StoredAction;
import io.keywarden.store.v1.TenantRecord;
import io.keywarden.store.v1.TokenRecord;
import io.keywarden.token.Uid;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What a person may give to their own tokens: module orders has list and get (READ), make (CREATE), and watch, restricted. */
final class CallerBoundsTest {
    private static final Uid JANE = new Uid(1, 2);
    private static final GrantRecord EVERYTHING = GrantRecord.newBuilder()
            .setAllModules(true)
            .addActions(StoredAction.READ)
            .addActions(StoredAction.CREATE)
            .addActions(StoredAction.EDIT)
            .addActions(StoredAction.DELETE)
            .build();

    @RegisterExtension
    private final AdminHarness admin = new AdminHarness();

    private Optional<Entry<TenantRecord>> acme = Optional.empty();
    private Optional<CatalogFinder> catalogs = Optional.empty();

    @BeforeEach
    void makeTenant() {
        Fixtures.shop(admin);
        admin.catalogs()
                .createModule(Fixtures.module(
                        "vault",
                        io.keywarden.admin.v1.Module.newBuilder()
                                .setRestricted(true)
                                .addOperations(
                                        Fixtures.http("open", io.keywarden.admin.v1.Action.READ, "GET", "/v1/vault"))));
        acme = Optional.of(new OwnedTokens(admin).acme());
        AdminStore store = admin.fresh();
        RecordWrites writes = new RecordWrites(admin.keys.signer(), admin.clock);
        catalogs = Optional.of(new CatalogFinder(
                store, new Claims(store, writes, new io.keywarden.store.Aliases(admin.keys.tagKeys()), admin.random)));
    }

    @Test
    void give_whatAllBoundsCover_allowed() {
        assertThat(beyond(List.of(grant("orders.list")), List.of(module("orders", StoredAction.READ))))
                .isEmpty();
        assertThat(beyond(List.of(grant("orders.list")), List.of(grant("orders.list"))))
                .isEmpty();
        assertThat(beyond(List.of(grant("orders.list")), List.of(EVERYTHING))).isEmpty();
        assertThat(beyond(List.of(module("orders", StoredAction.READ)), List.of(EVERYTHING)))
                .isEmpty();
        assertThat(beyond(List.of(all(StoredAction.READ)), List.of(EVERYTHING))).isEmpty();
        assertThat(beyond(List.of(grant("orders.watch")), List.of(grant("orders.watch"))))
                .isEmpty();
        assertThat(beyond(
                        List.of(module("vault", StoredAction.READ), grant("vault.open")),
                        List.of(module("vault", StoredAction.READ))))
                .isEmpty();
        assertThat(beyond(List.of(), List.of())).isEmpty();
    }

    @Test
    void give_more_beyondCaller() {
        assertThat(beyond(List.of(grant("orders.make")), List.of(module("orders", StoredAction.READ))))
                .contains("orders.make");
        assertThat(beyond(
                        List.of(module("orders", StoredAction.READ)),
                        List.of(grant("orders.list"), grant("orders.get"))))
                .contains("orders");
        assertThat(beyond(
                        List.of(all(StoredAction.READ)),
                        List.of(module("orders", StoredAction.READ), module("vault", StoredAction.READ))))
                .contains("all modules");
        assertThat(beyond(List.of(grant("orders.watch")), List.of(EVERYTHING, module("orders", StoredAction.READ))))
                .contains("orders.watch");
        assertThat(beyond(List.of(module("vault", StoredAction.READ)), List.of(EVERYTHING)))
                .contains("vault");
        assertThat(beyond(List.of(grant("vault.open")), List.of(EVERYTHING))).contains("vault.open");
        assertThat(beyond(List.of(grant("orders.list")), List.of())).contains("orders.list");
    }

    @Test
    void give_whatOneOfTwoBoundsLacks_beyondCaller() {
        List<GrantRecord> wanted = List.of(grant("orders.list"));
        assertThat(beyond(wanted, List.of(EVERYTHING), List.of(grant("orders.get"))))
                .contains("orders.list");
        assertThat(beyond(wanted, List.of(grant("orders.get")), List.of(EVERYTHING)))
                .contains("orders.list");
        assertThat(beyond(wanted, List.of(EVERYTHING), List.of(EVERYTHING))).isEmpty();
    }

    @Test
    void give_whatIsGone_onlyByTheSameGrant() {
        GrantRecord gone = GrantRecord.newBuilder()
                .setOperation(
                        OperationGrant.newBuilder().setId("orders.gone").setUid(CatalogMessages.bytes(new Uid(7, 7))))
                .build();
        assertThat(beyond(List.of(gone), List.of(EVERYTHING, module("orders", StoredAction.READ))))
                .contains("orders.gone");
        assertThat(beyond(List.of(gone), List.of(gone))).isEmpty();
    }

    @Test
    void give_byCallersWithoutAPerson_unboundedInOrdinaryTenants() {
        Caller caller = new Caller("tenants/system/tokens/x", "", Rights.NONE);
        new CallerBounds(catalogs.orElseThrow()).requireWithin(caller, acme.orElseThrow(), List.of(EVERYTHING));
    }

    @Test
    void limits_everyListAndTime_isComparedByItself() {
        TokenRecord bound = TokenRecord.newBuilder()
                .addAllowedClients("a")
                .addAllowedCidrs("10.0.0.0/8")
                .addAllowedCountries("NL")
                .setExpireTime(Timestamp.newBuilder().setSeconds(100))
                .setNotBeforeTime(Timestamp.newBuilder().setSeconds(10))
                .build();
        assertThat(TokenNarrowing.beyondLimits(bound, bound)).isEmpty();
        assertThat(TokenNarrowing.beyondLimits(TokenRecord.getDefaultInstance(), bound))
                .isEmpty();
        Map.<String, UnaryOperator<TokenRecord.Builder>>of(
                        "allowed_clients", token -> token.addAllowedClients("b"),
                        "allowed_cidrs", TokenRecord.Builder::clearAllowedCidrs,
                        "allowed_countries", token -> token.addAllowedCountries("BE"),
                        "expire_time", TokenRecord.Builder::clearExpireTime,
                        "not_before_time", TokenRecord.Builder::clearNotBeforeTime)
                .forEach((field, widen) -> assertThat(TokenNarrowing.beyondLimits(
                                bound, widen.apply(bound.toBuilder()).build()))
                        .contains(field));
    }

    @Test
    void makeToken_ofAnotherOwnerOrNone_beyondCaller() {
        TokenRecord own = TokenRecord.newBuilder()
                .setOwner(OwnerReference.newBuilder().setUid(CatalogMessages.bytes(JANE)))
                .build();
        TokenRecord others = TokenRecord.newBuilder()
                .setOwner(OwnerReference.newBuilder().setUid(CatalogMessages.bytes(new Uid(3, 4))))
                .build();
        assertThat(beyond(own)).isEmpty();
        assertThat(beyond(others)).contains("a token of another owner, or of none");
        assertThat(beyond(TokenRecord.getDefaultInstance())).contains("a token of another owner, or of none");
    }

    @Test
    void changeToken_whatIsEnabledOrGiven_isBounded() {
        TokenRecord active = janes(TokenRecord.State.ACTIVE, grant("orders.make"));
        TokenRecord disabled = janes(TokenRecord.State.DISABLED, grant("orders.make"));
        TokenRecord within = janes(TokenRecord.State.ACTIVE, grant("orders.list"));
        assertThat(changed(disabled, active)).contains("orders.make");
        assertThat(changed(within, active)).contains("orders.make");
        assertThat(changed(active, within)).isEmpty();
        assertThat(changed(active, active)).isEmpty();
        assertThat(changed(active, disabled)).isEmpty();
        assertThat(changed(within, within.toBuilder().clearOwner().build()))
                .contains("a token of another owner, or of none");
    }

    private Optional<String> changed(TokenRecord before, TokenRecord after) {
        Caller jane = person(List.of(List.of(grant("orders.list"))));
        return refused(
                () -> new CallerBounds(catalogs.orElseThrow()).requireWithin(jane, acme.orElseThrow(), before, after));
    }

    private static TokenRecord janes(TokenRecord.State state, GrantRecord grant) {
        return TokenRecord.newBuilder()
                .setState(state)
                .setOwner(OwnerReference.newBuilder().setUid(CatalogMessages.bytes(JANE)))
                .addGrants(grant)
                .build();
    }

    private Optional<String> beyond(TokenRecord token) {
        return refused(() -> new CallerBounds(catalogs.orElseThrow())
                .requireWithin(person(List.of(List.of())), acme.orElseThrow(), token));
    }

    @SafeVarargs
    @SuppressWarnings("varargs") // the array is only read
    private Optional<String> beyond(List<GrantRecord> grants, List<GrantRecord>... bounds) {
        return refused(() -> new CallerBounds(catalogs.orElseThrow())
                .requireWithin(person(List.of(bounds)), acme.orElseThrow(), grants));
    }

    private static Optional<String> refused(org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
        return Optional.ofNullable(catchThrowableOfType(AdminException.class, call))
                .map(thrown -> {
                    assertThat(thrown.failure().reasonName()).isEqualTo("BEYOND_CALLER");
                    return thrown.failure().metadata().get("beyond");
                });
    }

    private static Caller person(List<List<GrantRecord>> bounds) {
        Caller.OnlyOwner jane = new Caller.OnlyOwner("tenants/acme/owners/jane", "acme", JANE, bounds, true);
        return new Caller("someone", "", Rights.EVERYTHING).actingFor(jane);
    }

    private static GrantRecord all(StoredAction action) {
        return GrantRecord.newBuilder().setAllModules(true).addActions(action).build();
    }

    private GrantRecord module(String id, StoredAction action) {
        Uid uid = Objects.requireNonNull(modules(id).get(id)).uid();
        return GrantRecord.newBuilder()
                .setModule(ModuleGrant.newBuilder().setId(id).setUid(CatalogMessages.bytes(uid)))
                .addActions(action)
                .build();
    }

    private GrantRecord grant(String operation) {
        return GrantResolver.resolve(
                        new FieldChecks(),
                        "grants",
                        List.of(Grant.newBuilder().setOperation(operation).build()),
                        modules(operation.substring(0, operation.indexOf('.'))))
                .get(0);
    }

    private Map<String, Entry<io.keywarden.store.v1.ModuleRecord>> modules(String id) {
        Entry<CatalogRecord> catalog = catalogs.orElseThrow()
                .find(acme.orElseThrow().payload().getCatalog())
                .orElseThrow();
        return catalogs.orElseThrow()
                .modules(catalog, List.of(CatalogFinder.reference(catalog, id).orElseThrow()))
                .orElseThrow();
    }
}
