package io.keywarden.admin;

import io.keywarden.admin.v1.GrpcMatch;
import io.keywarden.admin.v1.HttpMatch;
import io.keywarden.admin.v1.Operation;
import io.keywarden.apispec.ApiReading;
import io.keywarden.apispec.DescribedCall;
import io.keywarden.apispec.OperationIds;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/**
 * Says which module gets which part of a description.
 *
 * @param field the request's field that holds the description
 * @param groupsField the request's field that says which group goes where
 * @param moduleId the module that gets what no group sends elsewhere; empty text for none
 * @param byGroup the ids of modules by groups
 */
record ModuleMapping(String field, String groupsField, String moduleId, Map<String, String> byGroup) {
    /** Into how many modules one description goes at most. */
    private static final int MAX_GROUPS = 100;

    /** Copies the map. */
    ModuleMapping {
        byGroup = Map.copyOf(byGroup);
    }

    /** Notes what is wrong with it. */
    void check(FieldChecks checks) {
        if (!moduleId.isEmpty()) {
            checks.label("module_id", moduleId);
        }
        checks.require(byGroup.size() <= MAX_GROUPS, groupsField, "at most " + MAX_GROUPS + " entries");
        byGroup.values().stream().limit(MAX_GROUPS).forEach(module -> checks.label(groupsField, module));
        checks.require(!moduleId.isEmpty() || !byGroup.isEmpty(), "module_id", "a module, here or in " + groupsField);
    }

    /**
     * The operations of each module.
     *
     * @throws AdminException if the description is refused, or has something for no module
     */
    Map<String, List<ImportedOperation>> operations(ApiReading reading) {
        FieldChecks checks = new FieldChecks();
        List<DescribedCall> calls = reading.fold(ApiReading.Understood::calls, refused -> {
            refused.problems().forEach(problem -> checks.reject(field, problem.toString()));
            return List.of();
        });
        Map<String, List<DescribedCall>> byModule = new TreeMap<>();
        for (DescribedCall call : calls) {
            String module = call.groups().stream()
                    .map(byGroup::get)
                    .filter(Objects::nonNull)
                    .findFirst()
                    .orElse(moduleId);
            checks.require(!module.isEmpty(), groupsField, "a module for " + call.source() + ", or a module_id");
            byModule.computeIfAbsent(module, id -> new ArrayList<>()).add(call);
        }
        byModule.forEach((module, all) -> checks.require(
                all.size() <= ModuleChecks.MAX_OPERATIONS,
                field,
                "at most " + ModuleChecks.MAX_OPERATIONS + " operations for one module: split it by " + groupsField));
        checks.finish();
        Map<String, List<ImportedOperation>> operations = new TreeMap<>();
        byModule.forEach((module, all) -> operations.put(module, operations(all)));
        return operations;
    }

    private static List<ImportedOperation> operations(List<DescribedCall> calls) {
        List<String> ids = OperationIds.of(calls);
        List<ImportedOperation> operations = new ArrayList<>(calls.size());
        for (int i = 0; i < calls.size(); i++) {
            DescribedCall call = calls.get(i);
            operations.add(new ImportedOperation(operation(ids.get(i), call), call.source(), call.effect()));
        }
        return operations;
    }

    private static Operation operation(String id, DescribedCall call) {
        DescribedCall.Request request = call.request();
        Operation.Builder operation = Operation.newBuilder()
                .setId(id)
                .setAction(CatalogMessages.action(call.effect().action()))
                .setRestricted(call.effect().restricted().orElse(false));
        return request.grpc()
                ? operation
                        .setGrpc(GrpcMatch.newBuilder()
                                .setService(request.path())
                                .setMethod(request.method()))
                        .build()
                : operation
                        .setHttp(HttpMatch.newBuilder()
                                .addMethods(request.method())
                                .setPathTemplate(request.path()))
                        .build();
    }
}
