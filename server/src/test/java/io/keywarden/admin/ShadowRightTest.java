package io.keywarden.admin;

import static io.keywarden.admin.Failures.failure;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.FieldMask;
import com.google.protobuf.Timestamp;
import io.grpc.Channel;
import io.keywarden.admin.Failures.Failure;
import io.keywarden.admin.v1.Action;
import io.keywarden.admin.v1.CatalogServiceGrpc;
import io.keywarden.admin.v1.GetModuleRequest;
import io.keywarden.admin.v1.Grant;
import io.keywarden.admin.v1.ImportDescriptorsRequest;
import io.keywarden.admin.v1.ImportOpenApiRequest;
import io.keywarden.admin.v1.Module;
import io.keywarden.admin.v1.Operation;
import io.keywarden.admin.v1.Tenant;
import io.keywarden.admin.v1.TenantServiceGrpc;
import io.keywarden.admin.v1.TokenServiceGrpc;
import io.keywarden.admin.v1.UpdateModuleRequest;
import io.keywarden.admin.v1.UpdateTenantRequest;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Who may let requests pass that would be refused. */
final class ShadowRightTest {
    private static final Operation DELETE_X =
            Fixtures.http("delete-x", Action.DELETE, "DELETE", "/v1/x").build();

    @RegisterExtension
    private final AdminHarness admin = new AdminHarness();

    @BeforeEach
    void makeShop() {
        Fixtures.shop(admin);
    }

    @Test
    void updateTenant_longerShadowWithoutTheRight_refused() {
        Channel caller = SystemTokens.with(admin, rights("UpdateTenant"));
        assertMissing(failure(() -> update(caller, inDays(2))));
        update(root(), inDays(2));
        assertMissing(failure(() -> update(caller, inDays(3))));
        update(caller, inDays(1));
        update(caller, Timestamp.getDefaultInstance());
    }

    @Test
    void createToken_shadowWithoutTheRight_refused() {
        Channel caller = SystemTokens.with(admin, rights("CreateToken"));
        assertMissing(failure(() -> TokenServiceGrpc.newBlockingStub(caller)
                .createToken(Fixtures.createToken(Fixtures.token("CI").setShadowUntil(inDays(1)))
                        .build())));
    }

    @Test
    void updateModule_moreUnderARunningShadowWithoutTheRight_refused() {
        shadowOrders();
        Channel caller = SystemTokens.with(admin, rights("UpdateModule"));
        Module orders = orders();
        assertMissing(failure(() -> update(caller, orders.toBuilder().addOperations(DELETE_X))));
        assertMissing(failure(() -> update(
                caller, orders.toBuilder().setOperations(0, DELETE_X.toBuilder().setId("list")))));
        Operation.Builder more = orders.getOperations(0).toBuilder();
        more.getHttpBuilder().addMethods("DELETE");
        assertMissing(failure(() -> update(caller, orders.toBuilder().setOperations(0, more))));
        Operation.Builder other = orders.getOperations(3).toBuilder();
        other.getGrpcBuilder().setMethod("Refund");
        assertMissing(failure(() -> update(caller, orders.toBuilder().setOperations(3, other))));
        assertThat(orders()).isEqualTo(orders);
        update(root(), orders.toBuilder().addOperations(DELETE_X));
    }

    @Test
    void updateModule_moreHostsUnderARunningShadowWithoutTheRight_refused() {
        update(root(), orders().toBuilder().addHosts("a.example").addHosts("b.example"));
        shadowOrders();
        Channel caller = SystemTokens.with(admin, rights("UpdateModule"));
        assertMissing(failure(() -> update(caller, orders().toBuilder().setHosts(1, "c.example"))));
        assertMissing(failure(() -> update(caller, orders().toBuilder().clearHosts())));
        update(caller, orders().toBuilder().clearHosts().addHosts("b.example"));
    }

