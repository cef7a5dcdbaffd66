package io.keywarden.store;

import io.keywarden.policy.CompiledCatalog;
import io.keywarden.store.v1.AliasRecord;
import io.keywarden.token.Tenant;
import io.keywarden.token.TenantRef;
import io.keywarden.token.Token;
import io.keywarden.token.TokenId;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/**
 * Reads for decisions from verified records. Never blocks, never completes exceptionally, and completes within the limit.
 * When Redis is gone every answer is CannotTell. Safe for use by several threads.
 */
final class CompiledRecords {
    private final VerifiedReader reader;
    private final Aliases aliases;
    private final CatalogLoader catalogs;

    /** Makes one that has compiled nothing yet. */
    public CompiledRecords(VerifiedReader reader, Aliases aliases) {
        this.reader = reader;
        this.aliases = aliases;
        this.catalogs = new CatalogLoader();
    }

    /** Reads whose a canonical host is. */
    public CompletionStage<Lookup<TenantRef>> tenantOfHost(String host, Duration limit) {
        return read(
                aliases.key(AliasRecord.Namespace.HOST, host),
                limit,
                record -> RecordCompiler.tenantNamed(record, AliasRecord.Namespace.HOST, host));
    }

    /** Reads a tenant. */
    public CompletionStage<Lookup<Tenant>> tenant(TenantRef tenant, Duration limit) {
        return read(
                RecordKey.tenant(tenant.slot(), tenant.uid()),
                limit,
                record -> RecordCompiler.ofUid(record, tenant.uid(), RecordCompiler::tenant));
    }

    /** Reads a token. */
    public CompletionStage<Lookup<Token>> token(TokenId id, Duration limit) {
        return read(RecordKey.token(id), limit, RecordCompiler::token);
    }

    /** Reads a catalog with all its modules, of one revision. */
    public CompletionStage<Lookup<CompiledCatalog>> catalog(Tenant.CatalogRef catalog, Duration limit) {
        return catalogs.load(reader, catalog, limit).thenApply(found -> found.map(CatalogLoader.Compiled::catalog));
    }

    private <T> CompletionStage<Lookup<T>> read(
            RecordKey key, Duration limit, Function<StoredRecord, Lookup<T>> compile) {
        return reader.read(key, limit).thenApply(found -> found.flatMap(compile));
    }
}
