package io.keywarden.admin;

import static io.keywarden.admin.Fixtures.createToken;
import static io.keywarden.admin.Fixtures.token;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.util.concurrent.ListenableFuture;
import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import com.google.protobuf.Timestamp;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.MethodDescriptor;
import io.grpc.ServiceDescriptor;
import io.grpc.stub.ClientCalls;
import io.keywarden.admin.v1.AccessServiceGrpc;
import io.keywarden.admin.v1.Catalog;
import io.keywarden.admin.v1.CatalogServiceGrpc;
import io.keywarden.admin.v1.CreateTokenResponse;
import io.keywarden.admin.v1.DeleteCatalogRequest;
import io.keywarden.admin.v1.DeleteModuleRequest;
import io.keywarden.admin.v1.DeleteOwnerRequest;
import io.keywarden.admin.v1.DeleteTokenRequest;
import io.keywarden.admin.v1.DisableOwnerRequest;
import io.keywarden.admin.v1.DisableTenantRequest;
import io.keywarden.admin.v1.DisableTokenRequest;
import io.keywarden.admin.v1.Durability;
import io.keywarden.admin.v1.EnableOwnerRequest;
import io.keywarden.admin.v1.EnableTenantRequest;
import io.keywarden.admin.v1.EnableTokenRequest;
import io.keywarden.admin.v1.EndGracePeriodRequest;
import io.keywarden.admin.v1.HistoryServiceGrpc;
import io.keywarden.admin.v1.ImportDescriptorsRequest;
import io.keywarden.admin.v1.ImportOpenApiRequest;
import io.keywarden.admin.v1.Module;
import io.keywarden.admin.v1.Owner;
import io.keywarden.admin.v1.OwnerServiceGrpc;
import io.keywarden.admin.v1.ReassignTokenRequest;
import io.keywarden.admin.v1.RevokeTokenRequest;
import io.keywarden.admin.v1.RevokeTokensRequest;
import io.keywarden.admin.v1.RotateTokenRequest;
import io.keywarden.admin.v1.ServerServiceGrpc;
import io.keywarden.admin.v1.Tenant;
import io.keywarden.admin.v1.TenantServiceGrpc;
import io.keywarden.admin.v1.Token;
import io.keywarden.admin.v1.TokenServiceGrpc;
import io.keywarden.admin.v1.UndeleteTokenRequest;
import io.keywarden.admin.v1.UpdateCatalogRequest;
import io.keywarden.admin.v1.UpdateModuleRequest;
import io.keywarden.admin.v1.UpdateOwnerRequest;
import io.keywarden.admin.v1.UpdateTenantRequest;
import io.keywarden.admin.v1.UpdateTokenRequest;
import io.keywarden.admin.v1.UsageServiceGrpc;
import io.keywarden.store.Bounds;
import io.keywarden.store.RecordWriter;
import io.keywarden.store.RecordWriter.Outcome;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What every RPC has to answer that changes a decision. One that is added has to be added here too. */
final class EveryWriteTest {
    private static final Duration OUTAGE = Duration.ofMinutes(5);
    private static final Duration WAIT = Duration.ofSeconds(1).plus(Promise.MARGIN);
    private static final List<ServiceDescriptor> SERVICES = List.of(
            CatalogServiceGrpc.getServiceDescriptor(),
            TenantServiceGrpc.getServiceDescriptor(),
            OwnerServiceGrpc.getServiceDescriptor(),
            TokenServiceGrpc.getServiceDescriptor(),
            HistoryServiceGrpc.getServiceDescriptor(),
            UsageServiceGrpc.getServiceDescriptor(),
            AccessServiceGrpc.getServiceDescriptor(),
            ServerServiceGrpc.getServiceDescriptor());
    private static final String ACME = "tenants/acme";
    private static final String SHOP = "catalogs/shop";
    private static final String ANN = "tenants/acme/owners/ann";
    private static final String ORDERS = "catalogs/shop/modules/orders";

