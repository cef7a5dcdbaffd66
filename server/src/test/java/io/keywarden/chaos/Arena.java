package io.keywarden.chaos;

import io.keywarden.admin.AdminInProcess;
import io.keywarden.redis.RedisObserver;
import io.keywarden.redis.RedisSettings;
import io.keywarden.redis.RedisStore;
import io.keywarden.redis.TrackedSidecars;
import io.keywarden.redis.TrackedSidecars.Guards;
import io.keywarden.redis.TrackedSidecars.Tracked;
import io.keywarden.testkit.RedisNode;
import io.keywarden.testkit.TemporaryFolders;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;

/**
 * Everything that one proof needs on a Redis that somebody else started and breaks: an Admin, tenants and tokens, a sidecar
 * with its near cache, a load, and a history. For one thread.
 */
final class Arena implements AutoCloseable {
    static final Duration LEASE = Duration.ofSeconds(1);
    /** As long as a recovery may take, and a little. */
    static final Duration RECOVERY = LEASE.plusMillis(2_300);

    /** From the answer to a revocation to its effective time. */
    static final Duration BOUND = LEASE.plusMillis(50);

    private static final Duration WARM_UP = Duration.ofSeconds(1);
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    /** What only heartbeats have in them: the beginning of their key. */
    private static final String HEARTBEAT = "kw:b:{";

    private static final int MOST_STOPS = 10;

    private final Path folder;
    private final AdminInProcess.Identity identity;
    private final RedisStore store;
    private final AdminInProcess admin;
    private final Tracked tracked;
    private final List<Subject> live = new ArrayList<>();
    private final List<Subject> written = new ArrayList<>();
    private final History history = new History(System.nanoTime());
    private final Switch writer;
    private final Sidecar sidecar;
    private final Load load;
    private final int perSecond;

    /**
     * What to prove it on.
     *
     * @param admin where Admin finds Redis
     * @param sidecar where the sidecar does
     * @param guards what holds in the sidecar
     * @param tenants how many tenants, each with a live token; they are spread over the slots
     * @param tokens how many tokens of each are written to
     * @param perSecond how often each token is checked a second
     */
    record Plan(RedisSettings admin, RedisSettings sidecar, Guards guards, int tenants, int tokens, int perSecond) {
        /** Both find it at the same place. */
        static Plan on(RedisSettings settings, Guards guards, int tokens, int perSecond) {
            return new Plan(settings, settings, guards, 1, tokens, perSecond);
        }
    }

    /** A writer that can be another one from now on. */
    private static final class Switch implements Writer {
        private volatile Writer now;

        Switch(Writer first) {
            now = first;
        }

        @Override
        public Result disable(Subject subject) {
            return now.disable(subject);
        }

        @Override
        public Result enable(Subject subject) {
            return now.enable(subject);
        }
    }

    private Arena(Plan plan) throws IOException {
        this.folder = Files.createTempDirectory("keywarden-chaos-");
        this.identity = new AdminInProcess.Identity(folder);
        this.store = RedisStore.connect(plan.admin(), () -> 1, RedisObserver.NONE);
        require(Load.await(PATIENCE, () -> store.obstacle().isEmpty()), "Admin has no Redis: " + store.obstacle());
        this.admin = AdminInProcess.start(new AdminInProcess.Roles(store, store, store, store), identity);
        AdminWriter direct = new AdminWriter(admin.channel());
        direct.makeCatalog();
        for (int i = 0; i < plan.tenants(); i++) {
            List<Subject> made = direct.makeTenant("tenant" + i, 1 + plan.tokens());
            live.add(made.get(0));
            written.addAll(made.subList(1, made.size()));
        }
        this.perSecond = plan.perSecond();
        this.writer = new Switch(direct);
        this.tracked = TrackedSidecars.start(plan.sidecar(), identity, plan.guards());
        this.sidecar = InProcessSidecar.of(tracked.reader(), identity, InstantSource.system(), () -> {});
        this.load = new Load(new Load.Parties(sidecar, writer), history, live, written, plan.perSecond());
    }

