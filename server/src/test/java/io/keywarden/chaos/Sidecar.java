package io.keywarden.chaos;

import io.envoyproxy.envoy.service.auth.v3.CheckRequest;
import io.keywarden.chaos.History.Answer;
import java.util.function.Consumer;

/** What is proven: something that answers checks. Safe for use by several threads. */
interface Sidecar extends AutoCloseable {
    /** Asks, and does not wait; the answer comes once, on any thread. */
    void check(CheckRequest request, Consumer<Answer> answered);

    @Override
    void close();
}
