package io.keywarden.bench.compare;

import io.grpc.ClientInterceptors;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.stub.MetadataUtils;
import io.keywarden.admin.v1.Action;
import io.keywarden.admin.v1.Catalog;
import io.keywarden.admin.v1.CatalogServiceGrpc;
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
import io.keywarden.admin.v1.OwnerServiceGrpc;
import io.keywarden.admin.v1.RevokeTokenRequest;
import io.keywarden.admin.v1.Tenant;
import io.keywarden.admin.v1.TenantServiceGrpc;
import io.keywarden.admin.v1.Token;
import io.keywarden.admin.v1.TokenServiceGrpc;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

/** The Admin API of the run, and what is made through it: a catalog of 1,000 routes, a tenant with a host, an owner, tokens. */
final class Site implements AutoCloseable {
    private static final int MODULES = 10;
    private static final int OPERATIONS = 100;
    private static final int CALL_SECONDS = 30;
    private static final String OWNER = "tenants/bench/owners/ann";

    private final ManagedChannel channel;
    private final io.grpc.Channel authorized;
    private int names;

    private Site(ManagedChannel channel, io.grpc.Channel authorized) {
        this.channel = channel;
        this.authorized = authorized;
    }

    /**
     * A token that was made.
     *
     * @param name of the resource
     * @param text the credential
     */
    record Issued(String name, String text) {
        @Override
        public String toString() {
            return "Issued[" + name + "]";
        }
    }

    /** Connects with the bootstrap token. */
    static Site at(int port, Path bootstrapToken) throws IOException {
        ManagedChannel channel = Grpc.newChannelBuilder("127.0.0.1:" + port, InsecureChannelCredentials.create())
                .proxyDetector(address -> null)
                .build();
        Metadata headers = new Metadata();
        headers.put(
                Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER),
                "Bearer " + Files.readString(bootstrapToken).strip());
        return new Site(
                channel, ClientInterceptors.intercept(channel, MetadataUtils.newAttachHeadersInterceptor(headers)));
    }

    /** Makes the catalog and the tenant. */
    void open() {
        CatalogServiceGrpc.CatalogServiceBlockingStub catalogs =
                CatalogServiceGrpc.newBlockingStub(authorized).withDeadlineAfter(CALL_SECONDS, TimeUnit.SECONDS);
        var unusedCatalog = catalogs.createCatalog(CreateCatalogRequest.newBuilder()
                .setCatalogId("bench")
                .setCatalog(Catalog.getDefaultInstance())
                .build());
        for (int i = 0; i < MODULES; i++) {
            String module = "module" + i;
            List<Operation> operations = IntStream.range(0, OPERATIONS)
                    .mapToObj(number -> operation(module, number))
                    .toList();
            var unused = catalogs.createModule(CreateModuleRequest.newBuilder()
                    .setParent("catalogs/bench")
                    .setModuleId(module)
                    .setModule(Module.newBuilder().addAllOperations(operations))
                    .build());
        }
        var unusedTenant = TenantServiceGrpc.newBlockingStub(authorized)
                .withDeadlineAfter(CALL_SECONDS, TimeUnit.SECONDS)
                .createTenant(CreateTenantRequest.newBuilder()
                        .setTenantId("bench")
                        .setTenant(
                                Tenant.newBuilder().setCatalog("catalogs/bench").addHosts(Requests.HOST))
                        .build());
        var unusedOwner = OwnerServiceGrpc.newBlockingStub(authorized)
                .withDeadlineAfter(CALL_SECONDS, TimeUnit.SECONDS)
                .createOwner(CreateOwnerRequest.newBuilder()
                        .setParent("tenants/bench")
                        .setOwnerId("ann")
                        .setOwner(Owner.newBuilder().addAllGrants(grants()))
                        .setWait(false)
                        .build());
    }

    /**
     * Makes a token that may read and create in one module and read in another, has an owner who may that too, and works from
     * some addresses in some countries, the one of {@link Requests} among them.
     */
    Issued issue() {
        return issue(anyToken()
                .addAllAllowedCidrs(List.of("10.0.0.0/8", "193.0.0.0/21", "2001:db8::/32"))
                .addAllAllowedCountries(List.of("BE", "DE", "NL")));
    }

    /** The same for all addresses and countries. */
    Issued issueForAnywhere() {
        return issue(anyToken());
    }

    private Issued issue(Token.Builder token) {
        CreateTokenResponse response = tokens().createToken(CreateTokenRequest.newBuilder()
                .setParent("tenants/bench")
                // It is asked about until it is allowed.
                .setWait(false)
                .setToken(token)
                .build());
        return new Issued(response.getToken().getName(), response.getPlain().getSecret());
    }

    private Token.Builder anyToken() {
        return Token.newBuilder()
                .setDisplayName("bench " + ++names)
                .setOwner(OWNER)
                .addAllGrants(grants());
    }

    private static List<Grant> grants() {
        return List.of(
                Grant.newBuilder()
                        .setModule("module0")
                        .addAllActions(List.of(Action.READ, Action.CREATE))
                        .build(),
                Grant.newBuilder().setModule("module1").addActions(Action.READ).build());
    }

    /** Revokes a token. */
    void revoke(Issued token) {
        var unused = tokens().revokeToken(
                        RevokeTokenRequest.newBuilder().setName(token.name()).build());
    }

    @Override
    public void close() {
        channel.shutdownNow();
    }

    private TokenServiceGrpc.TokenServiceBlockingStub tokens() {
        return TokenServiceGrpc.newBlockingStub(authorized).withDeadlineAfter(CALL_SECONDS, TimeUnit.SECONDS);
    }

    private static Operation operation(String module, int number) {
        return Operation.newBuilder()
                .setId("read" + number)
                .setAction(Action.READ)
                .setHttp(HttpMatch.newBuilder()
                        .addMethods("GET")
                        .setPathTemplate("/v1/" + module + "/resource" + number + "/{id}"))
                .build();
    }
}