    /** Starts all of it, and waits until the live tokens are allowed. */
    static Arena open(Plan plan) {
        try {
            Arena arena = new Arena(plan);
            require(
                    Load.await(PATIENCE, () -> arena.tracked.obstacle().isEmpty()),
                    "the sidecar has no lease: " + arena.tracked.obstacle());
            arena.load.start();
            arena.requireLive(PATIENCE);
            Load.pause(WARM_UP);
            arena.history.begin(System.nanoTime());
            return arena;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void require(boolean condition, String otherwise) {
        if (!condition) {
            throw new AssertionError(otherwise);
        }
    }

    /** Waits until live tokens are allowed by checks that begin from now on. */
    void requireLive(Duration limit) {
        require(load.awaitLive(limit), "no live token is allowed within " + limit + ": " + tracked.obstacle());
    }

    /** Does something while all is written through another Redis than the plan says, such as a master promoted by hand. */
    void writeThrough(RedisSettings settings, Step step) {
        Writer before = writer.now;
        try (RedisStore other = RedisStore.connect(settings, () -> 0, RedisObserver.NONE)) {
            require(Load.await(PATIENCE, () -> other.obstacle().isEmpty()), "no Redis: " + other.obstacle());
            try (AdminInProcess second =
                    AdminInProcess.start(new AdminInProcess.Roles(other, other, other, other), identity)) {
                writer.now = new AdminWriter(second.channel());
                run(step);
            } finally {
                writer.now = before;
            }
        }
    }

    /** Replaces the writer by one that is made from it. */
    void rewrite(UnaryOperator<Writer> change) {
        writer.now = change.apply(writer.now);
    }

    /** Makes a token that ends then. */
    Subject expiring(Instant end) {
        return admin().makeToken("tenant0", "expiring", token -> token.setExpireTime(AdminWriter.timestamp(end)));
    }

    /** Makes a token that may pass from then on. */
    Subject beginning(Instant start) {
        return admin().makeToken("tenant0", "beginning", token -> token.setNotBeforeTime(AdminWriter.timestamp(start)));
    }

    /** The same sidecar with another clock. */
    Sidecar sidecarWith(InstantSource clock) {
        return InProcessSidecar.of(tracked.reader(), identity, clock, () -> {});
    }

    /** Makes another tenant, with one token. */
    Subject makeTenant(String tenant) {
        return admin().makeTenant(tenant, 1).get(0);
    }

    /** Admin, whoever the load writes through. */
    AdminWriter admin() {
        return new AdminWriter(admin.channel());
    }

    /** Writes as the load does. */
    Writer writer() {
        return writer;
    }

    Sidecar sidecar() {
        return sidecar;
    }

    Load load() {
        return load;
    }

    Tracked tracked() {
        return tracked;
    }

    RedisStore store() {
        return store;
    }

    History history() {
        return history;
    }

    /** The tokens that are written to. */
    List<Subject> written() {
        return List.copyOf(written);
    }

    AdminInProcess.Identity identity() {
        return identity;
    }

    /** Revokes tokens that are made for that and cannot come back, while something is broken. */
    void revokeFresh(String name, Step breaking, Step repair) {
        List<Subject> fresh = new ArrayList<>();
        for (int i = 0; i < written.size(); i++) {
            fresh.add(admin().makeToken("tenant0", "fresh-" + System.nanoTime(), token -> token));
        }
        Load.Parties parties = new Load.Parties(sidecar, admin().forGood());
        try (Load once = new Load(parties, history, List.of(), fresh, perSecond)) {
            once.start();
            require(once.awaitWritten(PATIENCE), "fresh tokens are not allowed within " + PATIENCE);
            fault(name, breaking, Duration.ZERO, () -> {
                once.disableAll(PATIENCE);
                run(repair);
            });
            // What is revoked is asked for when all is well again, too.
            Load.pause(LEASE);
        }
    }

    /** Something that is broken and repaired. */
    interface Step {
        void run() throws Exception;
    }

    /** Breaks something for a time, repairs it, and notes when that was. */
    void fault(String name, Step breaking, Duration time, Step repair) {
        long start = System.nanoTime();
        run(breaking);
        Load.pause(time);
        run(repair);
        history.window(new History.Window(name, start, System.nanoTime()));
    }

    static void run(Step step) {
        try {
            step.run();
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    /** Notes that every token that is written to loses its right by something else than Admin, such as a wiped store. */
    void allNarrowed(Step narrowing) {
        long start = System.nanoTime();
        run(narrowing);
        long end = System.nanoTime();
        OptionalLong effective = OptionalLong.of(end + BOUND.toNanos());
        written.forEach(token -> history.wrote(token.name(), new History.Write(start, end, true, true, effective)));
    }

    /** Notes that every token that is written to may have its right again. */
    void allWidened(Step widening) {
        long start = System.nanoTime();
        run(widening);
        long end = System.nanoTime();
        written.forEach(
                token -> history.wrote(token.name(), new History.Write(start, end, false, true, OptionalLong.empty())));
    }

    /** Stops a node while a heartbeat of the sidecar waits in its socket. */
    static void stopInHeartbeat(RedisNode node) {
        for (int i = 0; i < MOST_STOPS; i++) {
            node.pause();
            AtomicInteger heartbeats = node.link().count(HEARTBEAT);
            // None comes where one was on its way already.
            if (Load.await(LEASE.dividedBy(2), () -> heartbeats.get() > 0)) {
                return;
            }
            node.resume();
            Load.pause(LEASE);
        }
        throw new AssertionError("no heartbeat was sent to " + node + " while it was stopped (expected: one)");
    }

    /** Whoever may pass is never told that he may not, also not where it cannot be told. */
    void requireLiveNeverDenied() {
        for (Subject token : live) {
            History.Track track = history.tracks().get(token.name());
            require(
                    track != null && track.checks().stream().noneMatch(check -> check.answer() == History.Answer.DENY),
                    token + " was denied (expected: allowed, or that it cannot be told)");
        }
    }

    void settle() {
        Load.pause(RECOVERY);
    }

    /** Ends the load, and looks at what was seen. */
    Findings findings(double leastRate, int leastRevokes) {
        load.close();
        return new HistoryChecker(HistoryChecker.Rules.promised(LEASE, leastRate, leastRevokes)).check(history);
    }

    @Override
    public void close() {
        load.close();
        tracked.close();
        admin.close();
        store.close();
        TemporaryFolders.delete(folder);
    }
}
