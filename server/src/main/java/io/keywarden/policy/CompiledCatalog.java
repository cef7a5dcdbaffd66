package io.keywarden.policy;

import io.keywarden.token.Action;
import io.keywarden.token.Operation;
import io.keywarden.token.Uid;
import java.time.Instant;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * All routes of a catalog, compiled to a tree of path segments: finding the operation of a request costs what its path is
 * long, not what the catalog is large. Immutable, safe for use by several threads.
 */
public final class CompiledCatalog {
    /** GET is how Connect calls methods without side effects. */
    private static final Set<String> GRPC_METHODS = Set.of("POST", "GET");

    private final Node root = new Node();
    private final Map<String, Operation> operations = new HashMap<>();
    private final Map<String, Map<Action, Operation>> actions = new HashMap<>();

    private CompiledCatalog() {}

    /**
     * One module and its routes.
     *
     * @param module the module
     * @param hosts the canonical hosts that serve it; empty means all
     * @param operations what can be called
     */
    public record ModuleRoutes(Module module, Set<String> hosts, List<Operation> operations) {
        /** Copies the collections. */
        public ModuleRoutes {
            hosts = Set.copyOf(hosts);
            operations = List.copyOf(operations);
        }
    }

    /**
     * A module, as far as a route can name it without an operation.
     *
     * @param uid its identity
     * @param id its id
     * @param restricted whether grants for all modules leave it out
     * @param shadowUntil until this moment refusals for want of a right to it are let pass
     */
    public record Module(Uid uid, String id, boolean restricted, Optional<Instant> shadowUntil) {
        /** An action on it, as if it were an operation. No grant names it, so only grants for modules cover it. */
        private Operation action(Action action) {
            return new Operation(
                    uid,
                    id + "." + action.name().toLowerCase(Locale.ROOT),
                    uid,
                    action,
                    restricted ? Operation.Closure.MODULE_RESTRICTED : Operation.Closure.OPEN,
                    Set.of(),
                    "",
                    shadowUntil);
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

    /**
     * Finds what a route says that a request amounts to; empty where it says nothing of that, something that is not
     * understood, or two things that disagree.
     *
     * @param method as it was sent: it says the action where the route names a module alone
     */
    public Optional<Operation> named(RouteSettings route, String method) {
        if (route.unclear()) {
            return Optional.empty();
        }
        return route.operation().isPresent()
                ? Optional.ofNullable(operations.get(route.operation().get())).filter(named -> agrees(route, named))
                : ofModule(route, method);
    }

    private boolean agrees(RouteSettings route, Operation named) {
        boolean sameAction = route.action().isEmpty() || route.action().get() == named.action();
        Map<Action, Operation> module =
                route.module().isEmpty() ? null : actions.get(route.module().get());
        boolean sameModule = route.module().isEmpty()
                || (module != null
                        && module.values().stream()
                                .allMatch(action -> action.moduleUid().equals(named.moduleUid())));
        return sameAction && sameModule;
    }

    private Optional<Operation> ofModule(RouteSettings route, String method) {
        Optional<Action> action = route.action().isPresent() ? route.action() : actionOf(method);
        Map<Action, Operation> module =
                route.module().isEmpty() ? null : actions.get(route.module().get());
        return module == null || action.isEmpty() ? Optional.empty() : Optional.ofNullable(module.get(action.get()));
    }

    private static Optional<Action> actionOf(String method) {
        return switch (method) {
            case "GET", "HEAD" -> Optional.of(Action.READ);
            case "POST" -> Optional.of(Action.CREATE);
            case "PUT", "PATCH" -> Optional.of(Action.EDIT);
            case "DELETE" -> Optional.of(Action.DELETE);
            default -> Optional.empty();
        };
    }

    private static @Nullable Answer find(Node node, Asked asked, int depth) {
        List<String> segments = asked.path().segments();
        if (depth == segments.size()) {
            return node.here == null ? null : node.here.find(asked);
        }
        Node literal = node.literals.isEmpty() ? null : node.literals.get(segments.get(depth));
        Answer answer = literal == null ? null : find(literal, asked, depth + 1);
        if (answer == null && node.variable != null) {
            answer = find(node.variable, asked, depth + 1);
        }
        return answer == null && node.rest != null ? node.rest.find(asked) : answer;
    }

    private Optional<Conflict> addAll(List<ModuleRoutes> modules) {
        Optional<Conflict> conflict = Optional.empty();
        for (ModuleRoutes module : modules) {
            name(module.module());
            for (Operation operation : module.operations()) {
                operations.put(operation.id(), operation);
                RouteTable table = tableOf(PathTemplate.parse(operation.pathTemplate()));
                Optional<Conflict> found = add(table, module.hosts(), operation);
                conflict = conflict.isPresent() ? conflict : found;
            }
        }
        return conflict;
    }

    private void name(Module module) {
        Map<Action, Operation> all = new EnumMap<>(Action.class);
        for (Action action : Action.values()) {
            all.put(action, module.action(action));
        }
        actions.put(module.id(), all);
    }

    private static Optional<Conflict> add(RouteTable table, Set<String> hosts, Operation operation) {
        boolean grpc = operation.methods().isEmpty();
        Set<String> methods = grpc ? GRPC_METHODS : operation.methods();
        Optional<Conflict> conflict = Optional.empty();
        for (String method : methods) {
            Optional<Conflict> found = table.add(method, hosts, operation);
            conflict = conflict.isPresent() ? conflict : found;
        }
        boolean addHead = !grpc && methods.contains("GET") && !methods.contains("HEAD");
        Optional<Conflict> found = addHead ? table.add("HEAD", hosts, operation) : Optional.empty();
        return conflict.isPresent() ? conflict : found;
    }

    private RouteTable tableOf(PathTemplate template) {
        Node node = root;
        for (PathTemplate.Segment segment : template.segments()) {
            switch (segment.kind()) {
                case LITERAL -> node = node.literal(segment.text());
                case VARIABLE -> node = node.variable();
                case REST -> {
                    return node.rest();
                }
            }
        }
        return node.here();
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
        private Map<String, Node> literals = Map.of();
        private @Nullable RouteTable here;
        private @Nullable RouteTable rest;
        private @Nullable Node variable;

        private Node literal(String text) {
            if (literals.isEmpty()) {
                literals = new HashMap<>();
            }
            return literals.computeIfAbsent(text, absent -> new Node());
        }

        private Node variable() {
            Node child = variable == null ? new Node() : variable;
            variable = child;
            return child;
        }

        private RouteTable here() {
            RouteTable table = here == null ? new RouteTable() : here;
            here = table;
            return table;
        }

        private RouteTable rest() {
            RouteTable table = rest == null ? new RouteTable() : rest;
            rest = table;
            return table;
        }
    }
}
