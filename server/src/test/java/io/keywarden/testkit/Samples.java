package io.keywarden.testkit;

import io.keywarden.policy.CompiledCatalog;
import io.keywarden.policy.CompiledCatalog.ModuleRoutes;
import io.keywarden.policy.Decision;
import io.keywarden.policy.Reason;
import io.keywarden.token.Action;
import io.keywarden.token.CredentialSource;
import io.keywarden.token.Grant;
import io.keywarden.token.Operation;
import io.keywarden.token.OutagePolicy;
import io.keywarden.token.Owner;
import io.keywarden.token.SecretDigest;
import io.keywarden.token.SlotTag;
import io.keywarden.token.Tenant;
import io.keywarden.token.TenantRules;
import io.keywarden.token.Token;
import io.keywarden.token.TokenId;
import io.keywarden.token.TokenRules;
import io.keywarden.token.TokenState;
import io.keywarden.token.TokenTimes;
import io.keywarden.token.Uid;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** A tenant, its catalog and its token, in one place for all tests. */
public final class Samples {
    public static final Instant NOW = Instant.parse("2026-06-01T12:00:00Z");
    public static final SlotTag SLOT = new SlotTag("a1Z");
    public static final Tenant ACME = tenant(1, "acme", true);
    public static final Tenant GLOBEX = tenant(2, "globex", true);
    public static final TokenId TOKEN_ID = new TokenId("a1Z0123456789ABCDEF0123456");
    public static final Uid ORDERS = uid(10);

    public static final Operation LIST_ORDERS = operation(11, "orders.list", Action.READ, Set.of("GET"), "/v1/orders");
    public static final Operation CREATE_ORDER =
            operation(12, "orders.create", Action.CREATE, Set.of("POST"), "/v1/orders");
    public static final Operation GET_ORDER =
            operation(13, "orders.get", Action.READ, Set.of("GET"), "/v1/orders/{order}");
    public static final Operation GRPC_LIST =
            operation(14, "orders.grpc-list", Action.READ, Set.of(), "/shop.v1.Orders/ListOrders");
    public static final ModuleRoutes ORDERS_ROUTES = new ModuleRoutes(
            module("orders", ORDERS), Set.of(), List.of(LIST_ORDERS, CREATE_ORDER, GET_ORDER, GRPC_LIST));

    private Samples() {}

    public static Uid uid(long number) {
        return new Uid(7, number);
    }

    public static Tenant tenant(long number, String id, boolean active) {
        return new Tenant(
                uid(number),
                id,
                active,
                List.of("api.example"),
                new Tenant.CatalogRef(uid(100 + number), SLOT),
                CredentialSource.DEFAULTS,
                OutagePolicy.ERROR,
                TenantRules.DEFAULT);
    }

    public static Tenant withOutage(Tenant tenant, OutagePolicy outage) {
        return new Tenant(
                tenant.uid(),
                tenant.id(),
                tenant.active(),
                tenant.hosts(),
                tenant.catalog(),
                tenant.sources(),
                outage,
                tenant.rules());
    }

    public static Tenant withRules(Tenant tenant, TenantRules rules) {
        return new Tenant(
                tenant.uid(),
                tenant.id(),
                tenant.active(),
                tenant.hosts(),
                tenant.catalog(),
                tenant.sources(),
                tenant.outage(),
                rules);
    }

    public static Tenant withHosts(Tenant tenant, List<String> hosts) {
        return new Tenant(
                tenant.uid(),
                tenant.id(),
                tenant.active(),
                hosts,
                tenant.catalog(),
                tenant.sources(),
                tenant.outage(),
                tenant.rules());
    }

    public static CompiledCatalog.Module module(String id, Uid uid) {
        return new CompiledCatalog.Module(uid, id, false, Optional.empty());
    }

    /** A user of a tenant. */
    public static Owner owner(long number, Tenant tenant, Grant... grants) {
        return new Owner(uid(number), "owner-" + number, tenant.uid(), true, 0, List.of(grants));
    }

    public static Operation operation(long number, String id, Action action, Set<String> methods, String template) {
        return new Operation(
                uid(number), id, ORDERS, action, Operation.Closure.OPEN, methods, template, Optional.empty());
    }

    public static Token activeToken(Grant... grants) {
        return new Token(
                TOKEN_ID,
                uid(50),
                ACME.uid(),
                TokenState.ACTIVE,
                TokenTimes.from(NOW.minusSeconds(60)),
                TokenRules.NONE,
                List.of(grants),
                List.of());
    }

    /** A decision that has this reason, of a proven token where it has to be one. */
    public static Decision decision(Reason reason) {
        return reason.group() == Reason.Group.CANNOT_TELL
                ? new Decision.CannotTell(reason, "detail")
                : new Decision.Deny(
                        reason,
                        reason.afterProof()
                                ? Optional.of(new Decision.Proven(activeToken(), Optional.of("acme")))
                                : Optional.empty(),
                        Optional.empty());
    }

    public static Grant mayRead() {
        return new Grant.OfModule(ORDERS, Set.of(Action.READ));
    }

    public static Token with(Token token, TokenState state) {
        return new Token(
                token.id(),
                token.uid(),
                token.tenantUid(),
                state,
                token.times(),
                token.rules(),
                token.grants(),
                token.secrets());
    }

    public static Token withTimes(Token token, Optional<Instant> notBefore, Optional<Instant> expires) {
        return withTimes(token, new TokenTimes(token.times().created(), notBefore, expires, Optional.empty()));
    }

    public static Token withTimes(Token token, TokenTimes times) {
        return new Token(
                token.id(),
                token.uid(),
                token.tenantUid(),
                token.state(),
                times,
                token.rules(),
                token.grants(),
                token.secrets());
    }

    public static Token withRules(Token token, TokenRules rules) {
        return new Token(
                token.id(),
                token.uid(),
                token.tenantUid(),
                token.state(),
                token.times(),
                rules,
                token.grants(),
                token.secrets());
    }

    public static Token withTenant(Token token, Uid tenant) {
        return new Token(
                token.id(),
                token.uid(),
                tenant,
                token.state(),
                token.times(),
                token.rules(),
                token.grants(),
                token.secrets());
    }

    public static Token withSecrets(Token token, TokenId id, List<SecretDigest> secrets) {
        return new Token(
                id,
                token.uid(),
                token.tenantUid(),
                token.state(),
                token.times(),
                token.rules(),
                token.grants(),
                secrets);
    }

    public static Token withGrants(Token token, List<Grant> grants) {
        return new Token(
                token.id(),
                token.uid(),
                token.tenantUid(),
                token.state(),
                token.times(),
                token.rules(),
                grants,
                token.secrets());
    }
}
