package io.keywarden.app;

import io.keywarden.check.CheckService;
import io.keywarden.check.CheckSettings;
import io.keywarden.credential.IdTags;
import io.keywarden.credential.TokenText;
import io.keywarden.policy.Decision;
import io.keywarden.token.SlotTag;
import io.keywarden.token.TokenId;
import io.keywarden.token.TokenSecret;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs checks through a real connection, so that the code is loaded and compiled before the first caller comes, who waits
 * 250 ms at most. It begins at once with checks of a token that exists only here, which are allowed from memory while Redis
 * is still being connected to; its step adds some of a token that does not exist, which read from the real store, and ends
 * both. The connection is one of its own on loopback: the real listener may want a certificate. Its checks are not counted.
 */
final class WarmUp implements StoreWatch.Step, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(WarmUp.class);
    private static final int DENIED = 5;
    /** Then it is loaded, however soon all else is ready. */
    private static final int ALLOWED = 20;
    /** Then it is compiled, however long all else takes. */
    private static final int MOST_ALLOWED = 400;

    private static final Duration LIMIT = Duration.ofSeconds(3);

    private final CheckService.Needs needs;
    private final Executor beside;
    private final byte[] known;
    private final byte[] unknown;
    private volatile Run run;

    private WarmUp(CheckService.Needs needs, Executor beside, byte[] known, byte[] unknown) {
        this.needs = needs;
        this.beside = beside;
        this.known = known;
        this.unknown = unknown;
        this.run = new Run();
    }

    /**
     * Begins.
     *
     * @param needs what checks are answered with
     * @param tags makes token ids
     * @param beside where the checks run that read nothing, in one thread
     */
    static WarmUp begin(CheckService.Needs needs, IdTags tags, Executor beside, SecureRandom random) {
        TokenId id = tags.issue(SlotTag.random(random), random);
        TokenSecret secret = TokenSecret.random(random);
        TokenId other = tags.issue(SlotTag.random(random), random);
        CheckService.Needs own = new CheckService.Needs(
                WarmUpReader.of(needs.reader(), needs.keys().hasher(), id, secret, random),
                needs.keys(),
                CheckSettings.DEFAULT,
                needs.clock(),
                needs.readLimit());
        return new WarmUp(
                own,
                beside,
                WarmUpRequest.of(WarmUpReader.SOURCE, TokenText.format("warm", id, secret)),
                WarmUpRequest.of("192.0.2.1", TokenText.format("warm", other, secret)));
    }

    @Override
    public boolean needsMarker() {
        return true;
    }

    @Override
    public boolean attempt() throws Exception {
        boolean done = false;
        try {
            done = run.finish();
            return done;
        } finally {
            run.close();
            if (!done) {
                run = new Run();
            }
        }
    }

    @Override
    public void close() {
        run.close();
    }

    /** One connection, and the checks on it. */
    private final class Run {
        private final AtomicInteger allowed = new AtomicInteger();
        private final AtomicInteger denied = new AtomicInteger();
        private final AtomicInteger untold = new AtomicInteger();
        private final CompletableFuture<Loopback> opened;
        private final CompletableFuture<Void> asked;
        private volatile boolean enough;

        private Run() {
            CheckService service = new CheckService(
                    needs, (decision, nanos, tenant) -> counter(decision).incrementAndGet());
            opened = CompletableFuture.supplyAsync(() -> Loopback.open(service), beside);
            asked = opened.thenAcceptAsync(this::askKnown, beside);
        }

        private AtomicInteger counter(Decision decision) {
            return decision.fold(allow -> allowed, deny -> denied, unknown -> untold);
        }

        private void askKnown(Loopback loopback) {
            for (int i = 0; i < (enough ? ALLOWED : MOST_ALLOWED) && untold.get() == 0; i++) {
                loopback.ask(known, LIMIT);
            }
            LOG.info("warmed_up checks={}", allowed.get());
        }

        /** Answers whether all was answered as it should be. */
        private boolean finish() throws Exception {
            Loopback loopback = opened.get(LIMIT.toMillis(), TimeUnit.MILLISECONDS);
            for (int i = 0; i < DENIED && untold.get() == 0; i++) {
                loopback.ask(unknown, LIMIT);
            }
            enough = true;
            asked.get(LIMIT.toMillis(), TimeUnit.MILLISECONDS);
            return allowed.get() > 0 && denied.get() > 0 && untold.get() == 0;
        }

        private void close() {
            enough = true;
            var unused = opened.thenAccept(Loopback::close);
        }
    }
}
