package io.keywarden.policy;

import io.keywarden.token.Operation;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * All routes of a catalog, compiled to a tree of path segments: finding the operation of a request costs what its path is
 * long, not what the catalog is large. Immutable, safe for use by several threads.
 */
public final class CompiledCatalog {
    private static final String GRPC_METHOD = "POST";

    private final Node root = new Node();

    private CompiledCatalog() {}

    /**
     * The routes of one module.
     *
     * @param hosts the canonical hosts that serve it; empty means all
     * @param operations what can be called
     */
    public record ModuleRoutes(Set<String> hosts, List<Operation> operations) {
        /** Copies the collections. */
        public ModuleRoutes {
            hosts = Set.copyOf(hosts);
            operations = List.copyOf(operations);
        }
    }

    /**
     * Two operations that answer to the same request, neither more specific than the other.
     *
     * @param first one of them
     * @param second the other
     * @param method the request's method
     */
    public record Conflict(Operation first, Operation second, String method) {
        @Override
        public String toString() {
            return first.id() + " and " + second.id() + " both answer to " + method + " " + second.pathTemplate();
        }
    }

    /**
     * Compiles the routes of a catalog's modules. A request that two operations answer to (see {@link #conflict}) has no
     * operation.
     *
     * @throws IllegalArgumentException if a path template is none
     */
    public static CompiledCatalog compile(List<ModuleRoutes> modules) {
        CompiledCatalog catalog = new CompiledCatalog();
        catalog.addAll(modules);
        return catalog;
    }

    /**
     * Finds two operations that answer to the same request, so that they are refused before they are saved.
     *
     * @throws IllegalArgumentException if a path template is none
     */
    public static Optional<Conflict> conflict(List<ModuleRoutes> modules) {
        return new CompiledCatalog().addAll(modules);
    }

    /**
     * Finds what a request amounts to. A literal segment wins over a variable one, and that over a variable rest; where
     * that leads nowhere, the next best is tried. HEAD is answered by what answers to GET. One slash at the end is
     * ignored, except for gRPC methods.
     *
     * @param canonicalHost what {@link CanonicalHost} says
     * @param method as it was sent
     */
    public Optional<Operation> match(String canonicalHost, String method, RequestPath path) {
        Answer answer = find(root, new Asked(canonicalHost, method, path), 0);
        return answer == null ? Optional.empty() : answer.operation();
    }

    private static @Nullable Answer find(Node node, Asked asked, int depth) {
        List<String> segments = asked.path().segments();
        if (depth == segments.size()) {
            return node.here.find(asked);
        }
        Node literal = node.literals.get(segments.get(depth));
        Answer answer = literal == null ? null : find(literal, asked, depth + 1);
        if (answer == null && node.variable != null) {
            answer = find(node.variable, asked, depth + 1);
        }
        return answer == null ? node.rest.find(asked) : answer;
    }

    private Optional<Conflict> addAll(List<ModuleRoutes> modules) {
        Optional<Conflict> conflict = Optional.empty();
        for (ModuleRoutes module : modules) {
            for (Operation operation : module.operations()) {
                RouteTable table = tableOf(PathTemplate.parse(operation.pathTemplate()));
                Optional<Conflict> found = add(table, module.hosts(), operation);
                conflict = conflict.isPresent() ? conflict : found;
            }
        }
        return conflict;
    }

    private static Optional<Conflict> add(RouteTable table, Set<String> hosts, Operation operation) {
        Set<String> methods = operation.methods().isEmpty() ? Set.of(GRPC_METHOD) : operation.methods();
        Optional<Conflict> conflict = Optional.empty();
        for (String method : methods) {
            Optional<Conflict> found = table.add(method, hosts, operation);
            conflict = conflict.isPresent() ? conflict : found;
        }
        boolean addHead = methods.contains("GET") && !methods.contains("HEAD");
        Optional<Conflict> found = addHead ? table.add("HEAD", hosts, operation) : Optional.empty();
        return conflict.isPresent() ? conflict : found;
    }

    private RouteTable tableOf(PathTemplate template) {
        Node node = root;
        for (PathTemplate.Segment segment : template.segments()) {
            switch (segment.kind()) {
                case LITERAL -> node = node.literals.computeIfAbsent(segment.text(), text -> new Node());
                case VARIABLE -> node = node.variable();
                case REST -> {
                    return node.rest;
                }
            }
        }
        return node.here;
    }

    /** What is looked for. */
    record Asked(String host, String method, RequestPath path) {}

    /**
     * What was found.
     *
     * @param operation the operation; empty where two answer
     * @param grpc whether it is a gRPC method
     */
    record Answer(Optional<Operation> operation, boolean grpc) {}

    /** A place in the tree. Written while the catalog is compiled, and published with it through a final field. */
    private static final class Node {
        private final Map<String, Node> literals = new HashMap<>();
        private final RouteTable here = new RouteTable();
        private final RouteTable rest = new RouteTable();
        private @Nullable Node variable;

        private Node variable() {
            Node child = variable == null ? new Node() : variable;
            variable = child;
            return child;
        }
    }
}
