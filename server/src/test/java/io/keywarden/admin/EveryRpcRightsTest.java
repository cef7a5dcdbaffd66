package io.keywarden.admin;

import static io.keywarden.admin.Failures.failure;
import static io.keywarden.admin.SystemTokens.operation;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import com.google.api.FieldBehavior;
import com.google.api.FieldBehaviorProto;
import com.google.api.ResourceProto;
import com.google.api.ResourceReference;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.Message;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.MethodDescriptor;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.ProtoMethodDescriptorSupplier;
import io.grpc.protobuf.ProtoUtils;
import io.grpc.stub.ClientCalls;
import io.keywarden.admin.Failures.Failure;
import io.keywarden.admin.v1.Grant;
import io.keywarden.admin.v1.OptionsProto;
import io.keywarden.admin.v1.Requirement;
import io.keywarden.token.Operation;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What each RPC of Admin needs, for all that are there: requests are made from what the protos say of them. */
final class EveryRpcRightsTest {
    private static final String[] EVERYWHERE = {"*", "tenants/system"};

    @RegisterExtension
    private final AdminHarness admin = new AdminHarness();

    static Stream<Rpc> everyRpc() {
        return AdminOperations.SERVICES.stream()
                .flatMap(service -> service.getMethods().stream())
                .map(method -> ((ProtoMethodDescriptorSupplier) Objects.requireNonNull(method.getSchemaDescriptor()))
                        .getMethodDescriptor())
                .map(Rpc::new);
    }

    static Stream<Rpc> everyRpcOfATenant() {
        return everyRpc().filter(rpc -> !rpc.requirement().getTenantField().isEmpty());
    }

    @Test
    void services_allThatAreServed_areOperations() {
        assertThat(admin.services())
                .containsExactlyInAnyOrderElementsOf(AdminOperations.SERVICES.stream()
                        .map(io.grpc.ServiceDescriptor::getName)
                        .toList());
    }

    @ParameterizedTest
    @MethodSource("everyRpc")
    void rpc_any_declaresWhatItNeeds(Rpc rpc) {
        Requirement needed = rpc.requirement();
        assertThat(needed.getOperation()).isEqualTo(rpc.name());
        assertThat(needed.getAction()).isNotEqualTo(Requirement.Action.ACTION_UNSPECIFIED);
        assertThat(AdminOperations.find(rpc.name())).isPresent();
        if (!needed.getTenantField().isEmpty()) {
            FieldDescriptor field = field(rpc.input(), needed.getTenantField());
            assertThat(field.getJavaType()).isEqualTo(FieldDescriptor.JavaType.STRING);
            assertThat(field.isRepeated()).isFalse();
        }
    }

    /** A request that names something of a tenant in a field of its own says so: else a right to one tenant opens all. */
    @ParameterizedTest
    @MethodSource("everyRpc")
    void rpc_withTheNameOfSomethingOfATenant_declaresItsField(Rpc rpc) {
        boolean names = rpc.input().getFields().stream()
                .filter(field -> List.of("name", "parent").contains(field.getName()))
                .map(EveryRpcRightsTest::reference)
                .anyMatch(type -> List.of("Tenant", "Owner", "Token", "Event").contains(type));
        boolean updates = rpc.name().startsWith("Update")
                && rpc.input().getFields().stream()
                        .filter(field -> field.getJavaType() == FieldDescriptor.JavaType.MESSAGE)
                        .map(field -> field.getMessageType()
                                .getOptions()
                                .getExtension(ResourceProto.resource)
                                .getSingular())
                        .anyMatch(type -> List.of("tenant", "owner", "token").contains(type));
        assertThat(rpc.requirement().getTenantField().isEmpty()).isNotEqualTo(names || updates);
    }

    @ParameterizedTest
    @MethodSource("everyRpc")
    void rpc_everyPermissionButThis_roleMissingAndNothingWritten(Rpc rpc) {
        Message request = request(rpc, "acme");
        Channel caller = SystemTokens.with(admin, allBut(rpc.name(), EVERYWHERE));
        List<Object> before = admin.store.inner().contents();
        Failure failure = failure(() -> call(caller, rpc, request));
        assertThat(failure.what()).isEqualTo("PERMISSION_DENIED ROLE_MISSING");
        assertThat(failure.metadata()).containsEntry("operation", "keywarden." + rpc.name());
        assertThat(admin.store.inner().contents()).isEqualTo(before);
    }

    @ParameterizedTest
    @MethodSource("everyRpc")
    void rpc_thisPermissionAlone_getsToItsOwnChecks(Rpc rpc) {
        Message request = request(rpc, "acme");
        Channel caller = SystemTokens.with(admin, operation(rpc.name(), "*"));
        assertThat(reason(() -> call(caller, rpc, request))).isNotIn("ROLE_MISSING", "INVALID_CREDENTIAL");
    }

    @ParameterizedTest
    @MethodSource("everyRpc")
    void rpc_permissionForAnotherTenant_roleMissing(Rpc rpc) {
        Message request = request(rpc, "acme");
        Channel caller = SystemTokens.with(admin, allBut("", "tenants/other", "tenants/system"));
        assertThat(failure(() -> call(caller, rpc, request)).what()).isEqualTo("PERMISSION_DENIED ROLE_MISSING");
    }

