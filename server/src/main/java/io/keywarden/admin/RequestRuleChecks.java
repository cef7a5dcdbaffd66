package io.keywarden.admin;

import io.keywarden.admin.v1.ClientSource;
import io.keywarden.admin.v1.OpenPath;
import io.keywarden.policy.PathTemplate;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/** Checks what a tenant says about requests: where they name a client, and which need no credential. */
final class RequestRuleChecks {
    private static final int MAX_OPEN_PATHS = 32;
    private static final int MAX_HOST_LABELS = 127;
    private static final Pattern VARIABLE = Pattern.compile("[a-zA-Z][a-zA-Z0-9_]{0,62}");

    private RequestRuleChecks() {}

    /** Notes a place that cannot name a client. */
    static void client(FieldChecks checks, String field, ClientSource source) {
        switch (source.getPlaceCase()) {
            case PATH_VARIABLE ->
                checks.require(
                        VARIABLE.matcher(source.getPathVariable()).matches(),
                        field + ".path_variable",
                        "the name of a variable in path templates, such as client");
            case HOST_LABEL ->
                checks.require(
                        source.getHostLabel() >= 1 && source.getHostLabel() <= MAX_HOST_LABELS,
                        field + ".host_label",
                        "1 to " + MAX_HOST_LABELS + ", counted from the left");
            case HEADER ->
                checks.require(
                        CredentialSourceChecks.isAllowed(source.getHeader().toLowerCase(Locale.ROOT)),
                        field + ".header",
                        "a header's name, such as x-client, that is not reserved");
            case PLACE_NOT_SET -> checks.reject(field, "path_variable, host_label or header");
        }
    }

    /** Notes open paths that are too many, or not written as they must be. */
    static void openPaths(FieldChecks checks, String field, List<OpenPath> paths) {
        if (paths.size() > MAX_OPEN_PATHS) {
            checks.reject(field, "at most " + MAX_OPEN_PATHS + " open paths");
            return;
        }
        for (int i = 0; i < paths.size(); i++) {
            String path = field + "[" + i + "]";
            ModuleChecks.methods(checks, path, paths.get(i).getMethodsList());
            PathTemplate.problem(paths.get(i).getPathTemplate())
                    .ifPresent(problem -> checks.reject(path + ".path_template", problem));
        }
    }
}
