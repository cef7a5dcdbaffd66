package io.keywarden.demo;

import io.grpc.Channel;
import io.grpc.ClientInterceptors;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.MetadataUtils;
import io.keywarden.admin.v1.CatalogServiceGrpc;
import io.keywarden.admin.v1.CreateCatalogRequest;
import io.keywarden.admin.v1.CreateModuleRequest;
import io.keywarden.admin.v1.CreateTenantRequest;
import io.keywarden.admin.v1.CreateTokenRequest;
import io.keywarden.admin.v1.CreateTokenResponse;
import io.keywarden.admin.v1.Module;
import io.keywarden.admin.v1.TenantServiceGrpc;
import io.keywarden.admin.v1.TokenServiceGrpc;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/**
 * Makes the shop, through the Admin API like everybody else. Each write has a request id, so doing it again changes nothing. It
 * does not wait until replicas know it: the demo asks the gateway before it says that it is ready.
 */
final class ShopSeed {
    private static final long CALL_SECONDS = 20;
    private static final Metadata.Key<String> AUTHORIZATION =
            Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);

    private final Channel channel;

    private ShopSeed(Channel channel) {
        this.channel = channel;
    }

    static Seeded sow(int adminPort, Path adminTokenFile) throws DemoProblem {
        ManagedChannel connection = Grpc.newChannelBuilderForAddress(
                        "127.0.0.1", adminPort, InsecureChannelCredentials.create())
                // A name from the environment's proxy settings never leads to this machine.
                .proxyDetector(address -> null)
                .build();
        try {
            Metadata headers = new Metadata();
            headers.put(
                    AUTHORIZATION,
                    "Bearer "
                            + Files.readString(adminTokenFile, StandardCharsets.UTF_8)
                                    .strip());
            return new ShopSeed(ClientInterceptors.intercept(
                            connection, MetadataUtils.newAttachHeadersInterceptor(headers)))
                    .sow();
        } catch (IOException e) {
            throw new DemoProblem("The bootstrap token can't be read: " + e);
        } catch (StatusRuntimeException e) {
            throw new DemoProblem("The Admin API refused what the demo asked for: " + e.getStatus());
        } finally {
            connection.shutdownNow();
        }
    }

    private Seeded sow() throws DemoProblem {
        catalog();
        tenant();
        CreateTokenResponse demo = token("demo");
        String spareForCall = token("old nightly job").getToken().getName();
        String spareForGrpcurl = token("old laptop").getToken().getName();
        if (!demo.hasPlain()) {
            throw new DemoProblem("The Admin API withheld the secret of a token that it had just made.");
        }
        String name = demo.getToken().getName();
        return new Seeded(
                demo.getPlain().getSecret(), name.substring(name.lastIndexOf('/') + 1), spareForCall, spareForGrpcurl);
    }

    private void catalog() {
        CatalogServiceGrpc.CatalogServiceBlockingStub catalogs =
                CatalogServiceGrpc.newBlockingStub(channel).withDeadlineAfter(CALL_SECONDS, TimeUnit.SECONDS);
        var made = catalogs.createCatalog(CreateCatalogRequest.newBuilder()
                .setCatalogId(Shop.CATALOG)
                .setCatalog(Shop.catalog())
                .setRequestId("demo-catalog")
                .setWait(false)
                .build());
        String parent = made.getCatalog().getName();
        catalogs.createModule(module(parent, Shop.ORDERS, Shop.orders()));
        catalogs.createModule(module(parent, Shop.INVOICES, Shop.invoices()));
    }

    private static CreateModuleRequest module(String parent, String id, Module module) {
        return CreateModuleRequest.newBuilder()
                .setParent(parent)
                .setModuleId(id)
                .setModule(module)
                .setRequestId("demo-module-" + id)
                .setWait(false)
                .build();
    }

    private void tenant() {
        TenantServiceGrpc.newBlockingStub(channel)
                .withDeadlineAfter(CALL_SECONDS, TimeUnit.SECONDS)
                .createTenant(CreateTenantRequest.newBuilder()
                        .setTenantId(Shop.TENANT)
                        .setTenant(Shop.tenant())
                        .setRequestId("demo-tenant")
                        .setWait(false)
                        .build());
    }

    private CreateTokenResponse token(String displayName) {
        return TokenServiceGrpc.newBlockingStub(channel)
                .withDeadlineAfter(CALL_SECONDS, TimeUnit.SECONDS)
                .createToken(CreateTokenRequest.newBuilder()
                        .setParent("tenants/" + Shop.TENANT)
                        .setToken(Shop.reader(displayName))
                        .setRequestId("demo-token-" + displayName.replace(' ', '-'))
                        .setWait(false)
                        .build());
    }
}
