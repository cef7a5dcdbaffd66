package io.keywarden.admin;

import io.keywarden.admin.ModuleImport.Import;
import io.keywarden.admin.ModuleImport.Imported;
import io.keywarden.admin.v1.Action;
import io.keywarden.admin.v1.ImportOpenApiRequest;
import io.keywarden.admin.v1.ImportOpenApiResponse;
import io.keywarden.apispec.OpenApiReader;
import io.keywarden.policy.PathTemplate;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Imports what an OpenAPI document describes. */
final class ImportOpenApi {
    private static final String FIELD = "document";
    private static final Set<String> METHODS =
            Set.of("GET", "HEAD", "OPTIONS", "TRACE", "POST", "PUT", "PATCH", "DELETE");

    private final ModuleImport imports;

    ImportOpenApi(ModuleImport imports) {
        this.imports = imports;
    }

    Held<ImportOpenApiResponse> run(ImportOpenApiRequest request, Caller caller) {
        ModuleMapping mapping =
                new ModuleMapping(FIELD, "modules_by_tag", request.getModuleId(), request.getModulesByTagMap());
        String catalog = check(request, mapping);
        OpenApiReader.Options options = new OpenApiReader.Options(basePath(request), actions(request));
        Imported imported = imports.run(new Import(
                catalog,
                request.getEtag(),
                mapping.operations(OpenApiReader.read(request.getDocument(), options)),
                request.getValidateOnly(),
                new ModuleReplacement.Order(caller, "ImportOpenApi", "parent", FIELD)));
        ImportOpenApiResponse.Builder response = ImportOpenApiResponse.newBuilder()
                .addAllModules(imported.modules())
                .setCatalog(CatalogMessages.catalog(imported.catalog()));
        imported.times().map(Times::visibleDurability).ifPresent(response::setDurability);
        imported.times()
                .flatMap(Times::effective)
                .ifPresent(time -> response.setEffectiveTime(RecordWrites.timestamp(time)));
        boolean wait = !request.hasWait() || request.getWait();
        return new Held<>(response.build(), imported.times().flatMap(times -> times.until(wait)));
    }

    private static String check(ImportOpenApiRequest request, ModuleMapping mapping) {
        FieldChecks checks = new FieldChecks();
        String catalog =
                ResourceNames.catalog(checks, "parent", request.getParent()).orElse("");
        mapping.check(checks);
        checks.require(!request.getDocument().isBlank(), FIELD, "an OpenAPI document");
        if (!request.getBasePath().isEmpty()) {
            PathTemplate.problem(request.getBasePath()).ifPresent(problem -> checks.reject("base_path", problem));
            checks.require(request.getBasePath().indexOf('{') < 0, "base_path", "no variable");
        }
        for (Map.Entry<String, Action> method : request.getMethodActionsMap().entrySet()) {
            boolean right = METHODS.contains(method.getKey()) && ModuleChecks.isAction(method.getValue());
            checks.require(right, "method_actions", "READ, CREATE, EDIT or DELETE for one of " + sorted());
        }
        checks.finish();
        return catalog;
    }

    private static List<String> sorted() {
        return METHODS.stream().sorted().toList();
    }

    private static Optional<String> basePath(ImportOpenApiRequest request) {
        String path = request.getBasePath();
        return path.isEmpty()
                ? Optional.empty()
                : Optional.of(path.endsWith("/") ? path.substring(0, path.length() - 1) : path);
    }

    private static Map<String, io.keywarden.token.Action> actions(ImportOpenApiRequest request) {
        Map<String, io.keywarden.token.Action> actions = new HashMap<>();
        request.getMethodActionsMap().forEach((method, action) -> actions.put(method, CatalogMessages.inner(action)));
        return actions;
    }
}
