package io.keywarden.admin;

import static io.keywarden.admin.Failures.failure;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.FieldMask;
import com.google.protobuf.Timestamp;
import io.grpc.Channel;
import io.keywarden.admin.Failures.Failure;
import io.keywarden.admin.v1.Grant;
import io.keywarden.admin.v1.Tenant;
import io.keywarden.admin.v1.TenantServiceGrpc;
import io.keywarden.admin.v1.TokenServiceGrpc;
import io.keywarden.admin.v1.UpdateTenantRequest;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Who may let requests pass that would be refused. */
final class ShadowRightTest {
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
        update(admin.as("Bearer " + admin.bootstrapToken()), inDays(2));
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
