package io.keywarden.admin;

import io.keywarden.token.Names;
import io.keywarden.token.TokenId;
import java.util.Optional;

/** Reads and writes the names of resources. A name that is not one is noted as a wrong field, and read as empty. */
final class ResourceNames {
    private static final String LABELS = " (ids of a-z, 0-9 and -)";

    private ResourceNames() {}

    /** The name of a tenant. */
    static String tenant(String id) {
        return "tenants/" + id;
    }

    /** The name of a catalog. */
    static String catalog(String id) {
        return "catalogs/" + id;
    }

    /** Reads {@code tenants/{tenant}} to the tenant's id. */
    static Optional<String> tenant(FieldChecks checks, String field, String name) {
        return label(checks, field, name, "tenants");
    }

    /** Reads {@code catalogs/{catalog}} to the catalog's id. */
    static Optional<String> catalog(FieldChecks checks, String field, String name) {
        return label(checks, field, name, "catalogs");
    }

    /** Reads {@code catalogs/{catalog}/modules/{module}}. */
    static Optional<ModuleName> module(FieldChecks checks, String field, String name) {
        String[] parts = name.split("/", -1);
        if (isPair(parts, "catalogs", "modules") && Names.isLabel(parts[1]) && Names.isLabel(parts[3])) {
            return Optional.of(new ModuleName(parts[1], parts[3]));
        }
        checks.reject(field, "catalogs/{catalog}/modules/{module}" + LABELS);
        return Optional.empty();
    }

    /** Reads {@code tenants/{tenant}/tokens/{token}}. */
    static Optional<TokenName> token(FieldChecks checks, String field, String name) {
        String[] parts = name.split("/", -1);
        if (isPair(parts, "tenants", "tokens") && Names.isLabel(parts[1]) && TokenId.isTokenId(parts[3])) {
            return Optional.of(new TokenName(parts[1], new TokenId(parts[3])));
        }
        checks.reject(field, "tenants/{tenant}/tokens/{token}, with the token's id of 26 characters");
        return Optional.empty();
    }

    /** Reads {@code tenants/{tenant}/owners/{owner}}. */
    static Optional<OwnerName> owner(FieldChecks checks, String field, String name) {
        String[] parts = name.split("/", -1);
        if (isPair(parts, "tenants", "owners") && Names.isLabel(parts[1]) && Names.isLabel(parts[3])) {
            return Optional.of(new OwnerName(parts[1], parts[3]));
        }
        checks.reject(field, "tenants/{tenant}/owners/{owner}" + LABELS);
        return Optional.empty();
    }

    private static Optional<String> label(FieldChecks checks, String field, String name, String collection) {
        String prefix = collection + "/";
        if (name.startsWith(prefix) && Names.isLabel(name.substring(prefix.length()))) {
            return Optional.of(name.substring(prefix.length()));
        }
        String variable = collection.substring(0, collection.length() - 1);
        checks.reject(field, prefix + "{" + variable + "}" + LABELS);
        return Optional.empty();
    }

    private static boolean isPair(String[] parts, String outer, String inner) {
        return parts.length == 4 && parts[0].equals(outer) && parts[2].equals(inner);
    }

    /**
     * The name of a module.
     *
     * @param catalog its catalog's id
     * @param module its id
     */
    record ModuleName(String catalog, String module) {
        /** The resource name. */
        String text() {
            return ResourceNames.catalog(catalog) + "/modules/" + module;
        }
    }

    /**
     * The name of a token.
     *
     * @param tenant its tenant's id
     * @param id its id
     */
    record TokenName(String tenant, TokenId id) {
        /** The resource name. */
        String text() {
            return ResourceNames.tenant(tenant) + "/tokens/" + id.text();
        }
    }

    /**
     * The name of an owner.
     *
     * @param tenant their tenant's id
     * @param owner their id
     */
    record OwnerName(String tenant, String owner) {
        /** The resource name. */
        String text() {
            return ResourceNames.tenant(tenant) + "/owners/" + owner;
        }
    }
}
