package io.keywarden.admin;

import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.Grpc;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.keywarden.admin.AdminFailure.NotAuthenticated;
import io.keywarden.admin.AdminFailure.NotPermitted;
import io.keywarden.admin.AdminFailure.RateLimited;
import io.keywarden.admin.TokenCallers.Use;
import io.keywarden.admin.v1.Requirement;
import io.keywarden.admin.v1.TokenServiceGrpc;
import io.keywarden.policy.Reason;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Lets in calls of somebody who is known and may make them, and tells the commands who calls. Health and reflection are open;
 * an RPC that does not say what a caller needs for it is refused to everyone.
 */
final class AdminAuthentication implements ServerInterceptor {
    private static final Set<String> OPEN_SERVICES = Set.of(
            "grpc.health.v1.Health", "grpc.reflection.v1.ServerReflection", "grpc.reflection.v1alpha.ServerReflection");

    private static final String WATCH_SECRET =
            TokenServiceGrpc.getWatchSecretMethod().getFullMethodName();

    private final Callers callers;
    private final ActingAs acting;
    private final Authorization authorization;
    private final FailedLogins failed;

    AdminAuthentication(Callers callers, ActingAs acting, Authorization authorization, FailedLogins failed) {
        this.callers = callers;
        this.acting = acting;
        this.authorization = authorization;
        this.failed = failed;
    }

    @Override
    public <Q, R> ServerCall.Listener<Q> interceptCall(
            ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
        MethodDescriptor<Q, R> method = call.getMethodDescriptor();
        if (OPEN_SERVICES.contains(String.valueOf(method.getServiceName()))) {
            return next.startCall(call, headers);
        }
        boolean watches = method.getFullMethodName().equals(WATCH_SECRET);
        Caller known = known(call, headers, watches ? Use.WATCH : Use.ANY);
        Optional<Requirement> needed = AdminOperations.requirement(method);
        if (needed.isEmpty()) {
            throw new AdminException(new NotPermitted(""));
        }
        Caller caller = acting.apply(known, headers);
        Use later = watches ? Use.WATCH_ON : Use.ANY;
        StillAllowed again = request -> authorization.require(
                method, needed.get(), request, acting.apply(known(call, headers, later), headers));
        Context context = Context.current().withValue(Caller.KEY, caller).withValue(StillAllowed.KEY, again);
        return authorization.guard(Contexts.interceptCall(context, call, headers, next), method, needed.get(), caller);
    }

    private Caller known(ServerCall<?, ?> call, Metadata headers, Use use) {
        String peer = peer(call.getAttributes().get(Grpc.TRANSPORT_ATTR_REMOTE_ADDR));
        try {
            return callers.find(headers, call.getAttributes(), peer, use);
        } catch (AdminException e) {
            // Who presents nothing tries nothing.
            boolean tried =
                    e.failure() instanceof NotAuthenticated refused && refused.reason() != Reason.MISSING_CREDENTIAL;
            if (tried) {
                failed.failed(peer).ifPresent(wait -> {
                    throw new AdminException(new RateLimited(
                            "too many credentials from this address were refused; a right one passes all the same",
                            wait));
                });
            }
            throw e;
        }
    }

    private static String peer(@Nullable SocketAddress address) {
        if (address instanceof InetSocketAddress internet && internet.getAddress() != null) {
            return internet.getAddress().getHostAddress();
        }
        return address == null ? "" : address.toString();
    }
}
