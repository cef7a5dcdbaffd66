package io.keywarden.admin;

import io.keywarden.admin.v1.DeleteModuleRequest;
import io.keywarden.admin.v1.DeleteTokenRequest;
import io.keywarden.admin.v1.DisableTenantRequest;
import io.keywarden.admin.v1.DisableTokenRequest;
import io.keywarden.admin.v1.RevokeTokenRequest;
import io.keywarden.store.StoredRecord;
import io.keywarden.store.v1.CatalogRecord;
import io.keywarden.store.v1.TenantRecord;
import io.keywarden.store.v1.TokenRecord;
import io.keywarden.token.Uid;

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
        DisableTenant disableTenant,
        DeleteModule deleteModule) {
    /** Whether a record allows no more than after a write: then there is nothing to do. */
    boolean isAsNarrow(Journal.Kept write, StoredRecord record) {
        return switch (write.command().kind()) {
            case DISABLE_TOKEN -> state(record).compareTo(TokenRecord.State.DISABLED) >= 0;
            case REVOKE_TOKEN -> state(record).compareTo(TokenRecord.State.REVOKED) >= 0;
            case DELETE_TOKEN -> state(record).compareTo(TokenRecord.State.DELETED) >= 0;
            case DISABLE_TENANT ->
                Entry.of(record, TenantRecord.parser()).payload().getState() == TenantRecord.State.DISABLED;
            case DELETE_MODULE -> isWithout(Entry.of(record, CatalogRecord.parser()), write.of());
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
        var unused = switch (write.command().kind()) {
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