    @ParameterizedTest
    @MethodSource("everyRpcOfATenant")
    void rpc_permissionForAllTenants_notForSystem(Rpc rpc) {
        Message request = request(rpc, "system");
        Channel caller = SystemTokens.with(admin, allBut("", "*"));
        assertThat(failure(() -> call(caller, rpc, request)).what()).isEqualTo("PERMISSION_DENIED ROLE_MISSING");
    }

    @ParameterizedTest
    @MethodSource("everyRpcOfATenant")
    void rpc_noNameOfATenant_needsTheRightForAll(Rpc rpc) {
        Fixtures.shop(admin);
        Channel caller = SystemTokens.with(admin, allBut("", "tenants/acme", "tenants/system"));
        for (String name : List.of("", "acme", "tenants", "tenants/", "tenants/-", "TENANTS/acme", "/tenants/acme")) {
            Message request = set(rpc.input(), rpc.requirement().getTenantField(), name);
            assertThat(failure(() -> call(caller, rpc, request)).what())
                    .as(name)
                    .isEqualTo("PERMISSION_DENIED ROLE_MISSING");
        }
    }

    /** An RPC, printed by its name. */
    record Rpc(com.google.protobuf.Descriptors.MethodDescriptor descriptor) {
        String name() {
            return descriptor.getName();
        }

        Descriptor input() {
            return descriptor.getInputType();
        }

        Requirement requirement() {
            return descriptor.getOptions().getExtension(OptionsProto.requires);
        }

        @Override
        public String toString() {
            return name();
        }
    }

    private static List<Grant> allBut(String name, String... tenants) {
        return AdminOperations.all().stream()
                .map(AdminOperations::nameOf)
                .filter(other -> !other.equals(name))
                .map(other -> operation(other, tenants))
                .toList();
    }

    private static String reason(org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
        try {
            call.call();
            return "";
        } catch (StatusRuntimeException e) {
            return failure(() -> {
                        throw e;
                    })
                    .reason();
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    /** A request about something that is there, in a tenant. */
    private Message request(Rpc rpc, String tenant) {
        Fixtures.shop(admin);
        String path = rpc.requirement().getTenantField();
        if (path.isEmpty()) {
            return DynamicMessage.getDefaultInstance(rpc.input());
        }
        String name = "tenants/" + tenant;
        String type = reference(field(rpc.input(), path));
        boolean parent = path.endsWith("parent");
        if (type.equals("Owner") && !parent) {
            name += "/owners/jane";
        } else if (type.equals("Token") && !parent) {
            name += "/tokens/" + (tenant.equals("system") ? "0".repeat(26) : made());
        }
        return set(rpc.input(), path, name);
    }

    private String made() {
        String name = Fixtures.make(admin, Fixtures.createToken(Fixtures.token("subject")))
                .getToken()
                .getName();
        return name.substring(name.lastIndexOf('/') + 1);
    }

    /** What a field names, such as {@code Token}; of a resource's own name field the kind of the resource. */
    private static String reference(FieldDescriptor field) {
        boolean own = field.getOptions()
                .getExtension(FieldBehaviorProto.fieldBehavior)
                .contains(FieldBehavior.IDENTIFIER);
        ResourceReference reference = field.getOptions().getExtension(ResourceProto.resourceReference);
        String type = own
                ? field.getContainingType()
                        .getOptions()
                        .getExtension(ResourceProto.resource)
                        .getType()
                : reference.getType() + reference.getChildType();
        return type.substring(type.indexOf('/') + 1);
    }

    private static FieldDescriptor field(Descriptor message, String path) {
        int dot = path.indexOf('.');
        FieldDescriptor field = message.findFieldByName(dot < 0 ? path : path.substring(0, dot));
        assertThat(field).as("%s of %s", path, message.getFullName()).isNotNull();
        return dot < 0 ? field : field(field.getMessageType(), path.substring(dot + 1));
    }

    private static Message set(Descriptor message, String path, String value) {
        DynamicMessage.Builder builder = DynamicMessage.newBuilder(message);
        int dot = path.indexOf('.');
        FieldDescriptor field = field(message, dot < 0 ? path : path.substring(0, dot));
        return builder.setField(field, dot < 0 ? value : set(field.getMessageType(), path.substring(dot + 1), value))
                .build();
    }

    private static Object call(Channel channel, Rpc rpc, Message request) {
        MethodDescriptor<Message, DynamicMessage> method = MethodDescriptor.<Message, DynamicMessage>newBuilder()
                .setType(
                        rpc.descriptor().isServerStreaming()
                                ? MethodDescriptor.MethodType.SERVER_STREAMING
                                : MethodDescriptor.MethodType.UNARY)
                .setFullMethodName(rpc.descriptor().getService().getFullName() + "/" + rpc.name())
                .setRequestMarshaller(ProtoUtils.marshaller((Message) DynamicMessage.getDefaultInstance(rpc.input())))
                .setResponseMarshaller(ProtoUtils.marshaller(
                        DynamicMessage.getDefaultInstance(rpc.descriptor().getOutputType())))
                .build();
        var answers = ClientCalls.blockingServerStreamingCall(channel, method, CallOptions.DEFAULT, request);
        return answers.next();
    }

    @Test
    void operations_uids_areAllDifferent() {
        assertThat(AdminOperations.all().stream().map(Operation::uid)).doesNotHaveDuplicates();
        assertThatCode(() -> AdminOperations.find("ActAs").orElseThrow()).doesNotThrowAnyException();
    }
}
