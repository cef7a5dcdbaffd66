package io.keywarden.apispec;

import io.keywarden.apispec.ApiReading.Problem;
import io.keywarden.policy.PathTemplate;
import io.keywarden.token.Action;
import io.keywarden.token.Names;
import io.swagger.v3.oas.models.OpenAPI;
import io.swagger.v3.oas.models.Operation;
import io.swagger.v3.oas.models.PathItem;
import io.swagger.v3.oas.models.PathItem.HttpMethod;
import io.swagger.v3.oas.models.servers.Server;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Reads the paths of an OpenAPI document. For one document, used by one thread. */
final class PathReader {
    private static final String OPERATION = "x-keywarden-operation";
    private static final String ACTION = "x-keywarden-action";
    private static final String RESTRICTED = "x-keywarden-restricted";
    /** A segment that is a parameter, with a name that can be written as a variable. */
    private static final Pattern PARAMETER = Pattern.compile("\\{[A-Za-z0-9_.-]{1,62}}");

    private final OpenApiReader.Options options;
    private final List<Problem> problems;

    /** Takes the list to which problems are added. */
    PathReader(OpenApiReader.Options options, List<Problem> problems) {
        this.options = options;
        this.problems = problems;
    }

    ApiReading read(OpenAPI api) {
        List<DescribedCall> calls = new ArrayList<>();
        Map<String, PathItem> paths = api.getPaths() == null ? Map.of() : api.getPaths();
        paths.forEach((path, item) -> calls.addAll(read(path, item, orEmpty(api.getServers()))));
        if (!problems.isEmpty()) {
            return new ApiReading.Refused(problems);
        }
        return calls.isEmpty()
                ? ApiReading.Refused.of("paths", "a path with an operation")
                : new ApiReading.Understood(calls);
    }

    private List<DescribedCall> read(String path, PathItem item, List<Server> ofApi) {
        String where = "paths." + path;
        if (item.get$ref() != null) {
            problems.add(new Problem(where, "the operations themselves, not a reference"));
            return List.of();
        }
        Map<HttpMethod, DescribedCall> calls = new LinkedHashMap<>();
        item.readOperationsMap().forEach((method, operation) -> {
            List<Server> servers = firstOf(List.of(orEmpty(operation.getServers()), orEmpty(item.getServers()), ofApi));
            read(
                            where + "." + method.name().toLowerCase(Locale.ROOT),
                            method,
                            operation,
                            template(where, path, servers))
                    .ifPresent(call -> calls.put(method, call));
        });
        requireOneOfGetAndHead(where, calls);
        return List.copyOf(calls.values());
    }

    /** GET answers HEAD too, so that a HEAD beside it has to be the same. */
    private void requireOneOfGetAndHead(String where, Map<HttpMethod, DescribedCall> calls) {
        DescribedCall get = calls.get(HttpMethod.GET);
        DescribedCall head = calls.get(HttpMethod.HEAD);
        if (get == null || head == null) {
            return;
        }
        boolean same = get.effect().action() == head.effect().action()
                && get.effect()
                        .restricted()
                        .orElse(false)
                        .equals(head.effect().restricted().orElse(false))
                && get.groups().equals(head.groups())
                && get.request().path().equals(head.request().path())
                && head.names().chosen().isEmpty();
        if (same) {
            calls.remove(HttpMethod.HEAD);
        } else {
            problems.add(new Problem(where + ".head", "the tags, action and restriction of get: GET answers HEAD too"));
        }
    }

    private Optional<DescribedCall> read(
            String where, HttpMethod method, Operation operation, Optional<String> template) {
        Map<String, Object> extensions = operation.getExtensions() == null ? Map.of() : operation.getExtensions();
        Optional<DescribedCall.Effect> effect = effect(where, method.name(), extensions);
        Optional<String> chosen = chosen(where, extensions);
        if (template.isEmpty() || effect.isEmpty()) {
            return Optional.empty();
        }
        String exact = method.name().toLowerCase(Locale.ROOT) + template.get().replace('/', '-');
        String id = operation.getOperationId();
        return Optional.of(new DescribedCall(
                where,
                orEmpty(operation.getTags()),
                new DescribedCall.Names(chosen, id == null || id.isBlank() ? exact : id, exact),
                effect.get(),
                new DescribedCall.Request(method.name(), template.get(), false)));
    }

    private Optional<String> template(String where, String path, List<Server> servers) {
        Optional<String> base =
                options.basePath().or(() -> servers.isEmpty() ? Optional.of("") : BasePaths.common(servers));
        if (base.isEmpty()) {
            problems.add(new Problem(where, "servers with one path and no variable in it, or a base_path"));
            return Optional.empty();
        }
        String template = base.get()
                + Arrays.stream(path.split("/", -1)).map(PathReader::segment).collect(Collectors.joining("/"));
        Optional<String> problem = PathTemplate.problem(template);
        problem.ifPresent(expected -> problems.add(new Problem(where, expected)));
        return problem.isPresent() ? Optional.empty() : Optional.of(template);
    }

    /** Names of parameters may have characters that names of variables don't. */
    private static String segment(String segment) {
        if (!PARAMETER.matcher(segment).matches()) {
            return segment;
        }
        String name = segment.substring(1, segment.length() - 1).replaceAll("[.-]", "_");
        return Character.isLetter(name.charAt(0)) ? "{" + name + "}" : "{p_" + name + "}";
    }

    private Optional<DescribedCall.Effect> effect(String where, String method, Map<String, Object> extensions) {
        Optional<Boolean> restricted =
                extensions.get(RESTRICTED) instanceof Boolean is ? Optional.of(is) : Optional.empty();
        if (extensions.containsKey(RESTRICTED) && restricted.isEmpty()) {
            problems.add(new Problem(where + "." + RESTRICTED, "true or false"));
            return Optional.empty();
        }
        Object said = extensions.get(ACTION);
        Optional<Action> action = said == null
                ? Optional.of(options.methodActions().getOrDefault(method, usual(method)))
                : Arrays.stream(Action.values())
                        .filter(known -> known.name().equals(said))
                        .findFirst();
        if (action.isEmpty()) {
            problems.add(new Problem(where + "." + ACTION, "READ, CREATE, EDIT or DELETE"));
        }
        boolean explicit = said != null || options.methodActions().containsKey(method);
        return action.map(
                found -> new DescribedCall.Effect(found, said == null ? method : ACTION, explicit, restricted));
    }

    private static Action usual(String method) {
        return switch (HttpMethod.valueOf(method)) {
            case GET, HEAD, OPTIONS, TRACE -> Action.READ;
            case POST -> Action.CREATE;
            case PUT, PATCH -> Action.EDIT;
            case DELETE -> Action.DELETE;
        };
    }

    private Optional<String> chosen(String where, Map<String, Object> extensions) {
        Object said = extensions.get(OPERATION);
        if (said == null) {
            return Optional.empty();
        }
        if (said instanceof String id && Names.isLabel(id)) {
            return Optional.of(id);
        }
        problems.add(new Problem(where + "." + OPERATION, Names.LABEL_RULE));
        return Optional.empty();
    }

    private static List<Server> firstOf(List<List<Server>> lists) {
        return lists.stream().filter(list -> !list.isEmpty()).findFirst().orElse(List.of());
    }

    private static <T> List<T> orEmpty(@Nullable List<T> list) {
        return list == null ? List.of() : list;
    }
}
