package io.keywarden.chaos;

import io.envoyproxy.envoy.service.auth.v3.CheckRequest;
import io.keywarden.chaos.History.Answer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** What is proven: something that answers checks. Safe for use by several threads. */
interface Sidecar extends AutoCloseable {
    /** Asks, and does not wait; the answer comes once, on any thread. */
    void check(CheckRequest request, Consumer<Answer> answered);

    /** Asks about a token, and waits for the answer. */
    default Answer answer(Subject token) throws Exception {
        CompletableFuture<Answer> answer = new CompletableFuture<>();
        check(token.request(), answer::complete);
        return answer.get(5, TimeUnit.SECONDS);
    }

    @Override
    void close();
}
