package io.keywarden.cli;

import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.Descriptors.MethodDescriptor;
import com.google.protobuf.Descriptors.ServiceDescriptor;
import com.google.protobuf.util.JsonFormat;
import com.google.rpc.ErrorDetailsProto;
import io.envoyproxy.envoy.service.auth.v3.ExternalAuthProto;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.protobuf.ProtoFileDescriptorSupplier;
import io.keywarden.admin.v1.AccessServiceProto;
import io.keywarden.admin.v1.CatalogServiceProto;
import io.keywarden.admin.v1.HistoryServiceProto;
import io.keywarden.admin.v1.OwnerServiceProto;
import io.keywarden.admin.v1.ServerServiceProto;
import io.keywarden.admin.v1.TenantServiceProto;
import io.keywarden.admin.v1.TokenServiceProto;
import io.keywarden.admin.v1.UsageServiceProto;
import io.keywarden.config.NearestName;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/** The methods that a running Keywarden has, found by name in the generated code. */
final class CallMethods {
    private CallMethods() {}

    /** The method of a name such as {@code TokenService/CreateToken}, with or without the package. */
    static MethodDescriptor find(String name) {
        return methods()
                .filter(method -> isNamed(method, name))
                .findFirst()
                .orElseThrow(() -> new UserError(ExitCode.USAGE, unknown(name)));
    }

    /** All methods in the short form. */
    static List<String> all() {
        return methods().map(CallMethods::shortName).toList();
    }

    /** Knows all messages that may stand in an Any. */
    static JsonFormat.TypeRegistry types() {
        JsonFormat.TypeRegistry.Builder registry = JsonFormat.TypeRegistry.newBuilder();
        registry.add(ErrorDetailsProto.getDescriptor().getMessageTypes());
        files().forEach(file -> registry.add(file.getMessageTypes()));
        return registry.build();
    }

    private static boolean isNamed(MethodDescriptor method, String name) {
        String full = method.getService().getFullName() + "/" + method.getName();
        return full.equals(name)
                || full.endsWith("." + name)
                || method.getFullName().equals(name);
    }

    private static String unknown(String name) {
        Optional<String> near = NearestName.of(name, all());
        return "'" + name + "': no such method ("
                + near.map(other -> "did you mean " + other + "?")
                        .orElse("expected: SERVICE/METHOD; './keywarden call' lists all")
                + ")";
    }

    private static String shortName(MethodDescriptor method) {
        return method.getService().getName() + "/" + method.getName();
    }

    private static Stream<MethodDescriptor> methods() {
        return files().flatMap(file -> file.getServices().stream())
                .map(ServiceDescriptor::getMethods)
                .flatMap(List::stream)
                .filter(method -> !method.isClientStreaming() && !method.isServerStreaming());
    }

    private static Stream<FileDescriptor> files() {
        Object health = HealthGrpc.getServiceDescriptor().getSchemaDescriptor();
        return Stream.of(
                TenantServiceProto.getDescriptor(),
                CatalogServiceProto.getDescriptor(),
                OwnerServiceProto.getDescriptor(),
                TokenServiceProto.getDescriptor(),
                AccessServiceProto.getDescriptor(),
                HistoryServiceProto.getDescriptor(),
                UsageServiceProto.getDescriptor(),
                ServerServiceProto.getDescriptor(),
                ((ProtoFileDescriptorSupplier) Objects.requireNonNull(health)).getFileDescriptor(),
                ExternalAuthProto.getDescriptor());
    }
}
