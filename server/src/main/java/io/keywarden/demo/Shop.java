package io.keywarden.demo;

import io.keywarden.admin.v1.Action;
import io.keywarden.admin.v1.Catalog;
import io.keywarden.admin.v1.Grant;
import io.keywarden.admin.v1.HttpMatch;
import io.keywarden.admin.v1.Module;
import io.keywarden.admin.v1.Operation;
import io.keywarden.admin.v1.Tenant;
import io.keywarden.admin.v1.Token;

/** What the demo is about: a shop's API with orders and invoices, one customer system, tokens that may look at orders. */
final class Shop {
    static final String CATALOG = "shop";
    static final String TENANT = "acme";
    static final String HOST = "acme.localhost";
    static final String ALLOWED_PATH = "/v1/orders";
    static final String FORBIDDEN_PATH = "/v1/invoices";
    static final String ORDERS = "orders";
    static final String INVOICES = "invoices";

    private Shop() {}

    static Catalog catalog() {
        return Catalog.newBuilder().setDisplayName("Shop").build();
    }

    static Module orders() {
        return Module.newBuilder()
                .setDisplayName("Orders")
                .addOperations(operation("list", Action.READ, "GET", "/v1/orders"))
                .addOperations(operation("get", Action.READ, "GET", "/v1/orders/{order}"))
                .addOperations(operation("create", Action.CREATE, "POST", "/v1/orders"))
                .addOperations(operation("delete", Action.DELETE, "DELETE", "/v1/orders/{order}"))
                .build();
    }

    static Module invoices() {
        return Module.newBuilder()
                .setDisplayName("Invoices")
                .addOperations(operation("list", Action.READ, "GET", "/v1/invoices"))
                .addOperations(operation("get", Action.READ, "GET", "/v1/invoices/{invoice}"))
                .build();
    }

    static Tenant tenant() {
        return Tenant.newBuilder()
                .setDisplayName("Acme")
                .setCatalog("catalogs/" + CATALOG)
                .addHosts(HOST)
                .build();
    }

    /** A token that may look at orders, and at nothing else. */
    static Token reader(String displayName) {
        return Token.newBuilder()
                .setDisplayName(displayName)
                .addGrants(Grant.newBuilder().setModule(ORDERS).addActions(Action.READ))
                .build();
    }

    private static Operation operation(String id, Action action, String method, String path) {
        return Operation.newBuilder()
                .setId(id)
                .setAction(action)
                .setHttp(HttpMatch.newBuilder().addMethods(method).setPathTemplate(path))
                .build();
    }
}
