package io.keywarden.policy;

import static org.assertj.core.api.Assertions.assertThat;

import io.keywarden.policy.CompiledCatalog.ModuleRoutes;
import io.keywarden.testkit.Samples;
import io.keywarden.token.Action;
import io.keywarden.token.Operation;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The compiled catalog beside a model that looks at every route, over random catalogs and paths. */
final class CatalogModelTest {
    private static final long SEED = 20_261_123;
    private static final int CATALOGS = 4_000;
    private static final int REQUESTS = 60;
    private static final List<String> WORDS = List.of("a", "b", "c");
    private static final List<String> HOSTS = List.of("one.example", "two.example", "three.example");
    private static final List<String> METHODS = List.of("GET", "HEAD", "POST", "DELETE", "get");

    private final Random random = new Random(SEED);

    @Test
    void match_randomCatalogsAndRequests_isAsTheModelSays() {
        int found = 0;
        int conflicts = 0;
        for (int i = 0; i < CATALOGS; i++) {
            List<ModuleRoutes> modules = catalog();
            assertThat(CompiledCatalog.conflict(modules).isPresent())
                    .as("%s", modules)
                    .isEqualTo(Model.hasConflict(modules));
            if (Model.hasConflict(modules)) {
                conflicts++;
                continue;
            }
            CompiledCatalog compiled = CompiledCatalog.compile(modules);
            for (int j = 0; j < REQUESTS; j++) {
                String host = pick(HOSTS);
                String method = pick(METHODS);
                String path = path();
                Optional<String> expected = Model.match(modules, host, method, path);
                Optional<String> actual = compiled.match(
                                host, method, RequestPath.parse(path).orElseThrow())
                        .map(Operation::id);
                assertThat(actual)
                        .as("%s %s %s in %s", method, host, path, modules)
                        .isEqualTo(expected);
                found += expected.isPresent() ? 1 : 0;
            }
        }
        // The catalogs are such that all of it is tried.
        assertThat(found).isGreaterThan(10_000);
        assertThat(conflicts).isBetween(100, CATALOGS - 1_000);
    }

    private List<ModuleRoutes> catalog() {
        List<ModuleRoutes> modules = new ArrayList<>();
        int count = 1 + random.nextInt(3);
        for (int m = 0; m < count; m++) {
            Set<String> hosts = new HashSet<>();
            for (String host : HOSTS) {
                if (random.nextInt(3) == 0) {
                    hosts.add(host);
                }
            }
            List<Operation> operations = new ArrayList<>();
            int size = random.nextInt(5);
            for (int o = 0; o < size; o++) {
                operations.add(operation(m * 100 + o));
            }
            modules.add(new ModuleRoutes(Samples.module("m" + m, Samples.uid(m)), hosts, operations));
        }
        return modules;
    }

    private Operation operation(int number) {
        if (random.nextInt(6) == 0) {
            String template = "/" + pick(WORDS) + "/" + pick(WORDS);
            return Samples.operation(number, "o" + number, Action.READ, Set.of(), template);
        }
        Set<String> methods = new HashSet<>();
        methods.add(pick(METHODS.subList(0, 4)));
        methods.add(pick(METHODS.subList(0, 4)));
        return Samples.operation(number, "o" + number, Action.READ, methods, template());
    }

    private String template() {
        StringBuilder template = new StringBuilder();
        int segments = random.nextInt(4);
        for (int i = 0; i < segments; i++) {
            template.append('/').append(random.nextInt(3) == 0 ? "{v" + i + "}" : pick(WORDS));
        }
        if (random.nextInt(5) == 0) {
            return template.append("/{rest=**}").toString();
        }
        return template.isEmpty()
                ? "/"
                : template.append(random.nextInt(4) == 0 ? "/" : "").toString();
    }

    private String path() {
        StringBuilder path = new StringBuilder();
        int segments = random.nextInt(5);
        for (int i = 0; i < segments; i++) {
            path.append('/').append(random.nextInt(5) == 0 ? "other" : pick(WORDS));
        }
        return path.isEmpty()
                ? "/"
                : path.append(random.nextInt(4) == 0 ? "/" : "").toString();
    }

    private <T> T pick(List<T> list) {
        return list.get(random.nextInt(list.size()));
    }

    /** What a catalog means, said as plainly as can be: look at every route, and take the most specific one. */
    private static final class Model {
        private Model() {}

        private record Route(String id, boolean grpc, Set<String> methods, Set<String> hosts, List<String> segments) {
            private boolean isRest() {
                return !segments.isEmpty() && segments.get(segments.size() - 1).endsWith("=**}");
            }

            /** Literals are before variables, and these before a rest, from the left. */
            private String form() {
                StringBuilder form = new StringBuilder();
                for (String segment : segments) {
                    form.append(segment.endsWith("=**}") ? "2" : segment.startsWith("{") ? "1" : "0");
                }
                return form.toString();
            }

            private boolean answers(String host, String method, String path) {
                boolean slashed = path.length() > 1 && path.endsWith("/");
                return (hosts.isEmpty() || hosts.contains(host))
                        && methods.contains(method)
                        && !(grpc && slashed)
                        && fits(split(path));
            }

            private boolean fits(List<String> path) {
                int fixed = isRest() ? segments.size() - 1 : segments.size();
                boolean length = isRest() ? path.size() > fixed : path.size() == fixed;
                for (int i = 0; length && i < fixed; i++) {
                    String segment = segments.get(i);
                    if (!segment.startsWith("{") && !segment.equals(path.get(i))) {
                        return false;
                    }
                }
                return length;
            }

            private boolean isSame(Route other) {
                boolean method = methods.stream().anyMatch(other.methods::contains);
                boolean host = hosts.isEmpty()
                        || other.hosts.isEmpty()
                        || hosts.stream().anyMatch(other.hosts::contains);
                return method && host && plain().equals(other.plain());
            }

            private List<String> plain() {
                return segments.stream()
                        .map(segment -> segment.endsWith("=**}") ? "{=**}" : segment.startsWith("{") ? "{}" : segment)
                        .toList();
            }
        }

        static Optional<String> match(List<ModuleRoutes> modules, String host, String method, String path) {
            return routes(modules).stream()
                    .filter(route -> route.answers(host, method, path))
                    .min(Comparator.comparing(Route::form))
                    .map(Route::id);
        }

        static boolean hasConflict(List<ModuleRoutes> modules) {
            List<Route> routes = routes(modules);
            for (int i = 0; i < routes.size(); i++) {
                for (int j = i + 1; j < routes.size(); j++) {
                    if (routes.get(i).isSame(routes.get(j))) {
                        return true;
                    }
                }
            }
            return false;
        }

        private static List<Route> routes(List<ModuleRoutes> modules) {
            List<Route> routes = new ArrayList<>();
            for (ModuleRoutes module : modules) {
                for (Operation operation : module.operations()) {
                    boolean grpc = operation.methods().isEmpty();
                    Set<String> methods = new HashSet<>(grpc ? Set.of("GET", "POST") : operation.methods());
                    if (!grpc && methods.contains("GET")) {
                        methods.add("HEAD");
                    }
                    routes.add(
                            new Route(operation.id(), grpc, methods, module.hosts(), split(operation.pathTemplate())));
                }
            }
            return routes;
        }

        private static List<String> split(String path) {
            List<String> segments = new ArrayList<>();
            for (String segment : path.split("/", -1)) {
                if (!segment.isEmpty()) {
                    segments.add(segment);
                }
            }
            return segments;
        }
    }
}
