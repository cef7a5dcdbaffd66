package io.keywarden.chaos;

import com.google.protobuf.Timestamp;
import io.grpc.Channel;
import io.grpc.StatusRuntimeException;
import io.keywarden.admin.v1.Action;
import io.keywarden.admin.v1.CatalogServiceGrpc;
import io.keywarden.admin.v1.CreateCatalogRequest;
import io.keywarden.admin.v1.CreateModuleRequest;
import io.keywarden.admin.v1.CreateTenantRequest;
import io.keywarden.admin.v1.CreateTokenRequest;
import io.keywarden.admin.v1.CreateTokenResponse;
import io.keywarden.admin.v1.DisableTokenRequest;
import io.keywarden.admin.v1.DisableTokenResponse;
import io.keywarden.admin.v1.Durability;
import io.keywarden.admin.v1.EnableTokenRequest;
import io.keywarden.admin.v1.EnableTokenResponse;
import io.keywarden.admin.v1.GetTokenRequest;
import io.keywarden.admin.v1.Grant;
import io.keywarden.admin.v1.HttpMatch;
import io.keywarden.admin.v1.Module;
import io.keywarden.admin.v1.Operation;
import io.keywarden.admin.v1.RevokeTokenRequest;
import io.keywarden.admin.v1.RevokeTokenResponse;
import io.keywarden.admin.v1.Tenant;
import io.keywarden.admin.v1.TenantServiceGrpc;
import io.keywarden.admin.v1.Token;
import io.keywarden.admin.v1.TokenServiceGrpc;
import io.keywarden.admin.v1.TokenServiceGrpc.TokenServiceBlockingStub;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;

/** Writes through the Admin API. */
final class AdminWriter implements Writer {
    private static final String HOST = ".chaos.example";
    private static final int DEADLINE_SECONDS = 4;

    private final Channel channel;

    AdminWriter(Channel channel) {
        this.channel = channel;
    }

    private TokenServiceBlockingStub tokens() {
        return TokenServiceGrpc.newBlockingStub(channel).withDeadlineAfter(DEADLINE_SECONDS, TimeUnit.SECONDS);
    }

    /** Makes a catalog that all tenants use. To be called once. */
    void makeCatalog() {
        CatalogServiceGrpc.CatalogServiceBlockingStub catalogs = CatalogServiceGrpc.newBlockingStub(channel);
        catalogs.createCatalog(
                CreateCatalogRequest.newBuilder().setCatalogId("shop").build());
        catalogs.createModule(CreateModuleRequest.newBuilder()
                .setParent("catalogs/shop")
                .setModuleId("orders")
                .setModule(Module.newBuilder()
                        .addOperations(Operation.newBuilder()
                                .setId("list")
                                .setAction(Action.READ)
                                .setHttp(
                                        HttpMatch.newBuilder().addMethods("GET").setPathTemplate("/v1/orders"))))
                .build());
    }

    /** Makes a tenant with some tokens. All keys of a tenant are in one slot. */
    List<Subject> makeTenant(String tenant, int number) {
        TenantServiceGrpc.newBlockingStub(channel)
                .createTenant(CreateTenantRequest.newBuilder()
                        .setTenantId(tenant)
                        .setTenant(
                                Tenant.newBuilder().setCatalog("catalogs/shop").addHosts(tenant + HOST))
                        .build());
        List<Subject> made = new ArrayList<>();
        for (int i = 0; i < number; i++) {
            made.add(makeToken(tenant, tenant + "-" + i, token -> token));
        }
        return made;
    }

    static Timestamp timestamp(Instant time) {
        return Timestamp.newBuilder()
                .setSeconds(time.getEpochSecond())
                .setNanos(time.getNano())
                .build();
    }

    /** Makes a token of a tenant that there is. */
    Subject makeToken(String tenant, String displayName, UnaryOperator<Token.Builder> more) {
        Token.Builder token = more.apply(Token.newBuilder()
                .setDisplayName(displayName)
                .addGrants(Grant.newBuilder().setModule("orders").addActions(Action.READ)));
        CreateTokenResponse response = tokens().createToken(CreateTokenRequest.newBuilder()
                .setParent("tenants/" + tenant)
                .setToken(token)
                .setWait(false)
                .build());
        return Subject.of(response.getToken().getName(), response.getPlain().getAuthorization(), tenant + HOST);
    }

    /** The same, but what it takes away is revoked and cannot be given back. */
    Writer forGood() {
        return new Writer() {
            @Override
            public Result disable(Subject subject) {
                return revoke(subject);
            }

            @Override
            public Result enable(Subject subject) {
                return AdminWriter.this.enable(subject);
            }
        };
    }

    private Result revoke(Subject subject) {
        try {
            RevokeTokenResponse response = tokens().revokeToken(RevokeTokenRequest.newBuilder()
                    .setName(subject.name())
                    .build());
            return taken(response.getDurability(), response.hasEffectiveTime(), response.getEffectiveTime());
        } catch (StatusRuntimeException e) {
            return failed(e);
        }
    }

    private static Result taken(Durability durability, boolean isPromised, Timestamp effective) {
        Optional<Instant> time = isPromised
                ? Optional.of(Instant.ofEpochSecond(effective.getSeconds(), effective.getNanos()))
                : Optional.empty();
        return new Result(true, durability == Durability.CONFIRMED, time, durability.name());
    }

    @Override
    public Result disable(Subject subject) {
        try {
            DisableTokenResponse response = tokens().disableToken(DisableTokenRequest.newBuilder()
                    .setName(subject.name())
                    .build());
            return taken(response.getDurability(), response.hasEffectiveTime(), response.getEffectiveTime());
        } catch (StatusRuntimeException e) {
            return failed(e);
        }
    }

    @Override
    public Result enable(Subject subject) {
        try {
            EnableTokenResponse response = tokens().enableToken(EnableTokenRequest.newBuilder()
                    .setName(subject.name())
                    .setWait(false)
                    .build());
            boolean confirmed = response.getDurability() == Durability.CONFIRMED;
            return new Result(
                    true, confirmed, Optional.empty(), response.getDurability().name());
        } catch (StatusRuntimeException e) {
            return failed(e);
        }
    }

    /** What Admin says of a token. */
    Token.State state(Subject subject) {
        return tokens().getToken(
                        GetTokenRequest.newBuilder().setName(subject.name()).build())
                .getToken()
                .getState();
    }

    private static Result failed(StatusRuntimeException e) {
        return new Result(false, false, Optional.empty(), e.getStatus().toString());
    }
}
