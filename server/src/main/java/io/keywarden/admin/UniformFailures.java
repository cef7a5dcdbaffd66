package io.keywarden.admin;

import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.util.Arrays;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends every call that failed with a status made by {@link AdminErrors}. What nobody foresaw is INTERNAL without details, and
 * is logged by its class and place alone: a message could hold a part of the request.
 */
final class UniformFailures implements ServerInterceptor {
    private static final Logger LOG = LoggerFactory.getLogger(UniformFailures.class);

    @Override
    public <Q, R> ServerCall.Listener<Q> interceptCall(
            ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
        Closing<Q, R> closing = new Closing<>(call);
        try {
            return new Guarded<>(next.startCall(closing, headers), closing);
        } catch (RuntimeException e) {
            closing.fail(e);
            return new ServerCall.Listener<>() {};
        }
    }

    /** A call that knows whether it was closed. Used by one thread at a time, as gRPC's own calls are. */
    private static final class Closing<Q, R> extends SimpleForwardingServerCall<Q, R> {
        private boolean closed;

        private Closing(ServerCall<Q, R> call) {
            super(call);
        }

        @Override
        public void close(Status status, Metadata trailers) {
            closed = true;
            super.close(status, trailers);
        }

        private void fail(RuntimeException e) {
            if (closed) {
                LOG.error("admin call failed after its end method={} {}", method(), place(e));
                return;
            }
            StatusRuntimeException status = status(e);
            Metadata trailers = status.getTrailers();
            close(status.getStatus(), trailers == null ? new Metadata() : trailers);
        }

        private StatusRuntimeException status(RuntimeException e) {
            if (e instanceof AdminException known) {
                return AdminErrors.toStatus(known.failure());
            }
            if (e instanceof StatusRuntimeException status) {
                return status;
            }
            LOG.error("admin call failed method={} {}", method(), place(e));
            return AdminErrors.internal();
        }

        private String method() {
            return getMethodDescriptor().getFullMethodName();
        }

        private static String place(RuntimeException e) {
            String frame = Arrays.stream(e.getStackTrace())
                    .filter(at -> at.getClassName().startsWith("io.keywarden."))
                    .findFirst()
                    .map(at -> at.getClassName() + "." + at.getMethodName() + ":" + at.getLineNumber())
                    .orElse("elsewhere");
            return "error=" + e.getClass().getName() + " at=" + frame;
        }
    }

    /** Calls a listener, and ends the call where that fails. */
    private static final class Guarded<Q, R> extends SimpleForwardingServerCallListener<Q> {
        private final Closing<Q, R> call;

        private Guarded(ServerCall.Listener<Q> delegate, Closing<Q, R> call) {
            super(delegate);
            this.call = call;
        }

        @Override
        public void onMessage(Q message) {
            guard(() -> super.onMessage(message));
        }

        @Override
        public void onHalfClose() {
            guard(super::onHalfClose);
        }

        @Override
        public void onReady() {
            guard(super::onReady);
        }

        private void guard(Runnable step) {
            try {
                step.run();
            } catch (RuntimeException e) {
                call.fail(e);
            }
        }
    }
}