    /** For each RPC that writes: makes what it needs, and answers a request that changes something. */
    private static final Map<String, Function<AdminHarness, Message>> REQUESTS = Map.ofEntries(
            Map.entry("CreateCatalog", admin -> Fixtures.catalog("shop")),
            Map.entry("CreateModule", admin -> {
                call(admin, "CreateCatalog", Fixtures.catalog("shop"));
                return Fixtures.orders();
            }),
            Map.entry("DeleteModule", admin -> {
                Fixtures.shop(admin);
                return DeleteModuleRequest.newBuilder().setName(ORDERS).build();
            }),
            Map.entry("UpdateModule", admin -> {
                Fixtures.shop(admin);
                return UpdateModuleRequest.newBuilder()
                        .setModule(Module.newBuilder().setName(ORDERS).setRestricted(true))
                        .build();
            }),
            Map.entry("UpdateCatalog", admin -> {
                call(admin, "CreateCatalog", Fixtures.catalog("shop"));
                return UpdateCatalogRequest.newBuilder()
                        .setCatalog(Catalog.newBuilder().setName(SHOP).setDisplayName("Shop"))
                        .build();
            }),
            Map.entry("DeleteCatalog", admin -> {
                call(admin, "CreateCatalog", Fixtures.catalog("shop"));
                return DeleteCatalogRequest.newBuilder().setName(SHOP).build();
            }),
            Map.entry("ImportOpenApi", admin -> {
                Fixtures.shop(admin);
                return ImportOpenApiRequest.newBuilder()
                        .setParent(SHOP)
                        .setModuleId("bills")
                        .setDocument("openapi: 3.0.3\npaths: {/bills: {get: {}}}")
                        .build();
            }),
            Map.entry("ImportDescriptors", admin -> {
                Fixtures.shop(admin);
                return ImportDescriptorsRequest.newBuilder()
                        .setParent(SHOP)
                        .setModuleId("bills")
                        .setDescriptorSet(Descriptions.descriptors("shop.v1", "Bills", "List"))
                        .build();
            }),
            Map.entry("CreateTenant", admin -> {
                Fixtures.shop(admin);
                return Fixtures.tenant("other");
            }),
            Map.entry("UpdateTenant", admin -> {
                Fixtures.shop(admin);
                return UpdateTenantRequest.newBuilder()
                        .setTenant(Tenant.newBuilder().setName(ACME).setDisplayName("Acme"))
                        .build();
            }),
            Map.entry("DisableTenant", admin -> {
                Fixtures.shop(admin);
                return DisableTenantRequest.newBuilder().setName(ACME).build();
            }),
            Map.entry("EnableTenant", admin -> {
                Fixtures.shop(admin);
                call(
                        admin,
                        "DisableTenant",
                        DisableTenantRequest.newBuilder().setName(ACME).build());
                return EnableTenantRequest.newBuilder().setName(ACME).build();
            }),
            Map.entry("CreateOwner", admin -> {
                Fixtures.shop(admin);
                return Fixtures.owner("ann").build();
            }),
            Map.entry("UpdateOwner", admin -> {
                ann(admin);
                return UpdateOwnerRequest.newBuilder()
                        .setOwner(Owner.newBuilder().setName(ANN).setDisplayName("Ann"))
                        .build();
            }),
            Map.entry("DeleteOwner", admin -> {
                ann(admin);
                return DeleteOwnerRequest.newBuilder().setName(ANN).build();
            }),
            Map.entry("DisableOwner", admin -> {
                ann(admin);
                return DisableOwnerRequest.newBuilder().setName(ANN).build();
            }),
            Map.entry("EnableOwner", admin -> {
                ann(admin);
                call(
                        admin,
                        "DisableOwner",
                        DisableOwnerRequest.newBuilder().setName(ANN).build());
                return EnableOwnerRequest.newBuilder().setName(ANN).build();
            }),
            Map.entry("CreateToken", admin -> {
                Fixtures.shop(admin);
                return createToken(token("CI")).build();
            }),
            Map.entry(
                    "UpdateToken",
                    admin -> UpdateTokenRequest.newBuilder()
                            .setToken(Token.newBuilder().setName(made(admin)).setDescription("new"))
                            .build()),
            Map.entry("ReassignToken", admin -> {
                String name = made(admin);
                call(admin, "CreateOwner", Fixtures.owner("ann").build());
                return ReassignTokenRequest.newBuilder()
                        .setName(name)
                        .setOwner(ANN)
                        .build();
            }),
            Map.entry(
                    "DisableToken",
                    admin -> DisableTokenRequest.newBuilder()
                            .setName(made(admin))
                            .build()),
            Map.entry("EnableToken", admin -> {
                String name = made(admin);
                call(
                        admin,
                        "DisableToken",
                        DisableTokenRequest.newBuilder().setName(name).build());
                return EnableTokenRequest.newBuilder().setName(name).build();
            }),
            Map.entry(
                    "RotateToken",
                    admin ->
                            RotateTokenRequest.newBuilder().setName(made(admin)).build()),
            Map.entry("EndGracePeriod", admin -> {
                String name = made(admin);
                call(
                        admin,
                        "RotateToken",
                        RotateTokenRequest.newBuilder().setName(name).build());
                return EndGracePeriodRequest.newBuilder().setName(name).build();
            }),
            Map.entry(
                    "RevokeToken",
                    admin ->
                            RevokeTokenRequest.newBuilder().setName(made(admin)).build()),
            Map.entry("RevokeTokens", admin -> {
                made(admin);
                return RevokeTokensRequest.newBuilder()
                        .setParent(ACME)
                        .setAllTenant(true)
                        .build();
            }),
            Map.entry(
                    "DeleteToken",
                    admin ->
                            DeleteTokenRequest.newBuilder().setName(made(admin)).build()),
            Map.entry("UndeleteToken", admin -> {
                String name = made(admin);
                call(
                        admin,
                        "DeleteToken",
                        DeleteTokenRequest.newBuilder().setName(name).build());
                return UndeleteTokenRequest.newBuilder().setName(name).build();
            }));

