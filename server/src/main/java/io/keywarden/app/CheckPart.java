package io.keywarden.app;

import io.grpc.ServerBuilder;
import io.keywarden.check.CheckKeys;
import io.keywarden.check.CheckObserver;
import io.keywarden.check.CheckService;
import io.keywarden.check.CheckSettings;
import io.keywarden.check.CheckSettings.ClientAddressSource;
import io.keywarden.config.CheckConfig;
import io.keywarden.config.RequestsConfig;
import io.keywarden.credential.OpaqueSecrets;
import io.keywarden.policy.CountryLookup;
import io.keywarden.usage.SecretUses;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The role check: its listeners, and the warm-up that comes before it serves. */
final class CheckPart {
    /** Envoy passes at most 60 KiB of headers; the rest is room to answer what is too long instead of cutting it. */
    private static final int MAX_MESSAGE_BYTES = 2 * 1024 * 1024;

    private static final Logger LOG = LoggerFactory.getLogger(CheckPart.class);

    private final List<GrpcServer> servers = new ArrayList<>();
    private final List<StoreWatch.Step> steps;
    private final OptionalInt port;

    private CheckPart(List<StoreWatch.Step> steps, OptionalInt port, List<GrpcServer> servers) {
        this.steps = List.copyOf(steps);
        this.port = port;
        this.servers.addAll(servers);
    }

    /** Opens the listeners. Calls run on the threads of the connections: nothing in a check blocks. */
    static CheckPart open(Shared shared, RoleHealth health, CountryLookup countries, CachePart cache, Closer closer) {
        CheckService.Needs needs = new CheckService.Needs(
                cache.cache(),
                keys(shared),
                settings(shared.startup().config().requests(), countries),
                cache.clock(),
                shared.startup().config().redis().timeout());
        ExecutorService beside = Threads.bounded("warm-up", 1, 2);
        closer.add("warm-up thread", Threads.closing(beside));
        WarmUp warmUp = closer.add("warm-up", WarmUp.begin(needs, shared.tags(), beside, shared.random()));
        CheckService service =
                new CheckService(needs, CheckObserver.both(shared.metrics().checks(), uses(shared, closer)));
        shared.metrics().watchWaiting(service::waiting);
        NettyServers.Served served = new NettyServers.Served(
                "check", MAX_MESSAGE_BYTES, Runnable::run, builder -> install(builder, service, health));
        CheckConfig config = shared.startup().config().check();
        List<GrpcServer> servers = new ArrayList<>();
        Optional<GrpcServer> tcp = config.listen().map(address -> NettyServers.tcp(served, address, config.tls()));
        tcp.ifPresent(server -> servers.add(closer.add("check", server)));
        config.socket().ifPresent(path -> servers.add(closer.add("check socket", NettyServers.unix(served, path))));
        List<StoreWatch.Step> steps = new ArrayList<>(cache.steps());
        steps.add(warmUp);
        return new CheckPart(
                steps, tcp.map(server -> OptionalInt.of(server.port())).orElse(OptionalInt.empty()), servers);
    }

    /** Keeps what secrets are used, on a thread of its own, and the last of it when it ends. */
    private static SecretUses uses(Shared shared, Closer closer) {
        SecretUses uses =
                new SecretUses(shared.store(), shared.clock(), shared.metrics().lostUses());
        closer.add("uses", uses::drain);
        ScheduledExecutorService thread = Threads.scheduled("uses");
        closer.add("uses thread", Threads.closing(thread));
        long period = SecretUses.PERIOD.toMillis();
        var unused = thread.scheduleWithFixedDelay(() -> flush(uses), period, period, TimeUnit.MILLISECONDS);
        return uses;
    }

    // Whatever goes wrong here must not end the keeping.
    @SuppressWarnings("CatchingUnchecked")
    private static void flush(SecretUses uses) {
        try {
            uses.flush();
        } catch (Exception | LinkageError | StackOverflowError e) {
            LOG.error("uses_not_kept", e);
        }
    }

    static CheckKeys keys(Shared shared) {
        return new CheckKeys(
                shared.hasher(), new OpaqueSecrets(shared.startup().keys().tags()));
    }

    static CheckSettings settings(RequestsConfig requests, CountryLookup countries) {
        ClientAddressSource.Kind kind = switch (requests.clientIp()) {
            case PEER -> ClientAddressSource.Kind.PEER;
            case KEYWARDEN_HEADER -> ClientAddressSource.Kind.KEYWARDEN_HEADER;
            case EXTERNAL_ADDRESS -> ClientAddressSource.Kind.EXTERNAL_ADDRESS;
            case FORWARDED_FOR -> ClientAddressSource.Kind.FORWARDED_FOR;
        };
        return new CheckSettings(
                requests.hostPatterns(),
                requests.tenantHeader(),
                requests.trustedPeers(),
                new ClientAddressSource(kind, requests.hops()),
                requests.openPaths(),
                countries);
    }

    /** Without the interceptor that measures all gRPC calls: it would cost more than a check that is known does. */
    private static void install(ServerBuilder<?> builder, CheckService service, RoleHealth health) {
        builder.addService(service).addService(health.service());
    }

    List<GrpcServer> servers() {
        return servers;
    }

    /** What has to be done before it serves. */
    List<StoreWatch.Step> steps() {
        return steps;
    }

    /** The TCP port, where there is one. */
    OptionalInt port() {
        return port;
    }
}
