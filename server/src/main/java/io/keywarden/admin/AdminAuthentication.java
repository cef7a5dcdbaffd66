package io.keywarden.admin;

import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.Grpc;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.protobuf.ProtoMethodDescriptorSupplier;
import io.keywarden.admin.AdminFailure.NotAuthenticated;
import io.keywarden.admin.AdminFailure.NotPermitted;
import io.keywarden.admin.AdminFailure.StoreFailed.Effect;
import io.keywarden.admin.v1.OptionsProto;
import io.keywarden.credential.TokenText;
import io.keywarden.policy.Reason;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Lets in calls that carry a valid credential, and tells the commands who calls. Health and reflection are open; an RPC that
 * does not say what a caller needs for it is refused to everyone.
 */
final class AdminAuthentication implements ServerInterceptor {
    private static final Metadata.Key<String> AUTHORIZATION =
            Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);
    private static final String SCHEME = "bearer ";
    private static final int MAX_CREDENTIAL = 512;
    private static final Set<String> OPEN_SERVICES = Set.of(
            "grpc.health.v1.Health", "grpc.reflection.v1.ServerReflection", "grpc.reflection.v1alpha.ServerReflection");

    private final BootstrapToken bootstrap;
    private final InstantSource clock;

    AdminAuthentication(BootstrapToken bootstrap, InstantSource clock) {
        this.bootstrap = bootstrap;
        this.clock = clock;
    }

    @Override
    public <Q, R> ServerCall.Listener<Q> interceptCall(
            ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
        MethodDescriptor<Q, R> method = call.getMethodDescriptor();
        if (OPEN_SERVICES.contains(String.valueOf(method.getServiceName()))) {
            return next.startCall(call, headers);
        }
        String principal = principal(headers);
        if (requirement(method).isEmpty()) {
            throw new AdminException(new NotPermitted(""));
        }
        Caller caller = new Caller(principal, peer(call.getAttributes().get(Grpc.TRANSPORT_ATTR_REMOTE_ADDR)));
        return Contexts.interceptCall(Context.current().withValue(Caller.KEY, caller), call, headers, next);
    }

    /** The operation of module {@code keywarden} that a method says it needs. */
    static Optional<String> requirement(MethodDescriptor<?, ?> method) {
        if (method.getSchemaDescriptor() instanceof ProtoMethodDescriptorSupplier supplier) {
            String operation = supplier.getMethodDescriptor()
                    .getOptions()
                    .getExtension(OptionsProto.requires)
                    .getOperation();
            return Optional.of(operation).filter(text -> !text.isEmpty());
        }
        return Optional.empty();
    }

    private String principal(Metadata headers) {
        List<String> values = new ArrayList<>();
        Iterable<String> all = headers.getAll(AUTHORIZATION);
        if (all != null) {
            all.forEach(values::add);
        }
        if (values.isEmpty()) {
            throw refused(Reason.MISSING_CREDENTIAL);
        }
        if (values.size() > 1 || values.get(0).indexOf(',') >= 0) {
            throw refused(Reason.DUPLICATE_CREDENTIAL);
        }
        TokenText presented = parse(values.get(0)).orElseThrow(() -> refused(Reason.MALFORMED_CREDENTIAL));
        return switch (bootstrap.prove(presented, clock.instant())) {
            case PROVEN -> BootstrapToken.PRINCIPAL;
            case WRONG, ENDED -> throw refused(Reason.INVALID_CREDENTIAL);
            case UNKNOWN_PEPPER -> throw AdminStore.failed(Reason.INTERNAL, Effect.NOTHING_WRITTEN);
        };
    }

    private static Optional<TokenText> parse(String value) {
        if (value.length() > MAX_CREDENTIAL || !value.toLowerCase(Locale.ROOT).startsWith(SCHEME)) {
            return Optional.empty();
        }
        return TokenText.parse(value.substring(SCHEME.length()).strip());
    }

    private static String peer(@Nullable SocketAddress address) {
        if (address instanceof InetSocketAddress internet && internet.getAddress() != null) {
            return internet.getAddress().getHostAddress();
        }
        return address == null ? "" : address.toString();
    }

    private static AdminException refused(Reason reason) {
        return new AdminException(new NotAuthenticated(reason));
    }
}
