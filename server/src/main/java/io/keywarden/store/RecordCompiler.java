package io.keywarden.store;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Timestamp;
import io.keywarden.policy.CompiledCatalog;
import io.keywarden.policy.Reason;
import io.keywarden.store.v1.AliasRecord;
import io.keywarden.store.v1.CatalogRecord;
import io.keywarden.store.v1.GrantRecord;
import io.keywarden.store.v1.ModuleRecord;
import io.keywarden.store.v1.ModuleReference;
import io.keywarden.token.Grant;
import io.keywarden.token.Owner;
import io.keywarden.token.SlotTag;
import io.keywarden.token.Tenant;
import io.keywarden.token.TenantRef;
import io.keywarden.token.Token;
import io.keywarden.token.TokenId;
import io.keywarden.token.Uid;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * Turns the payloads of genuine records into what the decision sees. A payload that is not understood, such as one with a
 * value that only a newer version knows, cannot be told: INTERNAL.
 */
public final class RecordCompiler {
    private RecordCompiler() {}

    /** Compiles a TOKEN record. */
    public static Lookup<Token> token(StoredRecord record) {
        return compile(record, TokenCompiler::token);
    }

    /** Compiles a TENANT record. */
    public static Lookup<Tenant> tenant(StoredRecord record) {
        return compile(record, TenantCompiler::tenant);
    }

    /** Compiles an OWNER record. */
    public static Lookup<Owner> owner(StoredRecord record) {
        return compile(record, TokenCompiler::owner);
    }

    /**
     * Compiles stored grants, in their order.
     *
     * @throws IllegalArgumentException if one is not understood
     */
    public static List<Grant> grants(List<GrantRecord> grants) {
        return GrantCompiler.grants(grants);
    }

    /**
     * Compiles an ALIAS record that has to be a name of a tenant.
     *
     * @param namespace HOST or TENANT_ID
     */
    public static Lookup<TenantRef> tenantNamed(StoredRecord record, AliasRecord.Namespace namespace, String name) {
        return compile(record, found -> readTenantName(found, namespace, name));
    }

    /**
     * Compiles an ALIAS record that has to lead to a token of a tenant.
     *
     * @param namespace CREDENTIAL_ID or OPAQUE_SECRET
     */
    public static Lookup<TokenId> tokenNamed(StoredRecord record, AliasRecord.Namespace namespace, Uid tenant) {
        return compile(record, found -> readTokenName(found, namespace, tenant));
    }

    /** Reads which modules a CATALOG record names. */
    static Lookup<CatalogRecord> catalog(StoredRecord record) {
        return compile(record, found -> {
            CatalogRecord payload = CatalogRecord.parseFrom(found.payload());
            for (ModuleReference module : payload.getModulesList()) {
                if (module.getUid().size() != Uid.BYTES) {
                    throw new IllegalArgumentException("module " + module.getId() + " without a uid (expected: one)");
                }
            }
            return payload;
        });
    }

    /** Compiles the MODULE records of a catalog. */
    static Lookup<CompiledCatalog> modules(StoredRecord catalog, List<StoredRecord> modules) {
        return compile(catalog, found -> {
            List<CompiledCatalog.ModuleRoutes> routes = new ArrayList<>(modules.size());
            for (StoredRecord module : modules) {
                ModuleRecord payload = ModuleRecord.parseFrom(module.payload());
                routes.add(OperationCompiler.routes(module.uid(), payload));
            }
            return CompiledCatalog.compile(routes);
        });
    }

    /** Compiles a record if it is of the thing that its key names. */
    public static <T> Lookup<T> ofUid(StoredRecord record, Uid uid, Function<StoredRecord, Lookup<T>> compile) {
        return record.uid().equals(uid)
                ? compile.apply(record)
                : new Lookup.CannotTell<>(
                        Reason.INTERNAL, record.key().text() + " is of " + record.uid() + " (expected: " + uid + ")");
    }

    private interface Reading<T> {
        T read(StoredRecord record) throws InvalidProtocolBufferException;
    }

    private static <T> Lookup<T> compile(StoredRecord record, Reading<T> reading) {
        try {
            return new Lookup.Found<>(reading.read(record));
        } catch (InvalidProtocolBufferException
                | IllegalArgumentException
                | DateTimeException
                | ArithmeticException e) {
            return new Lookup.CannotTell<>(
                    Reason.INTERNAL, record.key().text() + " is not understood: " + e.getMessage());
        }
    }

    private static TenantRef readTenantName(StoredRecord record, AliasRecord.Namespace namespace, String name)
            throws InvalidProtocolBufferException {
        AliasRecord payload = aliasOf(record, namespace);
        same(payload.getText(), name);
        return new TenantRef(uid(payload.getTargetUid()), new SlotTag(payload.getTargetSlot()));
    }

    private static TokenId readTokenName(StoredRecord record, AliasRecord.Namespace namespace, Uid tenant)
            throws InvalidProtocolBufferException {
        AliasRecord payload = aliasOf(record, namespace);
        same(uid(payload.getTenantUid()).toString(), tenant.toString());
        return new TokenId(payload.getTokenId());
    }

    private static AliasRecord aliasOf(StoredRecord record, AliasRecord.Namespace namespace)
            throws InvalidProtocolBufferException {
        AliasRecord payload = AliasRecord.parseFrom(record.payload());
        if (payload.getNamespace() != namespace) {
            throw new IllegalArgumentException(
                    "namespace " + payload.getNamespaceValue() + " (expected: " + namespace + ")");
        }
        return payload;
    }

    static Uid uid(ByteString bytes) {
        return Uid.of(bytes.toByteArray());
    }

    static void same(String found, String expected) {
        if (!found.equals(expected)) {
            throw new IllegalArgumentException("about " + found + " (expected: " + expected + ")");
        }
    }

    static Optional<Instant> time(boolean present, Timestamp time) {
        return present ? Optional.of(time(time)) : Optional.empty();
    }

    static Instant time(Timestamp time) {
        return Instant.ofEpochSecond(time.getSeconds(), time.getNanos());
    }
}
