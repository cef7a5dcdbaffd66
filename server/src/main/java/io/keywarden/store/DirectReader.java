package io.keywarden.store;

import io.keywarden.credential.HmacKeys;
import io.keywarden.credential.IdTags;
import io.keywarden.policy.CompiledCatalog;
import io.keywarden.policy.Decision;
import io.keywarden.policy.Reason;
import io.keywarden.store.v1.AliasRecord.Namespace;
import io.keywarden.token.OutagePolicy;
import io.keywarden.token.Owner;
import io.keywarden.token.SlotTag;
import io.keywarden.token.Tenant;
import io.keywarden.token.TenantRef;
import io.keywarden.token.Token;
import io.keywarden.token.TokenId;
import io.keywarden.token.Uid;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/**
 * Reads all that a check needs from the store itself, each time anew: for a process that answers no checks and so has no near
 * cache. Safe for use by several threads.
 */
public final class DirectReader implements CheckReader {
    private final VerifiedReader reader;
    private final Aliases aliases;
    private final IdTags tags;
    private final CatalogLoader catalogs = new CatalogLoader();

    /** Takes what reads, and the keys that names and ids are made with. */
    public DirectReader(VerifiedReader reader, HmacKeys keys) {
        this.reader = reader;
        this.aliases = new Aliases(keys);
        this.tags = new IdTags(keys);
    }

    @Override
    public CheckView begin(String source) {
        return new View();
    }

    /** Reads what is under a key, as the decision sees it. */
    private interface Read {
        CompletionStage<Lookup<?>> read(Duration limit);
    }

    private final class View implements CheckView {
        private final Map<RecordKey, Lookup<?>> known = new HashMap<>();
        private final Map<RecordKey, Read> wanted = new LinkedHashMap<>();

        @Override
        public Lookup<TenantRef> tenantOfHost(String host) {
            return tenantNamed(Namespace.HOST, host);
        }

        @Override
        public Lookup<TenantRef> tenantOfId(String id) {
            return tenantNamed(Namespace.TENANT_ID, id);
        }

        private Lookup<TenantRef> tenantNamed(Namespace namespace, String name) {
            return named(aliases.keys(namespace, name), record -> RecordCompiler.tenantNamed(record, namespace, name));
        }

        @Override
        public Lookup<TokenId> tokenOfCredentialId(TenantRef tenant, String credentialId) {
            byte[] name = credentialId.getBytes(StandardCharsets.UTF_8);
            return tokenNamed(Namespace.CREDENTIAL_ID, tenant, aliases.keys(Namespace.CREDENTIAL_ID, tenant, name));
        }

        @Override
        public Lookup<TokenId> tokenOfSecret(TenantRef tenant, List<byte[]> digests) {
            return tokenNamed(Namespace.OPAQUE_SECRET, tenant, aliases.keys(Namespace.OPAQUE_SECRET, tenant, digests));
        }

        private Lookup<TokenId> tokenNamed(Namespace namespace, TenantRef tenant, List<RecordKey> keys) {
            return named(keys, record -> RecordCompiler.tokenNamed(record, namespace, tenant.uid()));
        }

        private <T> Lookup<T> named(List<RecordKey> keys, Function<StoredRecord, Lookup<T>> compile) {
            return Aliases.first(keys, key -> record(key, compile));
        }

        @Override
        public Lookup<Owner> owner(SlotTag slot, Uid owner) {
            return record(
                    RecordKey.owner(slot, owner), record -> RecordCompiler.ofUid(record, owner, RecordCompiler::owner));
        }

        @Override
        public Lookup<Tenant> tenant(TenantRef tenant) {
            return record(
                    RecordKey.tenant(tenant.slot(), tenant.uid()),
                    record -> RecordCompiler.ofUid(record, tenant.uid(), RecordCompiler::tenant));
        }

        @Override
        public Lookup<Token> token(TokenId id) {
            return tags.isGenuine(id) ? record(RecordKey.token(id), RecordCompiler::token) : new Lookup.NotFound<>();
        }

        @Override
        public Lookup<CompiledCatalog> catalog(Tenant.CatalogRef catalog) {
            return find(
                    RecordKey.catalog(catalog.slot(), catalog.uid()),
                    limit -> catalogs.load(reader, catalog, limit)
                            .thenApply(found -> widen(found.map(CatalogLoader.Compiled::catalog))));
        }

        private <T> Lookup<T> record(RecordKey key, Function<StoredRecord, Lookup<T>> compile) {
            return find(key, limit -> reader.read(key, limit).thenApply(found -> widen(found.flatMap(compile))));
        }

        // What a key leads to is always of the same kind: it is part of the key.
        @SuppressWarnings("unchecked")
        private <T> Lookup<T> find(RecordKey key, Read read) {
            Lookup<?> found = known.get(key);
            if (found != null) {
                return (Lookup<T>) found;
            }
            wanted.put(key, read);
            return notRead();
        }

        @Override
        public boolean isComplete() {
            return wanted.isEmpty();
        }

        @Override
        public CompletionStage<Void> load(Duration limit) {
            Map<RecordKey, CompletableFuture<Lookup<?>>> reads = new LinkedHashMap<>();
            wanted.forEach((key, read) -> reads.put(key, read.read(limit).toCompletableFuture()));
            wanted.clear();
            return CompletableFuture.allOf(reads.values().toArray(CompletableFuture[]::new))
                    .thenAccept(done -> reads.forEach((key, read) -> known.put(key, read.getNow(notRead()))));
        }

        private static Lookup<?> widen(Lookup<?> found) {
            return found;
        }

        private static <T> Lookup<T> notRead() {
            return new Lookup.CannotTell<>(Reason.STORE_UNAVAILABLE, "it was not read yet");
        }

        /** All of it was read for this. */
        @Override
        public boolean distrust() {
            return false;
        }

        /** What was just read from the store is current. */
        @Override
        public Optional<Decision.CannotTell> doubt(Optional<OutagePolicy> policy) {
            return Optional.empty();
        }

        @Override
        public Duration age() {
            return Duration.ZERO;
        }
    }
}
