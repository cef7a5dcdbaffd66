package io.keywarden.check;

import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.Status;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One call of Envoy's method. The transport calls it on one thread at a time; the answer may come from another one. */
final class CheckCall extends ServerCall.Listener<ReceivedRequest> {
    private final ServerCall<ReceivedRequest, byte[]> call;
    private final BiConsumer<ReceivedRequest, Consumer<byte[]>> handler;
    /** Only used by the transport. */
    private @Nullable ReceivedRequest request;

    private boolean over;

    private CheckCall(ServerCall<ReceivedRequest, byte[]> call, BiConsumer<ReceivedRequest, Consumer<byte[]>> handler) {
        this.call = call;
        this.handler = handler;
    }

    /** Begins to take a call; {@code handler} is given its request, and what it has to give the answer to, once. */
    static ServerCall.Listener<ReceivedRequest> begin(
            ServerCall<ReceivedRequest, byte[]> call, BiConsumer<ReceivedRequest, Consumer<byte[]>> handler) {
        // One more than there may be, so that a second one is seen.
        call.request(2);
        return new CheckCall(call, handler);
    }

    @Override
    public void onMessage(ReceivedRequest message) {
        if (request != null) {
            fail("Too many requests");
        }
        request = message;
    }

    @Override
    public void onHalfClose() {
        if (request == null) {
            fail("Half-closed without a request");
        }
        if (!over && request != null) {
            over = true;
            handler.accept(request, this::reply);
        }
    }

    private void fail(String problem) {
        if (!over) {
            over = true;
            call.close(Status.INTERNAL.withDescription(problem), new Metadata());
        }
    }

    private void reply(byte[] answer) {
        try {
            if (!call.isCancelled()) {
                call.sendHeaders(new Metadata());
                call.sendMessage(answer);
                call.close(Status.OK, new Metadata());
            }
        } catch (IllegalStateException e) {
            // Cancelled in between: there is nobody to answer.
            if (!call.isCancelled()) {
                throw e;
            }
        }
    }
}