    /** What is in the history, and changes nothing else. */
    private static final Set<String> ONLY_TOLD =
            Set.of("Explain", "RevealSecret", "WatchSecret", "WatchEvents", "VerifyHistory");

    @RegisterExtension
    private final AdminHarness admin = new AdminHarness(new Bounds(Duration.ofSeconds(1), OUTAGE, 1));

    static Stream<String> writes() {
        return SERVICES.stream()
                .flatMap(service -> service.getMethods().stream())
                .map(MethodDescriptor::getBareMethodName)
                .filter(name -> !name.startsWith("Get") && !name.startsWith("List") && !ONLY_TOLD.contains(name));
    }

    @Test
    void services_allThatAreServed_lookedAt() {
        List<String> known = SERVICES.stream().map(ServiceDescriptor::getName).toList();
        assertThat(admin.services()).containsExactlyInAnyOrderElementsOf(known);
    }

    @Test
    void requests_thoseOfAllWrites_known() {
        assertThat(REQUESTS).containsOnlyKeys(writes().toList());
    }

    @ParameterizedTest
    @MethodSource("writes")
    void write_singleRedis_effectiveAfterTheLease(String write) {
        assertEffectiveAfterTheLease(write, request(write), Durability.UNCONFIRMED);
    }

    @ParameterizedTest
    @MethodSource("writes")
    void write_replicasConfirm_confirmedAndEffective(String write) {
        Message request = request(write);
        admin.condition.replicated();
        admin.store.breakCommits(commit -> true, new Outcome.Committed(RecordWriter.Durability.CONFIRMED), true);
        assertEffectiveAfterTheLease(write, request, Durability.CONFIRMED);
    }

    @ParameterizedTest
    @MethodSource("writes")
    void write_replicasDoNotConfirm_nothingIsPromised(String write) {
        Message request = request(write);
        admin.condition.replicated();
        Message answer = call(admin, write, request);
        assertThat(answer.hasField(field(answer, "effective_time"))).isFalse();
        assertThat(durability(answer)).isEqualTo(Durability.UNCONFIRMED);
    }

