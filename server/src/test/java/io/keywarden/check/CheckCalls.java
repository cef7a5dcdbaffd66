package io.keywarden.check;

import io.envoyproxy.envoy.service.auth.v3.CheckRequest;
import io.envoyproxy.envoy.service.auth.v3.CheckResponse;
import java.util.function.Consumer;

/** Calls the check service without a connection, for tests outside of this package. */
public final class CheckCalls {
    private CheckCalls() {}

    /** Asks, and does not wait; the answer comes once, on any thread. */
    public static void check(CheckService service, CheckRequest request, Consumer<CheckResponse> answered) {
        service.check(CheckRequests.received(request), bytes -> answered.accept(CheckRequests.response(bytes)));
    }
}
