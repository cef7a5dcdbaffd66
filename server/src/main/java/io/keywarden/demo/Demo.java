package io.keywarden.demo;

import io.keywarden.process.BinaryLookup;
import io.keywarden.process.BinaryLookup.Located;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** One run of the demo: looks around, starts its processes, makes the shop, tries it, and watches until it is stopped. */
final class Demo {
    private final Installation installation;
    private final DemoPorts ports;
    private final DemoFolder folder;
    private final Progress progress;
    private final Children children;
    private final DemoProcesses processes;

    private Demo(Installation installation, DemoPorts ports, DemoFolder folder, Progress progress) {
        this.installation = installation;
        this.ports = ports;
        this.folder = folder;
        this.progress = progress;
        this.children = new Children();
        this.processes = new DemoProcesses(installation, ports, folder, children);
    }

    /** Runs until a child ends or something is wrong, and returns 1; a signal ends the whole process from within. */
    static int run(DemoPorts ports, PrintStream out, PrintStream err) {
        try (Progress progress = new Progress(out)) {
            Installation installation = Installation.ofThisProgram();
            DemoFolder folder = DemoFolder.open(installation.demoFolder());
            Demo demo = new Demo(installation, ports, folder, progress);
            try (Teardown teardown = Teardown.atExit(folder, demo.children, progress)) {
                err.println(demo.runUntilAnEnd(teardown));
            }
        } catch (DemoProblem e) {
            err.println(e.words());
        } catch (InterruptedException e) {
            // Only the teardown interrupts: it is under way, and the signal is the exit code.
            Thread.currentThread().interrupt();
        }
        return 1;
    }

    private String runUntilAnEnd(Teardown teardown) throws DemoProblem, InterruptedException {
        cleanUp();
        PortCheck.require(ports, installation.launcher());
        Path tools = installation.root().resolve("target").resolve("tools");
        Programs programs = new Programs(System.getenv(), tools);
        Located redis = progress.step("found Redis", programs::redis, Demo::describe);
        BinaryLookup envoy = progress.step("looked for Envoy", () -> programs.envoy(progress), Demo::describe);
        SocketFolder socket = teardown.closes(SocketFolder.create(folder));
        EchoServer upstream = teardown.closes(EchoServer.start());
        ConfigFiles files =
                new ConfigFiles(ports, folder.path(), socket.socket(), upstream.port(), installation.sampleCountries());
        DemoFiles.write(folder, files);
        start(redis, Programs.located(envoy));

        Seeded seeded = progress.step(
                "made the catalog shop, the tenant acme and its tokens",
                () -> ShopSeed.sow(ports.of(DemoPort.ADMIN), files.bootstrapToken()),
                made -> "");
        boolean withEnvoy = Programs.located(envoy).isPresent();
        DemoWorld world = new DemoWorld(ports, files.bootstrapToken(), seeded, withEnvoy, programs.hasGrpcurl());
        if (withEnvoy) {
            tryGateway(seeded);
        }
        announce(world);
        return Readiness.account(children.awaitFirstEnd()) + "\nSo the demo stops.";
    }

    private void cleanUp() throws DemoProblem, InterruptedException {
        List<String> reaped = folder.reap(DemoProcesses.NAMES);
        if (!reaped.isEmpty()) {
            progress.note("ended what a demo that was killed left running: " + String.join(", ", reaped));
        }
        SocketFolder.removeLeftOver(folder);
        folder.clear();
    }

    private void start(Located redis, Optional<Located> envoy) throws DemoProblem, InterruptedException {
        progress.step("started Redis on port " + ports.of(DemoPort.REDIS), () -> processes.startRedis(redis));
        processes.startKeywarden();
        if (envoy.isPresent()) {
            processes.startEnvoy(envoy.get());
        }
        progress.step(
                "started Keywarden: check on " + ports.of(DemoPort.CHECK) + ", admin on " + ports.of(DemoPort.ADMIN)
                        + ", metrics on " + ports.of(DemoPort.METRICS),
                processes::awaitKeywarden);
        if (envoy.isPresent()) {
            progress.step(
                    "started Envoy: gateway on " + ports.of(DemoPort.GATEWAY) + ", admin REST on "
                            + ports.of(DemoPort.ADMIN_REST),
                    processes::awaitEnvoy);
        }
    }

    private void tryGateway(Seeded seeded) throws DemoProblem, InterruptedException {
        Map<String, String> anonymous = Map.of("Host", Shop.HOST);
        Map<String, String> known = Map.of("Host", Shop.HOST, "Authorization", "Bearer " + seeded.token());
        progress.step("asked through Envoy: 200 with the token, 401 without it, 403 for what it does not open", () -> {
            processes.awaitAnswer(200, Shop.ALLOWED_PATH, known);
            processes.awaitAnswer(401, Shop.ALLOWED_PATH, anonymous);
            processes.awaitAnswer(403, Shop.FORBIDDEN_PATH, known);
        });
    }

    /** The file comes last: a script that waits for it finds the session printed. */
    private void announce(DemoWorld world) throws DemoProblem {
        Path env = folder.file(DemoEnv.NAME);
        DemoSession.lines(world, installation).forEach(progress::line);
        try {
            DemoEnv.write(env, DemoEnv.values(world));
        } catch (IOException e) {
            throw new DemoProblem("The file " + env + " can't be written: " + e);
        }
        progress.line("");
        progress.line("Ready. " + installation.typed(env) + " says so to scripts; the logs are beside it.");
        progress.line("Ctrl-C stops everything.");
    }

    private static String describe(Located located) {
        return " " + located.version() + ", " + located.path();
    }

    /** The one line that says why there is no Envoy, or which one there is. */
    private static String describe(BinaryLookup lookup) {
        return lookup.fold(
                located -> ": " + located.version() + ", " + located.path(),
                missing -> ": the demo runs on without a gateway and admin REST. " + missing.reason());
    }
}