    @Test
    void updateModule_notMoreOrNoShadowAnyMore_needsNoRightToShadows() {
        shadowOrders();
        Channel caller = SystemTokens.with(admin, rights("UpdateModule"));
        Module.Builder less = orders().toBuilder().removeOperations(1).setRestricted(true);
        less.getOperationsBuilder(0).setAction(Action.EDIT);
        update(caller, less.addHosts("a.example"));
        update(caller, orders().toBuilder().clearShadowUntil().addOperations(DELETE_X));
        update(caller, orders().toBuilder().removeOperations(3));
        shadowOrders();
        admin.clock.advance(Duration.ofDays(2));
        update(caller, orders().toBuilder().addOperations(DELETE_X));
    }

    @Test
    void import_moreUnderARunningShadowWithoutTheRight_refusedAlsoWhereItOnlyValidates() {
        shadowOrders();
        CatalogServiceGrpc.CatalogServiceBlockingStub stub = CatalogServiceGrpc.newBlockingStub(
                SystemTokens.with(admin, rights("ImportDescriptors", "ImportOpenApi")));
        ImportDescriptorsRequest.Builder descriptors = ImportDescriptorsRequest.newBuilder()
                .setParent("catalogs/shop")
                .setModuleId("orders")
                .setDescriptorSet(Descriptions.descriptors("shop.v1", "Orders", "Watch", "Refund"));
        assertMissing(failure(() -> stub.importDescriptors(descriptors.build())));
        assertMissing(failure(
                () -> stub.importDescriptors(descriptors.setValidateOnly(true).build())));
        ImportOpenApiRequest openApi = ImportOpenApiRequest.newBuilder()
                .setParent("catalogs/shop")
                .setModuleId("orders")
                .setDocument("openapi: 3.0.3\npaths: {/v1/x: {delete: {}}}")
                .build();
        assertMissing(failure(() -> stub.importOpenApi(openApi)));
        var less = stub.importDescriptors(descriptors
                .setValidateOnly(false)
                .setDescriptorSet(Descriptions.descriptors("shop.v1", "Orders", "Watch"))
                .build());
        assertThat(less.getModules(0).getOperationsCount()).isEqualTo(4);
    }

    private void shadowOrders() {
        update(root(), orders().toBuilder().setShadowUntil(inDays(1)));
    }

    private Channel root() {
        return admin.as("Bearer " + admin.bootstrapToken());
    }

    private Module orders() {
        return admin.catalogs()
                .getModule(GetModuleRequest.newBuilder()
                        .setName("catalogs/shop/modules/orders")
                        .build())
                .getModule();
    }

    private static void update(Channel caller, Module.Builder module) {
        var unused = CatalogServiceGrpc.newBlockingStub(caller)
                .updateModule(UpdateModuleRequest.newBuilder()
                        .setModule(module)
                        .setUpdateMask(FieldMask.newBuilder().addPaths("*"))
                        .build());
    }

    private static void assertMissing(Failure failure) {
        assertThat(failure.what()).isEqualTo("PERMISSION_DENIED ROLE_MISSING");
        assertThat(failure.metadata()).containsEntry("operation", "keywarden.TurnShadowOn");
    }

    private static List<Grant> rights(String... operations) {
        return Stream.of(operations)
                .map(operation -> Grant.newBuilder()
                        .setOperation("keywarden." + operation)
                        .addTenants("*")
                        .build())
                .toList();
    }

    private static void update(Channel caller, Timestamp until) {
        Tenant.Builder tenant = Tenant.newBuilder().setName("tenants/acme");
        if (!until.equals(Timestamp.getDefaultInstance())) {
            tenant.setShadowUntil(until);
        }
        var unused = TenantServiceGrpc.newBlockingStub(caller)
                .updateTenant(UpdateTenantRequest.newBuilder()
                        .setTenant(tenant)
                        .setUpdateMask(FieldMask.newBuilder().addPaths("shadow_until"))
                        .build());
    }

    private Timestamp inDays(int days) {
        return RecordWrites.timestamp(admin.clock.instant().plus(Duration.ofDays(days)));
    }
}
