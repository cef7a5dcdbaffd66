package io.keywarden.admin;

import com.google.protobuf.ByteString;
import io.keywarden.admin.v1.Action;
import io.keywarden.admin.v1.Catalog;
import io.keywarden.admin.v1.GrpcMatch;
import io.keywarden.admin.v1.HttpMatch;
import io.keywarden.admin.v1.Module;
import io.keywarden.admin.v1.Operation;
import io.keywarden.store.v1.CatalogRecord;
import io.keywarden.store.v1.ModuleRecord;
import io.keywarden.store.v1.OperationRecord;
import io.keywarden.store.v1.StoredAction;
import io.keywarden.token.Uid;
import java.security.SecureRandom;
import java.util.Map;
import java.util.stream.Collectors;

/** Catalogs and modules as callers see them, and as they are stored. */
final class CatalogMessages {
    private CatalogMessages() {}

    /** A catalog for callers. */
    static Catalog catalog(Entry<CatalogRecord> entry) {
        CatalogRecord record = entry.payload();
        return Catalog.newBuilder()
                .setName(ResourceNames.catalog(record.getId()))
                .setDisplayName(record.getDisplayName())
                .setRevision(entry.stored().version())
                .setEtag(entry.etag())
                .setCreateTime(record.getCreateTime())
                .setUpdateTime(record.getUpdateTime())
                .build();
    }

    /** A module for callers. */
    static Module module(String catalog, Entry<ModuleRecord> entry) {
        return contents(catalog, entry.payload()).setEtag(entry.etag()).build();
    }

    /** A module for callers, without an etag. */
    static Module.Builder contents(String catalog, ModuleRecord record) {
        Module.Builder module = Module.newBuilder()
                .setName(new ResourceNames.ModuleName(catalog, record.getId()).text())
                .setDisplayName(record.getDisplayName())
                .addAllHosts(record.getHostsList())
                .setRestricted(record.getRestricted())
                .setCreateTime(record.getCreateTime())
                .setUpdateTime(record.getUpdateTime());
        if (record.hasShadowUntil()) {
            module.setShadowUntil(record.getShadowUntil());
        }
        record.getOperationsList().forEach(operation -> module.addOperations(operation(operation)));
        return module;
    }

    /** What is stored of a new module; its times, its catalog and the request are left for the command. */
    static ModuleRecord.Builder record(String id, Module module, SecureRandom random) {
        return record(ModuleRecord.newBuilder().setId(id).build(), module, random);
    }

    /**
     * What is stored of a module that takes the place of another state of itself. An operation that keeps its id keeps its
     * identity, which grants hold; every other one gets one that never was.
     */
    static ModuleRecord.Builder record(ModuleRecord before, Module module, SecureRandom random) {
        Map<String, ByteString> uids = before.getOperationsList().stream()
                .collect(Collectors.toMap(OperationRecord::getId, OperationRecord::getUid));
        ModuleRecord.Builder record = before.toBuilder()
                .clearOperations()
                .clearHosts()
                .clearShadowUntil()
                .setDisplayName(module.getDisplayName().isEmpty() ? before.getId() : module.getDisplayName())
                .addAllHosts(module.getHostsList())
                .setRestricted(module.getRestricted());
        if (module.hasShadowUntil()) {
            record.setShadowUntil(module.getShadowUntil());
        }
        for (Operation operation : module.getOperationsList()) {
            ByteString uid = uids.getOrDefault(operation.getId(), ByteString.EMPTY);
            record.addOperations(record(operation).setUid(uid.isEmpty() ? bytes(Uid.random(random)) : uid));
        }
        return record;
    }

    static ByteString bytes(Uid uid) {
        return ByteString.copyFrom(uid.toBytes());
    }

    static StoredAction action(Action action) {
        return switch (action) {
            case READ -> StoredAction.READ;
            case CREATE -> StoredAction.CREATE;
            case EDIT -> StoredAction.EDIT;
            case DELETE -> StoredAction.DELETE;
            case ACTION_UNSPECIFIED, UNRECOGNIZED ->
                throw new IllegalArgumentException(action + " (expected: an action that was checked)");
        };
    }

    /** An action as rules of our own hold it. */
    static io.keywarden.token.Action inner(Action action) {
        return switch (action) {
            case READ -> io.keywarden.token.Action.READ;
            case CREATE -> io.keywarden.token.Action.CREATE;
            case EDIT -> io.keywarden.token.Action.EDIT;
            case DELETE -> io.keywarden.token.Action.DELETE;
            case ACTION_UNSPECIFIED, UNRECOGNIZED ->
                throw new IllegalArgumentException(action + " (expected: an action that was checked)");
        };
    }

    /** An action as callers see it. */
    static Action action(io.keywarden.token.Action action) {
        return switch (action) {
            case READ -> Action.READ;
            case CREATE -> Action.CREATE;
            case EDIT -> Action.EDIT;
            case DELETE -> Action.DELETE;
        };
    }

    static Action action(StoredAction action) {
        return switch (action) {
            case READ -> Action.READ;
            case CREATE -> Action.CREATE;
            case EDIT -> Action.EDIT;
            case DELETE -> Action.DELETE;
            case ACTION_UNSPECIFIED, UNRECOGNIZED -> Action.ACTION_UNSPECIFIED;
        };
    }

    private static Operation operation(OperationRecord record) {
        Operation.Builder operation = Operation.newBuilder()
                .setId(record.getId())
                .setAction(action(record.getAction()))
                .setRestricted(record.getRestricted());
        if (record.getHttpMethodsCount() > 0) {
            return operation
                    .setHttp(HttpMatch.newBuilder()
                            .addAllMethods(record.getHttpMethodsList())
                            .setPathTemplate(record.getPathTemplate()))
                    .build();
        }
        String path = record.getPathTemplate();
        int slash = path.lastIndexOf('/');
        return operation
                .setGrpc(GrpcMatch.newBuilder()
                        .setService(path.substring(1, slash))
                        .setMethod(path.substring(slash + 1)))
                .build();
    }

    private static OperationRecord.Builder record(Operation operation) {
        OperationRecord.Builder record = OperationRecord.newBuilder()
                .setId(operation.getId())
                .setAction(action(operation.getAction()))
                .setRestricted(operation.getRestricted());
        if (operation.hasHttp()) {
            return record.addAllHttpMethods(operation.getHttp().getMethodsList())
                    .setPathTemplate(operation.getHttp().getPathTemplate());
        }
        GrpcMatch grpc = operation.getGrpc();
        return record.setPathTemplate("/" + grpc.getService() + "/" + grpc.getMethod());
    }
}
