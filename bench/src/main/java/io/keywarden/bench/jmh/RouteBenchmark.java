package io.keywarden.bench.jmh;

import io.keywarden.policy.CompiledCatalog;
import io.keywarden.policy.CompiledCatalog.ModuleRoutes;
import io.keywarden.policy.RequestPath;
import io.keywarden.token.Action;
import io.keywarden.token.Operation;
import io.keywarden.token.Uid;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** Finding the operation of a request, in small and in large catalogs whose paths are of one length. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(2)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
public class RouteBenchmark {
    private static final String HOST = "api.example";
    private static final List<String> AREAS =
            List.of("sales", "stock", "staff", "books", "parts", "trips", "plans", "media");
    private static final List<String> THINGS =
            List.of("order", "quote", "price", "lines", "notes", "files", "terms", "roles", "carts", "taxes");
    private static final int OPERATIONS = 5;
    private static final int ASKED = 256;

    /** How many routes the catalog has. */
    @Param({"10", "1000", "100000"})
    public int routes;

    private CompiledCatalog catalog = CompiledCatalog.compile(List.of());
    private String[] paths = {};
    private RequestPath[] read = {};
    private String[] methods = {};
    private int next;

    /** Makes the catalog, and the requests: all over the catalog, in an order without a pattern. */
    @Setup
    public void compile() {
        int resources = routes / OPERATIONS;
        List<ModuleRoutes> modules = new ArrayList<>();
        for (int first = 0; first < resources; first += 100) {
            List<Operation> operations = new ArrayList<>();
            for (int i = first; i < Math.min(first + 100, resources); i++) {
                addResource(operations, i);
            }
            Uid uid = new Uid(1, first);
            modules.add(new ModuleRoutes(
                    new CompiledCatalog.Module(uid, "module" + first, false, Optional.empty()), Set.of(), operations));
        }
        catalog = CompiledCatalog.compile(modules);
        Random random = new Random(42);
        paths = new String[ASKED];
        read = new RequestPath[ASKED];
        methods = new String[ASKED];
        for (int i = 0; i < ASKED; i++) {
            paths[i] = base(random.nextInt(resources)) + "/" + (1_000_000 + random.nextInt(1_000_000));
            read[i] = RequestPath.parse(paths[i]).orElseThrow();
            methods[i] = List.of("GET", "PUT", "DELETE").get(random.nextInt(3));
        }
    }

    /** Reads a path and finds its operation: another request each time. */
    @Benchmark
    public Optional<Operation> match() {
        int i = next++ & (ASKED - 1);
        return catalog.match(HOST, methods[i], RequestPath.parse(paths[i]).orElseThrow());
    }

    /** Finds the operation alone, of paths that were read before, so that the hashes of their segments are known too. */
    @Benchmark
    public Optional<Operation> find() {
        int i = next++ & (ASKED - 1);
        return catalog.match(HOST, methods[i], read[i]);
    }

    /** The same request all the time. */
    @Benchmark
    public Optional<Operation> matchOne() {
        return catalog.match(HOST, methods[0], RequestPath.parse(paths[0]).orElseThrow());
    }

    private static void addResource(List<Operation> operations, int number) {
        String base = base(number);
        operations.add(operation(number, 0, Action.READ, "GET", base));
        operations.add(operation(number, 1, Action.CREATE, "POST", base));
        operations.add(operation(number, 2, Action.READ, "GET", base + "/{id}"));
        operations.add(operation(number, 3, Action.EDIT, "PUT", base + "/{id}"));
        operations.add(operation(number, 4, Action.DELETE, "DELETE", base + "/{id}"));
    }

    private static String base(int number) {
        int rest = number / AREAS.size();
        return "/v1/" + AREAS.get(number % AREAS.size()) + "/" + THINGS.get(rest % THINGS.size())
                + String.format("-%04d", rest / THINGS.size());
    }

    private static Operation operation(int resource, int kind, Action action, String method, String template) {
        return new Operation(
                new Uid(resource + 1, kind),
                "module.operation-" + resource + "-" + kind,
                new Uid(1, resource / 100),
                action,
                Operation.Closure.OPEN,
                Set.of(method),
                template,
                Optional.empty());
    }
}
