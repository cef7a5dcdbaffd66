package io.keywarden.admin;

import io.grpc.MethodDescriptor;
import io.grpc.ServiceDescriptor;
import io.grpc.protobuf.ProtoMethodDescriptorSupplier;
import io.keywarden.admin.v1.AccessServiceGrpc;
import io.keywarden.admin.v1.CatalogServiceGrpc;
import io.keywarden.admin.v1.HistoryServiceGrpc;
import io.keywarden.admin.v1.OptionsProto;
import io.keywarden.admin.v1.OwnerServiceGrpc;
import io.keywarden.admin.v1.Requirement;
import io.keywarden.admin.v1.ServerServiceGrpc;
import io.keywarden.admin.v1.TenantServiceGrpc;
import io.keywarden.admin.v1.TokenServiceGrpc;
import io.keywarden.admin.v1.UsageServiceGrpc;
import io.keywarden.token.Action;
import io.keywarden.token.Operation;
import io.keywarden.token.Sha256;
import io.keywarden.token.Uid;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The catalog of tenant {@code system}: the module {@code keywarden}, whose operations are the RPCs of Admin and a few things
 * that are none. It is compiled from what the RPCs say they require, so no record holds it, and its uids follow from names.
 */
final class AdminOperations {
    /** The id of the one module, and of the catalog. */
    static final String MODULE = "keywarden";
    /** To call for an owner of a tenant. */
    static final String ACT_AS = "ActAs";
    /** To begin a shadow, or to make it longer. */
    static final String TURN_SHADOW_ON = "TurnShadowOn";
    /** The module's identity. */
    static final Uid MODULE_UID = uid("keywarden module " + MODULE);
    /** The catalog's identity. */
    static final Uid CATALOG_UID = uid("keywarden catalog " + MODULE);

    /** All services of Admin. An RPC of another one is refused to everyone. */
    static final List<ServiceDescriptor> SERVICES = List.of(
            CatalogServiceGrpc.getServiceDescriptor(),
            TenantServiceGrpc.getServiceDescriptor(),
            OwnerServiceGrpc.getServiceDescriptor(),
            TokenServiceGrpc.getServiceDescriptor(),
            HistoryServiceGrpc.getServiceDescriptor(),
            UsageServiceGrpc.getServiceDescriptor(),
            AccessServiceGrpc.getServiceDescriptor(),
            ServerServiceGrpc.getServiceDescriptor());

    /** Restricted operations that are no RPCs: a right to something that several RPCs can do. */
    private static final List<Operation> EXTRA =
            List.of(restricted(ACT_AS, Action.EDIT), restricted(TURN_SHADOW_ON, Action.EDIT));

    private static final Map<String, Operation> BY_NAME = byName();

    private AdminOperations() {}

    /** The operation of a name, such as {@code RevokeToken}; empty where there is none. */
    static Optional<Operation> find(String name) {
        return Optional.ofNullable(BY_NAME.get(name));
    }

    /** All operations. */
    static Collection<Operation> all() {
        return BY_NAME.values();
    }

    /** The operations that an owner may do for tokens of their own. */
    static List<Operation> selfService() {
        return SERVICES.stream()
                .flatMap(service -> service.getMethods().stream())
                .flatMap(method -> requirement(method).stream())
                .filter(Requirement::getSelfService)
                .flatMap(requirement -> find(requirement.getOperation()).stream())
                .toList();
    }

    /** The name of an operation without its module, as an RPC has it. */
    static String nameOf(Operation operation) {
        return operation.id().substring(MODULE.length() + 1);
    }

    /** What a method says that it requires; empty where it says too little, or is of no service of Admin. */
    static Optional<Requirement> requirement(MethodDescriptor<?, ?> method) {
        return declared(method).filter(requirement -> BY_NAME.containsKey(requirement.getOperation()));
    }

    private static Optional<Requirement> declared(MethodDescriptor<?, ?> method) {
        boolean ours = SERVICES.stream().anyMatch(service -> service.getName().equals(method.getServiceName()));
        if (ours && method.getSchemaDescriptor() instanceof ProtoMethodDescriptorSupplier supplier) {
            Requirement requirement =
                    supplier.getMethodDescriptor().getOptions().getExtension(OptionsProto.requires);
            return Optional.of(requirement)
                    .filter(said -> !said.getOperation().isEmpty())
                    .filter(said -> action(said.getAction()).isPresent());
        }
        return Optional.empty();
    }

    private static Map<String, Operation> byName() {
        Map<String, Operation> all = new LinkedHashMap<>();
        SERVICES.stream()
                .flatMap(service -> service.getMethods().stream())
                .flatMap(method -> declared(method).stream())
                .forEach(requirement -> all.put(requirement.getOperation(), operation(requirement)));
        EXTRA.forEach(operation -> all.put(nameOf(operation), operation));
        return Map.copyOf(all);
    }

    private static Operation operation(Requirement requirement) {
        Action action = action(requirement.getAction()).orElseThrow();
        return operation(
                requirement.getOperation(),
                action,
                requirement.getRestricted() ? Operation.Closure.RESTRICTED : Operation.Closure.OPEN);
    }

    private static Operation restricted(String name, Action action) {
        return operation(name, action, Operation.Closure.RESTRICTED);
    }

    private static Operation operation(String name, Action action, Operation.Closure closure) {
        return new Operation(
                uid("keywarden operation " + name),
                MODULE + "." + name,
                MODULE_UID,
                action,
                closure,
                Set.of(),
                "",
                Optional.empty());
    }

    private static Optional<Action> action(Requirement.Action action) {
        return switch (action) {
            case READ -> Optional.of(Action.READ);
            case CREATE -> Optional.of(Action.CREATE);
            case EDIT -> Optional.of(Action.EDIT);
            case DELETE -> Optional.of(Action.DELETE);
            case ACTION_UNSPECIFIED, UNRECOGNIZED -> Optional.empty();
        };
    }

    private static Uid uid(String text) {
        byte[] hash = Sha256.begin().digest(text.getBytes(StandardCharsets.US_ASCII));
        return Uid.of(Arrays.copyOf(hash, Uid.BYTES));
    }
}
