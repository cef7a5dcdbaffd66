package io.keywarden.store;

import com.github.benmanes.caffeine.cache.Interner;
import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Timestamp;
import io.keywarden.policy.CompiledCatalog;
import io.keywarden.policy.Reason;
import io.keywarden.store.v1.AliasRecord;
import io.keywarden.store.v1.CatalogRecord;
import io.keywarden.store.v1.CredentialSourceRecord;
import io.keywarden.store.v1.ModuleRecord;
import io.keywarden.store.v1.ModuleReference;
import io.keywarden.store.v1.TenantRecord;
import io.keywarden.store.v1.TokenRecord;
import io.keywarden.token.CredentialSource;
import io.keywarden.token.OutagePolicy;
import io.keywarden.token.SecretDigest;
import io.keywarden.token.SlotTag;
import io.keywarden.token.Tenant;
import io.keywarden.token.TenantRef;
import io.keywarden.token.Token;
import io.keywarden.token.TokenId;
import io.keywarden.token.TokenState;
import io.keywarden.token.Uid;
import java.time.DateTimeException;
import java.time.Duration;
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
    /** Tokens share their tenants. */
    private static final Interner<Uid> TENANTS = Interner.newWeakInterner();

    private RecordCompiler() {}

    /** Compiles a TOKEN record. */
    public static Lookup<Token> token(StoredRecord record) {
        return compile(record, RecordCompiler::readToken);
    }

    /** Compiles a TENANT record. */
    public static Lookup<Tenant> tenant(StoredRecord record) {
        return compile(record, RecordCompiler::readTenant);
    }

    /** Compiles an ALIAS record that has to be of a host. */
    public static Lookup<TenantRef> tenantOfHost(StoredRecord record, String host) {
        return compile(record, found -> readHost(found, host));
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

    private static Token readToken(StoredRecord record) throws InvalidProtocolBufferException {
        TokenRecord payload = TokenRecord.parseFrom(record.payload());
        return new Token(
                new TokenId(same(payload.getId(), record.key().id())),
                record.uid(),
                TENANTS.intern(uid(payload.getTenantUid())),
                state(payload.getState()),
                time(payload.hasNotBeforeTime(), payload.getNotBeforeTime()),
                time(payload.hasExpireTime(), payload.getExpireTime()),
                payload.getGrantsList().stream().map(GrantCompiler::grant).toList(),
                payload.getSecretsList().stream().map(RecordCompiler::digest).toList());
    }

    private static TokenState state(TokenRecord.State state) {
        return switch (state) {
            case ACTIVE -> TokenState.ACTIVE;
            case DISABLED -> TokenState.DISABLED;
            case REVOKED -> TokenState.REVOKED;
            case DELETED -> TokenState.DELETED;
            case STATE_UNSPECIFIED, UNRECOGNIZED ->
                throw new IllegalArgumentException("state " + state + " (expected: a known one)");
        };
    }

    private static SecretDigest digest(io.keywarden.store.v1.SecretDigest secret) {
        return new SecretDigest(
                secret.getNumber(),
                secret.getPepper(),
                secret.getDigest().toByteArray(),
                time(secret.hasEndTime(), secret.getEndTime()));
    }

    private static Tenant readTenant(StoredRecord record) throws InvalidProtocolBufferException {
        TenantRecord payload = TenantRecord.parseFrom(record.payload());
        return new Tenant(
                record.uid(),
                payload.getId(),
                isActive(payload.getState()),
                payload.getHostsList(),
                new Tenant.CatalogRef(
                        uid(payload.getCatalog().getUid()),
                        new SlotTag(payload.getCatalog().getSlot())),
                payload.getCredentialSourcesCount() == 0
                        ? CredentialSource.DEFAULTS
                        : payload.getCredentialSourcesList().stream()
                                .map(RecordCompiler::source)
                                .toList(),
                new OutagePolicy(duration(payload.getMaxKnownAge())));
    }

    private static Duration duration(com.google.protobuf.Duration duration) {
        return Duration.ofSeconds(duration.getSeconds(), duration.getNanos());
    }

    private static boolean isActive(TenantRecord.State state) {
        return switch (state) {
            case ACTIVE -> true;
            case DISABLED -> false;
            case STATE_UNSPECIFIED, UNRECOGNIZED ->
                throw new IllegalArgumentException("state " + state + " (expected: a known one)");
        };
    }

    private static CredentialSource source(CredentialSourceRecord source) {
        CredentialSource.Form form = switch (source.getForm()) {
            case TOKEN -> CredentialSource.Form.TOKEN;
            case ID_AND_SECRET -> CredentialSource.Form.ID_AND_SECRET;
            case FORM_UNSPECIFIED, UNRECOGNIZED ->
                throw new IllegalArgumentException("form " + source.getForm() + " (expected: a known one)");
        };
        return switch (source.getPlaceCase()) {
            case AUTHORIZATION_SCHEME ->
                new CredentialSource(
                        CredentialSource.Place.AUTHORIZATION_SCHEME, source.getAuthorizationScheme(), form);
            case HEADER -> new CredentialSource(CredentialSource.Place.HEADER, source.getHeader(), form);
            case PLACE_NOT_SET -> throw new IllegalArgumentException("no place (expected: a known one)");
        };
    }

    private static TenantRef readHost(StoredRecord record, String host) throws InvalidProtocolBufferException {
        AliasRecord payload = AliasRecord.parseFrom(record.payload());
        if (payload.getNamespace() != AliasRecord.Namespace.HOST) {
            throw new IllegalArgumentException("namespace " + payload.getNamespaceValue() + " (expected: HOST)");
        }
        same(payload.getText(), host);
        return new TenantRef(uid(payload.getTargetUid()), new SlotTag(payload.getTargetSlot()));
    }

    static Uid uid(ByteString bytes) {
        return Uid.of(bytes.toByteArray());
    }

    private static String same(String found, String expected) {
        if (!found.equals(expected)) {
            throw new IllegalArgumentException("about " + found + " (expected: " + expected + ")");
        }
        // The one that is in memory anyway, with the key.
        return expected;
    }

    private static Optional<Instant> time(boolean present, Timestamp time) {
        return present ? Optional.of(Instant.ofEpochSecond(time.getSeconds(), time.getNanos())) : Optional.empty();
    }
}
