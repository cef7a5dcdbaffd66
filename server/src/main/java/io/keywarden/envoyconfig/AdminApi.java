package io.keywarden.envoyconfig;

import com.google.protobuf.DescriptorProtos.FileDescriptorSet;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.Descriptors.ServiceDescriptor;
import io.keywarden.admin.v1.AccessServiceProto;
import io.keywarden.admin.v1.CatalogServiceProto;
import io.keywarden.admin.v1.HistoryServiceProto;
import io.keywarden.admin.v1.OwnerServiceProto;
import io.keywarden.admin.v1.ServerServiceProto;
import io.keywarden.admin.v1.TenantServiceProto;
import io.keywarden.admin.v1.TokenServiceProto;
import io.keywarden.admin.v1.UsageServiceProto;
import java.util.List;

/** The services of the Admin API that are offered as JSON over HTTP. */
public final class AdminApi {
    private static final List<FileDescriptor> FILES = List.of(
            CatalogServiceProto.getDescriptor(),
            TenantServiceProto.getDescriptor(),
            OwnerServiceProto.getDescriptor(),
            TokenServiceProto.getDescriptor(),
            AccessServiceProto.getDescriptor(),
            HistoryServiceProto.getDescriptor(),
            UsageServiceProto.getDescriptor(),
            ServerServiceProto.getDescriptor());

    private AdminApi() {}

    /** Full names of the services. */
    public static List<String> services() {
        return FILES.stream()
                .flatMap(file -> file.getServices().stream())
                .map(ServiceDescriptor::getFullName)
                .toList();
    }

    /** What Envoy's JSON transcoder has to know about them. */
    public static FileDescriptorSet descriptorSet() {
        return DescriptorSets.of(FILES);
    }
}
