package io.keywarden.app;

import io.keywarden.cli.UserError;
import io.keywarden.config.HostPort;
import io.keywarden.config.KeywardenConfig;
import io.keywarden.config.Role;
import io.keywarden.config.StartupConfig;
import io.keywarden.policy.CountryLookup;
import io.keywarden.telemetry.HttpProbes;
import io.keywarden.telemetry.Readiness;
import io.keywarden.telemetry.Readiness.Component;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ScheduledExecutorService;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A running Keywarden: the only place where its parts are put together. What is opened first is closed last. It starts
 * whether or not Redis is there, and serves once it is.
 */
public final class Keywarden implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Keywarden.class);
    private static final int PROBE_THREADS = 2;
    private static final int PROBES_WAITING = 32;

    private final Closer closer;
    private final Listening listening;
    private final CompletableFuture<UserError> end;

    private Keywarden(Closer closer, Listening listening, CompletableFuture<UserError> end) {
        this.closer = closer;
        this.listening = listening;
        this.end = end;
    }

    /**
     * The ports that are listened on, also where the configuration said 0.
     *
     * @param check of checks, where they are answered over TCP
     * @param admin of the Admin API, in a process with that role
     * @param metrics of metrics and probes
     */
    public record Listening(OptionalInt check, OptionalInt admin, int metrics) {
        private String text() {
            return "check=" + text(check) + " admin=" + text(admin) + " metrics=" + metrics;
        }

        private static String text(OptionalInt port) {
            return port.isPresent() ? Integer.toString(port.getAsInt()) : "none";
        }
    }

    /**
     * Opens all listeners.
     *
     * @throws io.keywarden.cli.UserError if one of them cannot be opened; then none is left open
     */
    public static Keywarden start(StartupConfig startup) {
        Closer closer = new Closer();
        try {
            Keywarden started = open(startup, closer);
            LOG.info("started {}", started.listening.text());
            return started;
        } catch (RuntimeException | Error e) {
            closer.close();
            throw e;
        }
    }

    private static Keywarden open(StartupConfig startup, Closer closer) {
        KeywardenConfig config = startup.config();
        Shared shared = Shared.of(
                startup, closer, config.has(Role.ADMIN) ? AdminPart.incarnation(config.admin()) : Optional.empty());
        shared.metrics().watchProcess();
        Readiness readiness = readiness(config.roles());
        HttpProbes probes = closer.add("probes", probes(config.metrics().listen(), readiness, shared, closer));
        RoleHealth health = new RoleHealth(config.roles());

        List<StoreWatch.Step> steps = new ArrayList<>();
        List<GrpcServer> servers = new ArrayList<>();
        OptionalInt adminPort = OptionalInt.empty();
        OptionalInt checkPort = OptionalInt.empty();
        CountryLookup countries = CountryPart.open(shared, closer);
        Optional<CachePart> cache =
                config.has(Role.CHECK) ? Optional.of(CachePart.open(shared, closer)) : Optional.empty();
        if (config.has(Role.ADMIN)) {
            AdminPart admin = AdminPart.open(shared, health, countries, cache, closer);
            servers.add(admin.server());
            adminPort = OptionalInt.of(admin.server().port());
            steps.add(admin.founding());
            steps.add(new Serve(Role.ADMIN, health));
        }
        if (cache.isPresent()) {
            CheckPart check = CheckPart.open(shared, health, countries, cache.get(), closer);
            servers.addAll(check.servers());
            checkPort = check.port();
            steps.addAll(check.steps());
            steps.add(new Warm(readiness));
            steps.add(new Serve(Role.CHECK, health));
        }
        CompletableFuture<UserError> end = new CompletableFuture<>();
        closer.add("watch", watch(new StoreWatch(shared.reader(), readiness, steps, end::complete)));
        closer.add("serving", () -> {
            readiness.set(Component.RUNNING, false);
            health.stop();
            servers.forEach(GrpcServer::refuseNewCalls);
        });
        return new Keywarden(closer, new Listening(checkPort, adminPort, probes.port()), end);
    }

    private static Readiness readiness(Set<Role> roles) {
        Readiness readiness = new Readiness(needs(roles));
        readiness.set(Component.KEYS, true);
        readiness.set(Component.RUNNING, true);
        return readiness;
    }

    private static Map<String, Set<Component>> needs(Set<Role> roles) {
        Map<Role, Set<Component>> all = new EnumMap<>(Role.class);
        all.put(
                Role.CHECK,
                Set.of(Component.KEYS, Component.REDIS, Component.MARKER, Component.WARM, Component.RUNNING));
        all.put(Role.ADMIN, Set.of(Component.KEYS, Component.REDIS, Component.MARKER, Component.RUNNING));
        all.keySet().retainAll(roles);
        return all.entrySet().stream()
                .collect(Collectors.toMap(entry -> entry.getKey().text(), Map.Entry::getValue));
    }

    private static HttpProbes probes(HostPort listen, Readiness readiness, Shared shared, Closer closer) {
        ExecutorService threads = Threads.bounded("probes", PROBE_THREADS, PROBES_WAITING);
        closer.add("probe threads", Threads.closing(threads));
        try {
            InetSocketAddress address = new InetSocketAddress(listen.host(), listen.port());
            return HttpProbes.open(address, threads, readiness, shared.metrics()::text);
        } catch (IOException | RuntimeException e) {
            throw ListenFailure.of("metrics.listen", listen, e);
        }
    }

    private static AutoCloseable watch(StoreWatch watch) {
        ScheduledExecutorService thread = Threads.scheduled("watch");
        watch.start(thread);
        return Threads.closing(thread);
    }

    /** Waits until it finds that it must not go on, for as long as the process lives if need be, and says why. */
    public UserError awaitEnd() throws InterruptedException {
        try {
            return end.get();
        } catch (ExecutionException e) {
            throw new IllegalStateException("the end failed (expected: it is only ever told)", e);
        }
    }

    /** The ports that are listened on. */
    public Listening listening() {
        return listening;
    }

    /** Says that it no longer serves, lets the calls in flight end, and closes everything. */
    @Override
    public void close() {
        LOG.info("stopping");
        closer.close();
        LOG.info("stopped");
    }

    /** Notes that the code has run. */
    private record Warm(Readiness readiness) implements StoreWatch.Step {
        @Override
        public boolean needsMarker() {
            return true;
        }

        @Override
        public boolean attempt() {
            readiness.set(Component.WARM, true);
            return true;
        }
    }

    /** Says that a role serves. */
    private record Serve(Role role, RoleHealth health) implements StoreWatch.Step {
        @Override
        public boolean needsMarker() {
            return true;
        }

        @Override
        public boolean attempt() {
            if (health.serving(role)) {
                LOG.info("serving role={}", role.text());
            }
            return true;
        }
    }
}
