package io.keywarden.admin;

import com.google.protobuf.Timestamp;
import io.keywarden.admin.v1.Action;
import io.keywarden.admin.v1.CreateModuleRequest;
import io.keywarden.admin.v1.GrpcMatch;
import io.keywarden.admin.v1.HttpMatch;
import io.keywarden.admin.v1.Module;
import io.keywarden.admin.v1.Operation;
import io.keywarden.policy.PathTemplate;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/** Checks the fields of a module that is to be made or changed. */
final class ModuleChecks {
    private static final int MAX_HOSTS = 32;
    /** How many operations a module has at most. */
    static final int MAX_OPERATIONS = 500;

    private static final int MAX_METHODS = 16;
    private static final int MAX_GRPC_NAME = 400;
    private static final Pattern HTTP_METHOD = Pattern.compile("[A-Z]+(?:-[A-Z]+){0,3}");
    private static final Pattern GRPC_NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");
    private static final Pattern GRPC_SERVICE = Pattern.compile(GRPC_NAME + "(?:\\." + GRPC_NAME + ")*");

    private ModuleChecks() {}

    /** Checks a request and answers the catalog's id. */
    static String check(CreateModuleRequest request, Timestamp now) {
        FieldChecks checks = new FieldChecks();
        String catalog =
                ResourceNames.catalog(checks, "parent", request.getParent()).orElse("");
        checks.label("module_id", request.getModuleId());
        checks.requestId(request.getRequestId());
        Module module = request.getModule();
        checks.require(request.hasModule(), "module", "a module");
        fields(checks, module);
        TimeChecks.shadow(checks, "module.shadow_until", module.getShadowUntil(), now);
        checks.finish();
        return catalog;
    }

    /** Notes what is wrong with the fields of a module, but for its shadow. */
    static void fields(FieldChecks checks, Module module) {
        if (!module.getDisplayName().isEmpty()) {
            checks.displayName("module.display_name", module.getDisplayName());
        }
        HostChecks.check(checks, "module.hosts", module.getHostsList(), MAX_HOSTS);
        operations(checks, module.getOperationsList());
    }

    private static void operations(FieldChecks checks, List<Operation> operations) {
        if (operations.size() > MAX_OPERATIONS) {
            checks.reject("module.operations", "at most " + MAX_OPERATIONS + " operations");
            return;
        }
        Set<String> ids = new HashSet<>();
        for (int i = 0; i < operations.size(); i++) {
            Operation operation = operations.get(i);
            String path = "module.operations[" + i + "]";
            checks.label(path + ".id", operation.getId());
            checks.require(ids.add(operation.getId()), path + ".id", "each id once in a module");
            checks.require(isAction(operation.getAction()), path + ".action", "READ, CREATE, EDIT or DELETE");
            switch (operation.getMatchCase()) {
                case HTTP -> http(checks, path + ".http", operation.getHttp());
                case GRPC -> grpc(checks, path + ".grpc", operation.getGrpc());
                case MATCH_NOT_SET -> checks.reject(path, "http or grpc");
            }
        }
    }

    private static void http(FieldChecks checks, String path, HttpMatch http) {
        methods(checks, path, http.getMethodsList());
        PathTemplate.problem(http.getPathTemplate())
                .ifPresent(problem -> checks.reject(path + ".path_template", problem));
    }

    /** Notes HTTP methods that are none, too many, not written as they must be, or there twice. */
    static void methods(FieldChecks checks, String path, List<String> methods) {
        checks.require(
                !methods.isEmpty() && methods.size() <= MAX_METHODS,
                path + ".methods",
                "1 to " + MAX_METHODS + " methods");
        for (int i = 0; i < Math.min(methods.size(), MAX_METHODS); i++) {
            String method = methods.get(i);
            boolean known = method.length() <= MAX_METHODS
                    && HTTP_METHOD.matcher(method).matches();
            checks.require(known, path + ".methods[" + i + "]", "an upper-case method, such as GET");
            checks.require(methods.indexOf(method) == i, path + ".methods[" + i + "]", "each method once");
        }
    }

    private static void grpc(FieldChecks checks, String path, GrpcMatch grpc) {
        checks.require(
                isGrpcName(GRPC_SERVICE, grpc.getService()),
                path + ".service",
                "a full service name, such as shop.v1.Orders");
        checks.require(
                isGrpcName(GRPC_NAME, grpc.getMethod()), path + ".method", "a method's name, such as ListOrders");
    }

    private static boolean isGrpcName(Pattern pattern, String text) {
        return text.length() <= MAX_GRPC_NAME && pattern.matcher(text).matches();
    }

    static boolean isAction(Action action) {
        return action != Action.ACTION_UNSPECIFIED && action != Action.UNRECOGNIZED;
    }
}
