package io.keywarden.admin;

import io.keywarden.admin.v1.Action;
import io.keywarden.admin.v1.CreateCatalogRequest;
import io.keywarden.admin.v1.CreateModuleRequest;
import io.keywarden.admin.v1.CreateOwnerRequest;
import io.keywarden.admin.v1.CreateTenantRequest;
import io.keywarden.admin.v1.CreateTokenRequest;
import io.keywarden.admin.v1.CreateTokenResponse;
import io.keywarden.admin.v1.Grant;
import io.keywarden.admin.v1.GrpcMatch;
import io.keywarden.admin.v1.HttpMatch;
import io.keywarden.admin.v1.Module;
import io.keywarden.admin.v1.Operation;
import io.keywarden.admin.v1.Owner;
import io.keywarden.admin.v1.Tenant;
import io.keywarden.admin.v1.Token;

/** Requests that are right, to be changed by the tests that want others. */
final class Fixtures {
    private Fixtures() {}

    static CreateCatalogRequest catalog(String id) {
        return CreateCatalogRequest.newBuilder().setCatalogId(id).build();
    }

    static CreateTenantRequest tenant(String id, String... hosts) {
        return CreateTenantRequest.newBuilder()
                .setTenantId(id)
                .setTenant(Tenant.newBuilder().setCatalog("catalogs/shop").addAllHosts(java.util.List.of(hosts)))
                .build();
    }

    static CreateModuleRequest orders() {
        return module(
                "orders",
                Module.newBuilder()
                        .addOperations(http("list", Action.READ, "GET", "/v1/orders"))
                        .addOperations(http("get", Action.READ, "GET", "/v1/orders/{order}"))
                        .addOperations(http("make", Action.CREATE, "POST", "/v1/orders"))
                        .addOperations(Operation.newBuilder()
                                .setId("watch")
                                .setAction(Action.READ)
                                .setRestricted(true)
                                .setGrpc(GrpcMatch.newBuilder()
                                        .setService("shop.v1.Orders")
                                        .setMethod("Watch"))));
    }

    static CreateModuleRequest module(String id, Module.Builder module) {
        return CreateModuleRequest.newBuilder()
                .setParent("catalogs/shop")
                .setModuleId(id)
                .setModule(module)
                .build();
    }

    static Operation.Builder http(String id, Action action, String method, String template) {
        return Operation.newBuilder()
                .setId(id)
                .setAction(action)
                .setHttp(HttpMatch.newBuilder().addMethods(method).setPathTemplate(template));
    }

    static Token.Builder token(String displayName) {
        return Token.newBuilder()
                .setDisplayName(displayName)
                .addGrants(Grant.newBuilder().setModule("orders").addActions(Action.READ))
                .addGrants(Grant.newBuilder().setOperation("orders.watch"))
                .addGrants(Grant.newBuilder().setAllModules(true).addActions(Action.EDIT));
    }

    static CreateTokenRequest.Builder createToken(Token.Builder token) {
        return CreateTokenRequest.newBuilder().setParent("tenants/acme").setToken(token);
    }

    /** An owner of tenant {@code acme} who may do what {@link #token} may. */
    static CreateOwnerRequest.Builder owner(String id) {
        return CreateOwnerRequest.newBuilder()
                .setParent("tenants/acme")
                .setOwnerId(id)
                .setOwner(Owner.newBuilder().addAllGrants(token(id).getGrantsList()));
    }

    /** A catalog with a module, and a tenant on it. */
    static void shop(AdminHarness admin) {
        admin.catalogs().createCatalog(catalog("shop"));
        admin.catalogs().createModule(orders());
        admin.tenants().createTenant(tenant("acme", "api.acme.example"));
    }

    /** A token of tenant {@code acme}. */
    static CreateTokenResponse make(AdminHarness admin, CreateTokenRequest.Builder request) {
        CreateTokenResponse response = admin.tokens().createToken(request.build());
        if (response.hasPlain()) {
            admin.told(response.getPlain().getSecret());
        }
        return response;
    }
}
