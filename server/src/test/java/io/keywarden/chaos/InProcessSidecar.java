package io.keywarden.chaos;

import io.envoyproxy.envoy.service.auth.v3.CheckRequest;
import io.envoyproxy.envoy.service.auth.v3.CheckResponse;
import io.keywarden.admin.AdminInProcess;
import io.keywarden.chaos.History.Answer;
import io.keywarden.check.CheckCalls;
import io.keywarden.check.CheckKeys;
import io.keywarden.check.CheckObserver;
import io.keywarden.check.CheckService;
import io.keywarden.check.CheckSettings;
import io.keywarden.credential.OpaqueSecrets;
import io.keywarden.store.CheckReader;
import java.time.Duration;
import java.time.InstantSource;
import java.util.function.Consumer;

/** The check service in this process, on whatever reader. */
public final class InProcessSidecar implements Sidecar {
    /** As long as Envoy waits at the most. */
    private static final Duration READ_LIMIT = Duration.ofMillis(150);

    private final CheckService service;
    private final Runnable close;

    private InProcessSidecar(CheckService service, Runnable close) {
        this.service = service;
        this.close = close;
    }

    /**
     * Makes one.
     *
     * @param close ends what the reader works with
     */
    public static InProcessSidecar of(
            CheckReader reader, AdminInProcess.Identity identity, InstantSource clock, Runnable close) {
        CheckObserver unheard = (decision, nanos, tenant) -> {};
        return new InProcessSidecar(
                new CheckService(
                        new CheckService.Needs(
                                reader,
                                new CheckKeys(identity.hasher(), new OpaqueSecrets(identity.tagKeys())),
                                CheckSettings.DEFAULT,
                                clock,
                                READ_LIMIT),
                        unheard),
                close);
    }

    @Override
    public void check(CheckRequest request, Consumer<Answer> answered) {
        CheckCalls.check(service, request, response -> answered.accept(answer(response)));
    }

    /** What Envoy would take it for. */
    static Answer answer(CheckResponse response) {
        if (response.getStatus().getCode() == 0) {
            return Answer.ALLOW;
        }
        return response.getDeniedResponse().getStatus().getCodeValue() >= 500 ? Answer.ERROR : Answer.DENY;
    }

    @Override
    public void close() {
        close.run();
    }
}
