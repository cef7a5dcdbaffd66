package io.keywarden.admin;

import com.google.protobuf.ByteString;
import io.keywarden.admin.AdminFailure.ResourceType;
import io.keywarden.admin.v1.ErrorReason;
import io.keywarden.credential.OpaqueSecrets;
import io.keywarden.store.Aliases;
import io.keywarden.store.Commit.RecordChange;
import io.keywarden.store.RecordKey;
import io.keywarden.store.StoredRecord;
import io.keywarden.store.StoredRecord.ChainHead;
import io.keywarden.store.StoredRecord.Draft;
import io.keywarden.store.v1.AliasRecord;
import io.keywarden.store.v1.AliasRecord.Namespace;
import io.keywarden.store.v1.CredentialSourceRecord;
import io.keywarden.store.v1.SecretDigest;
import io.keywarden.store.v1.TenantRecord;
import io.keywarden.token.TenantRef;
import io.keywarden.token.TokenId;
import io.keywarden.token.TokenSecret;
import io.keywarden.token.Uid;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The names that lead to a token inside of its tenant: the id that the customer gave it, and, where the tenant takes secrets
 * without an id, its secret. They are written in the commit of the token, so none leads to nothing.
 */
final class TokenAliases {
    private final AdminStore store;
    private final RecordWrites writes;
    private final Aliases aliases;
    private final OpaqueSecrets secrets;
    private final SecureRandom random;

    TokenAliases(AdminStore store, RecordWrites writes, Aliases aliases, OpaqueSecrets secrets, SecureRandom random) {
        this.store = store;
        this.writes = writes;
        this.aliases = aliases;
        this.secrets = secrets;
        this.random = random;
    }

    /**
     * A token.
     *
     * @param id its id
     * @param uid its identity
     */
    record Of(TokenId id, Uid uid) {}

    /** Throws where another token of the tenant has a credential id. */
    void requireFree(Entry<TenantRecord> tenant, String credentialId) {
        if (!found(tenant, credentialId).isEmpty()) {
            throw new AdminException(new AdminFailure.Taken(
                    ErrorReason.CREDENTIAL_ID_TAKEN,
                    ResourceType.TOKEN,
                    ResourceNames.tenant(tenant.payload().getId()) + " credential_id " + credentialId));
        }
    }

    /** Claims a credential id that has to be free, also under a key that another Admin may claim it with. */
    List<RecordChange> claim(Entry<TenantRecord> tenant, String credentialId, Of token) {
        List<RecordKey> keys = keys(tenant, credentialId);
        List<RecordChange> changes = new ArrayList<>();
        changes.add(alias(tenant, keys.get(0), token, Namespace.CREDENTIAL_ID, credentialId));
        keys.stream().skip(1).map(RecordChange::absent).forEach(changes::add);
        return changes;
    }

    /** Gives a credential id back; empty where it is not this token's. */
    List<RecordChange> release(Entry<TenantRecord> tenant, String credentialId, Of token) {
        return found(tenant, credentialId).stream()
                .filter(alias -> Entry.of(alias, AliasRecord.parser())
                        .payload()
                        .getTokenId()
                        .equals(token.id().text()))
                .map(RecordChange::remove)
                .toList();
    }

    /** The records of a credential id, under each live key. */
    List<StoredRecord> found(Entry<TenantRecord> tenant, String credentialId) {
        return store.read(keys(tenant, credentialId)).stream()
                .flatMap(Optional::stream)
                .toList();
    }

    /** Lets a secret alone lead to its token, where the tenant takes such; empty where it does not. */
    Optional<RecordChange> ofSecret(Entry<TenantRecord> tenant, TokenSecret secret, Of token) {
        boolean opaque = tenant.payload().getCredentialSourcesList().stream()
                .anyMatch(source -> source.getForm() == CredentialSourceRecord.Form.OPAQUE);
        if (!opaque) {
            return Optional.empty();
        }
        byte[] digest = secrets.digest(tenant.uid(), secret);
        RecordKey key = aliases.key(Namespace.OPAQUE_SECRET, ref(tenant), digest);
        return Optional.of(alias(tenant, key, token, Namespace.OPAQUE_SECRET, ""));
    }

    /** Takes away what leads to a token by secrets that are not kept any more. */
    List<RecordChange> forget(Entry<TenantRecord> tenant, List<SecretDigest> secrets) {
        return secrets.stream()
                .map(SecretDigest::getAlias)
                .filter(RecordKey::isId)
                .flatMap(id -> store.read(RecordKey.alias(tenant.stored().key().slot(), id)).stream())
                .map(RecordChange::remove)
                .toList();
    }

    private RecordChange alias(Entry<TenantRecord> tenant, RecordKey key, Of token, Namespace namespace, String text) {
        ByteString payload = AliasRecord.newBuilder()
                .setNamespace(namespace)
                .setText(text)
                .setTargetUid(CatalogMessages.bytes(token.uid()))
                .setTargetSlot(key.slot().text())
                .setCreateTime(writes.timestamp())
                .setTokenId(token.id().text())
                .setTagKey(aliases.activeKey())
                .setTenantUid(CatalogMessages.bytes(tenant.uid()))
                .build()
                .toByteString();
        StoredRecord alias = writes.signed(Draft.first(key, Uid.random(random), ChainHead.EMPTY, payload));
        return RecordChange.write(key, Optional.empty(), alias.bytes());
    }

    private List<RecordKey> keys(Entry<TenantRecord> tenant, String credentialId) {
        return aliases.keys(Namespace.CREDENTIAL_ID, ref(tenant), credentialId.getBytes(StandardCharsets.US_ASCII));
    }

    private static TenantRef ref(Entry<TenantRecord> tenant) {
        return new TenantRef(tenant.uid(), tenant.stored().key().slot());
    }
}
