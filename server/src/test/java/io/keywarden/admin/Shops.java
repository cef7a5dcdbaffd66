package io.keywarden.admin;

import com.google.protobuf.FieldMask;
import io.grpc.Channel;
import io.keywarden.admin.v1.CatalogServiceGrpc;
import io.keywarden.admin.v1.CreateTokenRequest;
import io.keywarden.admin.v1.GetTokenRequest;
import io.keywarden.admin.v1.HistoryServiceGrpc;
import io.keywarden.admin.v1.OwnerServiceGrpc;
import io.keywarden.admin.v1.OwnerServiceGrpc.OwnerServiceBlockingStub;
import io.keywarden.admin.v1.SecretVisibility;
import io.keywarden.admin.v1.Tenant;
import io.keywarden.admin.v1.TenantServiceGrpc;
import io.keywarden.admin.v1.TenantServiceGrpc.TenantServiceBlockingStub;
import io.keywarden.admin.v1.Token;
import io.keywarden.admin.v1.TokenPolicy;
import io.keywarden.admin.v1.TokenServiceGrpc;
import io.keywarden.admin.v1.TokenServiceGrpc.TokenServiceBlockingStub;
import io.keywarden.admin.v1.UpdateTenantRequest;
import io.keywarden.admin.v1.VerifyHistoryRequest;
import io.keywarden.admin.v1.VerifyHistoryResponse;

/** A small world on any store: tenant {@code acme} with an API of orders. Nothing is waited for. */
public final class Shops {
    /** The tenant's host. */
    public static final String HOST = "api.acme.example";

    private final Channel channel;

    /** Takes an Admin whose calls may do everything. */
    public Shops(Channel channel) {
        this.channel = channel;
    }

    /** Makes it. */
    public void open() {
        CatalogServiceGrpc.CatalogServiceBlockingStub catalogs = CatalogServiceGrpc.newBlockingStub(channel);
        var unusedCatalog = catalogs.createCatalog(
                Fixtures.catalog("shop").toBuilder().setWait(false).build());
        var unusedModule = catalogs.createModule(
                Fixtures.orders().toBuilder().setWait(false).build());
        var unusedTenant = tenants()
                .createTenant(
                        Fixtures.tenant("acme", HOST).toBuilder().setWait(false).build());
    }

    /** Lets the tenant's secrets be told again. */
    public void keepSecrets() {
        var unused = tenants()
                .updateTenant(UpdateTenantRequest.newBuilder()
                        .setTenant(Tenant.newBuilder()
                                .setName("tenants/acme")
                                .setTokenPolicy(
                                        TokenPolicy.newBuilder().setSecretVisibility(SecretVisibility.RECOVERABLE)))
                        .setUpdateMask(FieldMask.newBuilder().addPaths("token_policy.secret_visibility"))
                        .setWait(false)
                        .build());
    }

    public TokenServiceBlockingStub tokens() {
        return TokenServiceGrpc.newBlockingStub(channel);
    }

    OwnerServiceBlockingStub owners() {
        return OwnerServiceGrpc.newBlockingStub(channel);
    }

    TenantServiceBlockingStub tenants() {
        return TenantServiceGrpc.newBlockingStub(channel);
    }

    /** What makes a token that may read orders. */
    public static CreateTokenRequest create(String displayName) {
        return Fixtures.createToken(Fixtures.token(displayName)).setWait(false).build();
    }

    public Token get(String name) {
        return tokens().getToken(GetTokenRequest.newBuilder().setName(name).build())
                .getToken();
    }

    /** Whether the history of something is whole. */
    public VerifyHistoryResponse verify(String name) {
        return HistoryServiceGrpc.newBlockingStub(channel)
                .verifyHistory(VerifyHistoryRequest.newBuilder().setParent(name).build());
    }
}
