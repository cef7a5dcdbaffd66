package io.keywarden.admin;

import com.google.protobuf.Timestamp;
import com.google.protobuf.util.Timestamps;
import io.keywarden.admin.ResourceNames.TokenName;
import io.keywarden.admin.v1.ListOldSecretUsersRequest;
import io.keywarden.admin.v1.ListOldSecretUsersResponse;
import io.keywarden.admin.v1.OldSecretUser;
import io.keywarden.store.SecretUse;
import io.keywarden.store.v1.SecretDigest;
import io.keywarden.store.v1.TenantRecord;
import io.keywarden.store.v1.TokenRecord;
import io.keywarden.token.IpAddress;
import io.keywarden.token.TokenId;
import java.util.List;

/** Tells who still uses a secret that was replaced. */
final class ListOldSecretUsers {
    private final TenantFinder tenants;
    private final TokenPages pages;
    private final AdminStore store;
    private final RecordWrites writes;

    ListOldSecretUsers(TenantFinder tenants, TokenPages pages, AdminStore store, RecordWrites writes) {
        this.tenants = tenants;
        this.pages = pages;
        this.store = store;
        this.writes = writes;
    }

    ListOldSecretUsersResponse run(ListOldSecretUsersRequest request) {
        FieldChecks nameChecks = new FieldChecks();
        String id =
                ResourceNames.tenant(nameChecks, "parent", request.getParent()).orElse("");
        nameChecks.finish();
        Entry<TenantRecord> tenant = tenants.find(id);
        FieldChecks checks = new FieldChecks();
        Pages page = Pages.of(checks, request.getPageSize(), request.getPageToken(), "old secrets " + tenant.uid());
        checks.finish();
        ListOldSecretUsersResponse.Builder response = ListOldSecretUsersResponse.newBuilder();
        String next = pages.read(tenant, page, token -> users(id, token.payload(), response));
        return response.setNextPageToken(next).build();
    }

    /** Ends its first look at most tokens without a read: they have one secret. */
    private void users(String tenant, TokenRecord token, ListOldSecretUsersResponse.Builder response) {
        Timestamp now = writes.timestamp();
        TokenId id = new TokenId(token.getId());
        List<SecretDigest> secrets = token.getSecretsList();
        for (int i = 1; i < secrets.size(); i++) {
            SecretDigest secret = secrets.get(i);
            if (!TokenSecrets.isLive(secret, now)) {
                continue;
            }
            // Until then it was the one to use.
            Timestamp replaced = secrets.get(i - 1).getCreateTime();
            List<SecretUse> uses = store.uses(new SecretUse.Of(id, secret.getNumber())).stream()
                    .filter(use -> Timestamps.compare(RecordWrites.timestamp(use.time()), replaced) > 0)
                    .toList();
            if (!uses.isEmpty()) {
                response.addUsers(user(new TokenName(tenant, id), token, secret, uses));
            }
        }
    }

    private static OldSecretUser user(TokenName name, TokenRecord token, SecretDigest secret, List<SecretUse> uses) {
        OldSecretUser.Builder user = OldSecretUser.newBuilder()
                .setToken(name.text())
                .setDisplayName(token.getDisplayName())
                .setSecretNumber(secret.getNumber())
                .setGraceEndTime(secret.getEndTime())
                .setLastUsedTime(RecordWrites.timestamp(uses.get(0).time()));
        uses.forEach(use -> user.addUses(io.keywarden.admin.v1.SecretUse.newBuilder()
                .setAddress(use.address().map(IpAddress::toString).orElse(""))
                .setLastUsedTime(RecordWrites.timestamp(use.time()))));
        return user.build();
    }
}
