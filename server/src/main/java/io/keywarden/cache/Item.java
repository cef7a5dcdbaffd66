package io.keywarden.cache;

import io.keywarden.policy.Reason;
import io.keywarden.store.Lookup;
import io.keywarden.store.RecordCompiler;
import io.keywarden.store.RecordKey;
import io.keywarden.store.StoredRecord;
import io.keywarden.store.v1.AliasRecord.Namespace;
import io.keywarden.token.Tenant;
import io.keywarden.token.TenantRef;
import io.keywarden.token.TokenId;
import io.keywarden.token.Uid;

/** Something that a check can ask for, and the record that says it. */
sealed interface Item {
    /** Stands for what is not known yet; the decision that meets it means nothing. */
    Lookup<?> NOT_READ = new Lookup.CannotTell<>(Reason.STORE_UNAVAILABLE, "it was not read yet");

    /** Where the record is. */
    RecordKey key();

    /** Turns a record that is to be believed into what the decision sees. A catalog is more than its record. */
    Lookup<?> compile(StoredRecord record);

    /** Which tenant a name means. */
    record TenantNameItem(RecordKey key, Namespace namespace, String name) implements Item {
        @Override
        public Lookup<?> compile(StoredRecord record) {
            return RecordCompiler.tenantNamed(record, namespace, name);
        }
    }

    /** Which token of a tenant a name, or a secret without one, means. */
    record TokenNameItem(RecordKey key, Namespace namespace, Uid tenant) implements Item {
        @Override
        public Lookup<?> compile(StoredRecord record) {
            return RecordCompiler.tokenNamed(record, namespace, tenant);
        }
    }

    /** An owner. */
    record OwnerItem(RecordKey key, Uid owner) implements Item {
        @Override
        public Lookup<?> compile(StoredRecord record) {
            return RecordCompiler.ofUid(record, owner, RecordCompiler::owner);
        }
    }

    /** A tenant. */
    record TenantItem(RecordKey key, TenantRef tenant) implements Item {
        TenantItem(TenantRef tenant) {
            this(RecordKey.tenant(tenant.slot(), tenant.uid()), tenant);
        }

        @Override
        public Lookup<?> compile(StoredRecord record) {
            return RecordCompiler.ofUid(record, tenant.uid(), RecordCompiler::tenant);
        }
    }

    /** A token. */
    record TokenItem(RecordKey key) implements Item {
        TokenItem(TokenId id) {
            this(RecordKey.token(id));
        }

        @Override
        public Lookup<?> compile(StoredRecord record) {
            return RecordCompiler.token(record);
        }
    }

    /** A catalog with its modules. */
    record CatalogItem(RecordKey key, Tenant.CatalogRef catalog) implements Item {
        CatalogItem(Tenant.CatalogRef catalog) {
            this(RecordKey.catalog(catalog.slot(), catalog.uid()), catalog);
        }

        @Override
        public Lookup<?> compile(StoredRecord record) {
            throw new IllegalStateException("a catalog is read with its modules (expected: by the catalog loader)");
        }
    }
}