    @ParameterizedTest
    @MethodSource("writes")
    void write_toldToWait_answeredWhenItHolds(String write) throws Exception {
        Message request = request(write);
        admin.timer.waits();
        ListenableFuture<Message> answer = begin(admin, write, waiting(request, true));
        assertThat(answer.isDone()).isFalse();
        assertThat(admin.timer.delays()).containsExactly(shorter(wait(write), Answers.LONGEST));
        admin.timer.fire();
        assertThat(answer.isDone()).isTrue();
        told(admin, answer.get());
    }

    @ParameterizedTest
    @MethodSource("writes")
    void write_toldNotToWait_answeredAtOnce(String write) {
        Message request = request(write);
        admin.timer.waits();
        Message answer = call(admin, write, waiting(request, false));
        assertThat(answer.hasField(field(answer, "effective_time"))).isTrue();
        assertThat(admin.timer.delays()).isEmpty();
    }

    private void assertEffectiveAfterTheLease(String write, Message request, Durability durability) {
        Message answer = call(admin, write, request);
        assertThat(effectiveTime(answer))
                .isEqualTo(RecordWrites.timestamp(admin.clock.instant().plus(wait(write))));
        assertThat(durability(answer)).isEqualTo(durability);
    }

    private Message request(String write) {
        return Objects.requireNonNull(REQUESTS.get(write), "no request for " + write + " is made here")
                .apply(admin);
    }

    private static Message waiting(Message request, boolean wait) {
        return request.toBuilder().setField(field(request, "wait"), wait).build();
    }

    /** When it holds: catalogs belong to any tenant, and so to those that may go on in an outage too. */
    private static Duration wait(String write) {
        boolean ofCatalog = write.endsWith("Module") || write.endsWith("Catalog") || write.startsWith("Import");
        return ofCatalog && !write.equals("CreateCatalog") ? WAIT.plus(OUTAGE) : WAIT;
    }

    private static Duration shorter(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }

    private static Timestamp effectiveTime(Message answer) {
        return (Timestamp) answer.getField(field(answer, "effective_time"));
    }

    private static Durability durability(Message answer) {
        return Durability.forNumber(((EnumValueDescriptor) answer.getField(field(answer, "durability"))).getNumber());
    }

    private static FieldDescriptor field(Message message, String name) {
        FieldDescriptor field = message.getDescriptorForType().findFieldByName(name);
        assertThat(field).as("%s of %s", name, message.getDescriptorForType()).isNotNull();
        return field;
    }

    private static void ann(AdminHarness admin) {
        Fixtures.shop(admin);
        call(admin, "CreateOwner", Fixtures.owner("ann").build());
    }

    private static String made(AdminHarness admin) {
        Fixtures.shop(admin);
        return Fixtures.make(admin, createToken(token("CI"))).getToken().getName();
    }

    private static Message call(AdminHarness admin, String rpc, Message request) {
        Message answer = ClientCalls.blockingUnaryCall(channel(admin), method(rpc), CallOptions.DEFAULT, request);
        told(admin, answer);
        return answer;
    }

    private static ListenableFuture<Message> begin(AdminHarness admin, String rpc, Message request) {
        return ClientCalls.futureUnaryCall(channel(admin).newCall(method(rpc), CallOptions.DEFAULT), request);
    }

    private static void told(AdminHarness admin, Message answer) {
        if (answer instanceof CreateTokenResponse made && made.hasPlain()) {
            admin.told(made.getPlain().getSecret());
        }
    }

    private static Channel channel(AdminHarness admin) {
        return admin.as("Bearer " + admin.bootstrapToken());
    }

    // The generated descriptors say of what kind the messages are.
    @SuppressWarnings("unchecked")
    private static MethodDescriptor<Message, Message> method(String rpc) {
        return (MethodDescriptor<Message, Message>) SERVICES.stream()
                .flatMap(service -> service.getMethods().stream())
                .filter(method -> rpc.equals(method.getBareMethodName()))
                .findFirst()
                .orElseThrow();
    }
}
