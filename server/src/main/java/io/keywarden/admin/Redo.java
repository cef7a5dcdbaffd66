package io.keywarden.admin;

import io.keywarden.admin.ResourceNames.ModuleName;
import io.keywarden.admin.v1.DeleteModuleRequest;
import io.keywarden.admin.v1.DeleteTokenRequest;
import io.keywarden.admin.v1.DisableOwnerRequest;
import io.keywarden.admin.v1.DisableTenantRequest;
import io.keywarden.admin.v1.DisableTokenRequest;
import io.keywarden.admin.v1.RevokeTokenRequest;
import io.keywarden.store.StoredRecord;
import io.keywarden.store.v1.CatalogRecord;
import io.keywarden.store.v1.OwnerRecord;
import io.keywarden.store.v1.SecretDigest;
import io.keywarden.store.v1.TenantRecord;
import io.keywarden.store.v1.TokenRecord;
import io.keywarden.token.Uid;
import java.util.List;

/**
 * Does writes of the {@link Journal} again, with the commands that did them first.
 *
 * @param store where they are looked for
 */
record Redo(
        AdminStore store,
        DisableToken disableToken,
        RevokeToken revokeToken,
        DeleteToken deleteToken,
        EndGracePeriod endGracePeriod,
        DisableOwner disableOwner,
        MassRevoke massRevoke,
        DisableTenant disableTenant,
        DeleteModule deleteModule,
        UpdateModule updateModule,
        DeleteCatalog deleteCatalog) {
    /** Whether a record allows no more than after a write: then there is nothing to do. */
    boolean isAsNarrow(Journal.Kept write, StoredRecord record) {
        return switch (write.command().kind()) {
            case DISABLE_TOKEN -> state(record).compareTo(TokenRecord.State.DISABLED) >= 0;
            case REVOKE_TOKEN -> state(record).compareTo(TokenRecord.State.REVOKED) >= 0;
            case DELETE_TOKEN -> state(record).compareTo(TokenRecord.State.DELETED) >= 0;
            case ROTATE_TOKEN, END_GRACE_PERIOD -> {
                List<SecretDigest> now =
                        Entry.of(record, TokenRecord.parser()).payload().getSecretsList();
                yield TokenSecrets.again(now, TokenSecrets.of(write.command().content()))
                        .equals(now);
            }
            case DISABLE_OWNER ->
                Entry.of(record, OwnerRecord.parser()).payload().getState() != OwnerRecord.State.ACTIVE;
            case DISABLE_TENANT ->
                Entry.of(record, TenantRecord.parser()).payload().getState() == TenantRecord.State.DISABLED;
            // What an update made of a module can't be told from the catalog, but whether it is still there.
            case DELETE_MODULE, UPDATE_MODULE -> isWithout(Entry.of(record, CatalogRecord.parser()), write.of());
            case DELETE_CATALOG ->
                Entry.of(record, CatalogRecord.parser()).payload().getId().isEmpty();
            // Each raises a count, so only its event tells whether it is there.
            case REVOKE_OWNER_TOKENS, REVOKE_TENANT_TOKENS -> false;
        };
    }

    /**
     * Does a write again. Its event in the history says who did so, and when it was done first.
     *
     * @throws AdminException if it cannot be done
     */
    void again(Journal.Kept write) {
        Caller caller =
                Caller.again(new Caller.Original(write.time(), write.place().version()));
        String name = write.command().name();
        switch (write.command().kind()) {
            case UPDATE_MODULE -> {
                String[] parts = name.split("/", -1);
                updateModule.again(
                        new ModuleName(parts[1], parts[3]),
                        write.of(),
                        write.command().content(),
                        caller);
            }
            case ROTATE_TOKEN, END_GRACE_PERIOD ->
                endGracePeriod.again(
                        write.command().kind(), name, write.command().content(), caller);
            case DELETE_CATALOG -> deleteCatalog.again(name.substring(name.indexOf('/') + 1), write.of(), caller);
            case DISABLE_TOKEN,
                    REVOKE_TOKEN,
                    DELETE_TOKEN,
                    DISABLE_OWNER,
                    REVOKE_OWNER_TOKENS,
                    REVOKE_TENANT_TOKENS,
                    DISABLE_TENANT,
                    DELETE_MODULE -> byName(write, name, caller);
        }
    }

    private void byName(Journal.Kept write, String name, Caller caller) {
        var unused = switch (write.command().kind()) {
            case UPDATE_MODULE, DELETE_CATALOG, ROTATE_TOKEN, END_GRACE_PERIOD ->
                throw new IllegalArgumentException(
                        write.command().kind() + " (expected: one that a name is enough for)");
            case DISABLE_TOKEN ->
                disableToken.run(DisableTokenRequest.newBuilder().setName(name).build(), caller);
            case REVOKE_TOKEN ->
                revokeToken.run(
                        RevokeTokenRequest.newBuilder()
                                .setName(name)
                                .setReasonValue(write.command().reason())
                                .build(),
                        caller);
            case DELETE_TOKEN ->
                deleteToken.run(DeleteTokenRequest.newBuilder().setName(name).build(), caller);
            case DISABLE_OWNER ->
                disableOwner.run(DisableOwnerRequest.newBuilder().setName(name).build(), caller);
            case REVOKE_OWNER_TOKENS -> massRevoke.ofOwner(name, write.command().reason(), caller);
            case REVOKE_TENANT_TOKENS ->
                massRevoke.ofTenant(name, write.command().reason(), caller);
            case DISABLE_TENANT ->
                disableTenant.run(
                        DisableTenantRequest.newBuilder().setName(name).build(), caller);
            case DELETE_MODULE ->
                deleteModule.run(DeleteModuleRequest.newBuilder().setName(name).build(), caller);
        };
    }

    /** In the order of what can still be done with a token: each state allows less than the one before. */
    private static TokenRecord.State state(StoredRecord record) {
        return Entry.of(record, TokenRecord.parser()).payload().getState();
    }

    private static boolean isWithout(Entry<CatalogRecord> catalog, Uid module) {
        return catalog.payload().getModulesList().stream()
                .noneMatch(reference -> reference.getUid().equals(CatalogMessages.bytes(module)));
    }
}
