package io.keywarden.admin;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.FieldMask;
import io.keywarden.admin.v1.Action;
import io.keywarden.admin.v1.CreateTokenRequest;
import io.keywarden.admin.v1.GetTokenRequest;
import io.keywarden.admin.v1.Grant;
import io.keywarden.admin.v1.Module;
import io.keywarden.admin.v1.ModuleRights;
import io.keywarden.admin.v1.Owner;
import io.keywarden.admin.v1.Tenant;
import io.keywarden.admin.v1.Token;
import io.keywarden.admin.v1.TokenPolicy;
import io.keywarden.admin.v1.UpdateOwnerRequest;
import io.keywarden.admin.v1.UpdateTenantRequest;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

final class TokenRightsTest {
    private static final String ANN = "tenants/acme/owners/ann";

    @RegisterExtension
    private final AdminHarness admin = new AdminHarness();

    @BeforeEach
    void makeShop() {
        Fixtures.shop(admin);
        admin.catalogs()
                .createModule(Fixtures.module(
                        "films",
                        Module.newBuilder()
                                .setRestricted(true)
                                .setDisplayName("Films")
                                .addOperations(Fixtures.http("list", Action.READ, "GET", "/v1/films"))));
    }

    @Test
    void getToken_basic_tellsNoModules() {
        String name = make(Fixtures.token("importer"));
        assertThat(admin.tokens()
                        .getToken(GetTokenRequest.newBuilder().setName(name).build())
                        .getModulesList())
                .isEmpty();
    }

    @Test
    void getToken_full_everyModuleWithWhatItMayDo() {
        Token.Builder wanted = Fixtures.token("importer").addGrants(operation("orders.make"));
        assertThat(full(make(wanted)))
                .containsExactly(
                        films(List.of()), orders(List.of(Action.READ, Action.EDIT), "orders.make", "orders.watch"));
    }

    @Test
    void getToken_moduleThatIsRestricted_reachedByItsOwnNameOnly() {
        Grant films =
                Grant.newBuilder().setModule("films").addActions(Action.READ).build();
        assertThat(full(make(Token.newBuilder().setDisplayName("a").addGrants(films))))
                .containsExactly(films(List.of(Action.READ)), orders(List.of()));
        assertThat(full(make(Token.newBuilder().setDisplayName("b").addGrants(operation("films.list")))))
                .containsExactly(films(List.of(), "films.list"), orders(List.of()));
    }

    @Test
    void getToken_ownerWhoLost_theTokenHasLostToo() {
        admin.owners().createOwner(Fixtures.owner("ann").build());
        String name = make(Fixtures.token("of Ann").setOwner(ANN));
        assertThat(full(name).get(1)).isEqualTo(orders(List.of(Action.READ, Action.EDIT), "orders.watch"));
        admin.owners()
                .updateOwner(UpdateOwnerRequest.newBuilder()
                        .setOwner(Owner.newBuilder()
                                .setName(ANN)
                                .addGrants(
                                        Grant.newBuilder().setModule("orders").addActions(Action.READ)))
                        .setUpdateMask(FieldMask.newBuilder().addPaths("grants"))
                        .build());
        assertThat(full(name).get(1)).isEqualTo(orders(List.of(Action.READ)));
    }

    @Test
    void getToken_tenantOfReaders_onlyReads() {
        String name = make(Fixtures.token("importer"));
        admin.tenants()
                .updateTenant(UpdateTenantRequest.newBuilder()
                        .setTenant(Tenant.newBuilder()
                                .setName("tenants/acme")
                                .setTokenPolicy(TokenPolicy.newBuilder().addAllowedActions(Action.READ)))
                        .setUpdateMask(FieldMask.newBuilder().addPaths("token_policy.allowed_actions"))
                        .build());
        assertThat(full(name).get(1)).isEqualTo(orders(List.of(Action.READ), "orders.watch"));
    }

    @Test
    void getToken_ofTenantSystem_hasNoCatalog() {
        CreateTokenRequest request = CreateTokenRequest.newBuilder()
                .setParent("tenants/system")
                .setToken(Token.newBuilder()
                        .setDisplayName("help desk")
                        .addGrants(Grant.newBuilder()
                                .setModule("keywarden")
                                .addActions(Action.READ)
                                .addTenants("*")))
                .build();
        assertThat(full(Fixtures.make(admin, request.toBuilder()).getToken().getName()))
                .isEmpty();
    }

    private static ModuleRights orders(List<Action> actions, String... operations) {
        return ModuleRights.newBuilder()
                .setModule("catalogs/shop/modules/orders")
                .setDisplayName("orders")
                .addAllActions(actions)
                .addAllOperations(List.of(operations))
                .build();
    }

    private static ModuleRights films(List<Action> actions, String... operations) {
        return ModuleRights.newBuilder()
                .setModule("catalogs/shop/modules/films")
                .setDisplayName("Films")
                .setRestricted(true)
                .addAllActions(actions)
                .addAllOperations(List.of(operations))
                .build();
    }

    private static Grant operation(String id) {
        return Grant.newBuilder().setOperation(id).build();
    }

    private String make(Token.Builder token) {
        return Fixtures.make(admin, Fixtures.createToken(token)).getToken().getName();
    }

    private List<ModuleRights> full(String name) {
        return admin.tokens()
                .getToken(GetTokenRequest.newBuilder()
                        .setName(name)
                        .setView(GetTokenRequest.View.FULL)
                        .build())
                .getModulesList();
    }
}
