package io.keywarden.envoy.products;

import io.keywarden.admin.v1.Action;
import io.keywarden.admin.v1.Catalog;
import io.keywarden.admin.v1.CreateCatalogRequest;
import io.keywarden.admin.v1.CreateModuleRequest;
import io.keywarden.admin.v1.CreateOwnerRequest;
import io.keywarden.admin.v1.CreateTenantRequest;
import io.keywarden.admin.v1.CreateTokenRequest;
import io.keywarden.admin.v1.CreateTokenResponse;
import io.keywarden.admin.v1.Grant;
import io.keywarden.admin.v1.HttpMatch;
import io.keywarden.admin.v1.Module;
import io.keywarden.admin.v1.Operation;
import io.keywarden.admin.v1.Owner;
import io.keywarden.admin.v1.RotateTokenRequest;
import io.keywarden.admin.v1.RotateTokenResponse;
import io.keywarden.admin.v1.Tenant;
import io.keywarden.admin.v1.Token;
import io.keywarden.envoy.e2e.fixture.Answer;
import io.keywarden.envoy.e2e.fixture.Deployment;
import io.keywarden.envoy.e2e.fixture.RawRequest;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** A product with a catalog and one tenant of its own, in a deployment that others use too. */
final class Product {
    private final Deployment deployment;
    private final String id;
    private final AtomicInteger names = new AtomicInteger();

    private Product(Deployment deployment, String id) {
        this.deployment = deployment;
        this.id = id;
    }

    /**
     * A new token.
     *
     * @param token as it is stored
     * @param secret its whole text
     * @param header the header that the tenant wants
     * @param value what the tenant wants in it
     */
    record Key(Token token, String secret, String header, String value) {
        /** The same credential on a request, as the tenant wants it. */
        RawRequest on(RawRequest request) {
            return request.header(header, value);
        }

        @Override
        public String toString() {
            return "Key[" + token.getName() + "]";
        }
    }

    /** Opens one: a catalog of modules, and a tenant of the same id. */
    static Product open(Deployment deployment, String id, Tenant.Builder tenant, Module... modules) {
        deployment
                .admin()
                .catalogs()
                .createCatalog(CreateCatalogRequest.newBuilder()
                        .setCatalogId(id)
                        .setWait(false)
                        .setCatalog(Catalog.getDefaultInstance())
                        .build());
        for (Module module : modules) {
            deployment
                    .admin()
                    .catalogs()
                    .createModule(CreateModuleRequest.newBuilder()
                            .setParent("catalogs/" + id)
                            .setModuleId(module.getDisplayName())
                            .setModule(module)
                            .setWait(false)
                            .build());
        }
        deployment
                .admin()
                .tenants()
                .createTenant(CreateTenantRequest.newBuilder()
                        .setTenantId(id)
                        .setTenant(tenant.setCatalog("catalogs/" + id))
                        .setWait(false)
                        .build());
        return new Product(deployment, id);
    }

    /** A module with an id and one operation for each of the four actions below a path. */
    static Module module(String moduleId, String path) {
        return Module.newBuilder()
                .setDisplayName(moduleId)
                .addOperations(operation("list", Action.READ, "GET", path))
                .addOperations(operation("create", Action.CREATE, "POST", path))
                .addOperations(operation("edit", Action.EDIT, "PUT", path + "/{id}"))
                .addOperations(operation("delete", Action.DELETE, "DELETE", path + "/{id}"))
                .build();
    }

    static Operation operation(String operation, Action action, String method, String path) {
        return Operation.newBuilder()
                .setId(operation)
                .setAction(action)
                .setHttp(HttpMatch.newBuilder().addMethods(method).setPathTemplate(path))
                .build();
    }

    static Grant may(String module, Action... actions) {
        return Grant.newBuilder()
                .setModule(module)
                .addAllActions(List.of(actions))
                .build();
    }

    static Grant mayDo(String operation) {
        return Grant.newBuilder().setOperation(operation).build();
    }

    static Grant mayEverything() {
        return Grant.newBuilder()
                .setAllModules(true)
                .addAllActions(List.of(Action.READ, Action.CREATE, Action.EDIT, Action.DELETE))
                .build();
    }

    Deployment deployment() {
        return deployment;
    }

    String parent() {
        return "tenants/" + id;
    }

    /** Makes a user; answers their resource name. */
    String owner(String owner, Grant... grants) {
        return deployment
                .admin()
                .owners()
                .createOwner(CreateOwnerRequest.newBuilder()
                        .setParent(parent())
                        .setOwnerId(owner)
                        .setOwner(Owner.newBuilder().addAllGrants(List.of(grants)))
                        .setWait(false)
                        .build())
                .getOwner()
                .getName();
    }

    /** Makes a token; it gets a name that no other has, unless it has one. */
    Key key(Token.Builder token) {
        if (token.getDisplayName().isEmpty()) {
            token.setDisplayName("key " + names.incrementAndGet());
        }
        CreateTokenResponse made = deployment
                .admin()
                .tokens()
                .createToken(CreateTokenRequest.newBuilder()
                        .setParent(parent())
                        .setToken(token)
                        .setWait(false)
                        .build());
        return new Key(
                made.getToken(),
                made.getPlain().getSecret(),
                made.getPlain().getHeader(),
                made.getPlain().getAuthorization());
    }

    /** Gives a token a new secret; the answer is waited for. */
    Key rotated(Key key, RotateTokenRequest.Builder request) {
        RotateTokenResponse rotated = deployment
                .admin()
                .tokens()
                .rotateToken(
                        request.setName(key.token().getName()).setWait(true).build());
        return new Key(
                rotated.getToken(),
                rotated.getPlain().getSecret(),
                rotated.getPlain().getHeader(),
                rotated.getPlain().getAuthorization());
    }

    Key key(Grant... grants) {
        return key(Token.newBuilder().addAllGrants(List.of(grants)));
    }

    Answer send(RawRequest request) {
        return deployment.gateway().send(request);
    }
}
