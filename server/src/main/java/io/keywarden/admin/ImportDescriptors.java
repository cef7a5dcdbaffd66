package io.keywarden.admin;

import io.keywarden.admin.ModuleImport.Import;
import io.keywarden.admin.ModuleImport.Imported;
import io.keywarden.admin.v1.ActionRule;
import io.keywarden.admin.v1.ImportDescriptorsRequest;
import io.keywarden.admin.v1.ImportDescriptorsResponse;
import io.keywarden.apispec.DescriptorReader;
import io.keywarden.token.Action;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/** Imports what protobuf descriptors describe. */
final class ImportDescriptors {
    private static final String FIELD = "descriptor_set";
    private static final int MAX_RULES = 100;
    private static final Pattern WORD = Pattern.compile("[A-Za-z_][A-Za-z0-9_]{0,199}");

    private final ModuleImport imports;

    ImportDescriptors(ModuleImport imports) {
        this.imports = imports;
    }

    Held<ImportDescriptorsResponse> run(ImportDescriptorsRequest request, Caller caller) {
        ModuleMapping mapping =
                new ModuleMapping(FIELD, "modules_by_service", request.getModuleId(), request.getModulesByServiceMap());
        String catalog = check(request, mapping);
        List<Map.Entry<String, Action>> words = request.getActionRulesList().stream()
                .map(rule -> Map.entry(rule.getPrefix(), CatalogMessages.inner(rule.getAction())))
                .toList();
        Imported imported = imports.run(new Import(
                catalog,
                request.getEtag(),
                mapping.operations(DescriptorReader.read(
                        request.getDescriptorSet(), Set.copyOf(request.getServicesList()), words)),
                request.getValidateOnly(),
                new ModuleReplacement.Order(caller, "ImportDescriptors", "parent", FIELD)));
        ImportDescriptorsResponse.Builder response = ImportDescriptorsResponse.newBuilder()
                .addAllModules(imported.modules())
                .setCatalog(CatalogMessages.catalog(imported.catalog()));
        imported.times().map(Times::visibleDurability).ifPresent(response::setDurability);
        imported.times()
                .flatMap(Times::effective)
                .ifPresent(time -> response.setEffectiveTime(RecordWrites.timestamp(time)));
        boolean wait = !request.hasWait() || request.getWait();
        return new Held<>(response.build(), imported.times().flatMap(times -> times.until(wait)));
    }

    private static String check(ImportDescriptorsRequest request, ModuleMapping mapping) {
        FieldChecks checks = new FieldChecks();
        String catalog =
                ResourceNames.catalog(checks, "parent", request.getParent()).orElse("");
        mapping.check(checks);
        checks.require(!request.getDescriptorSet().isEmpty(), FIELD, "a serialized google.protobuf.FileDescriptorSet");
        List<ActionRule> rules = request.getActionRulesList();
        checks.require(rules.size() <= MAX_RULES, "action_rules", "at most " + MAX_RULES + " rules");
        for (int i = 0; i < Math.min(rules.size(), MAX_RULES); i++) {
            ActionRule rule = rules.get(i);
            String field = "action_rules[" + i + "]";
            checks.require(WORD.matcher(rule.getPrefix()).matches(), field + ".prefix", "the start of a method's name");
            checks.require(ModuleChecks.isAction(rule.getAction()), field + ".action", "READ, CREATE, EDIT or DELETE");
        }
        checks.finish();
        return catalog;
    }
}
