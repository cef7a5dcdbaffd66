package io.keywarden.admin;

import io.grpc.Channel;
import io.keywarden.admin.v1.Action;
import io.keywarden.admin.v1.CreateTokenRequest;
import io.keywarden.admin.v1.CreateTokenResponse;
import io.keywarden.admin.v1.Grant;
import io.keywarden.admin.v1.Token;
import io.keywarden.admin.v1.TokenServiceGrpc;
import java.util.Collection;
import java.util.List;

/** Tokens of tenant {@code system}, as the bootstrap token makes them. */
final class SystemTokens {
    static final String SYSTEM = "tenants/system";

    private SystemTokens() {}

    static Grant operation(String name, String... tenants) {
        return Grant.newBuilder()
                .setOperation("keywarden." + name)
                .addAllTenants(List.of(tenants))
                .build();
    }

    static Grant module(List<Action> actions, String... tenants) {
        return Grant.newBuilder()
                .setModule("keywarden")
                .addAllActions(actions)
                .addAllTenants(List.of(tenants))
                .build();
    }

    static Token.Builder token(String displayName, Collection<Grant> grants) {
        return Token.newBuilder().setDisplayName(displayName).addAllGrants(grants);
    }

    static CreateTokenRequest request(Token.Builder token) {
        return CreateTokenRequest.newBuilder().setParent(SYSTEM).setToken(token).build();
    }

    /** Makes a token, and notes its secret. */
    static CreateTokenResponse make(AdminHarness admin, Channel by, Token.Builder token) {
        CreateTokenResponse made = TokenServiceGrpc.newBlockingStub(by).createToken(request(token));
        admin.told(made.getPlain().getSecret());
        return made;
    }

    /** A channel of somebody with a new token that has these rights. */
    static Channel with(AdminHarness admin, Grant... grants) {
        return with(admin, List.of(grants));
    }

    static Channel with(AdminHarness admin, Collection<Grant> grants) {
        Channel root = admin.as("Bearer " + admin.bootstrapToken());
        return admin.as("Bearer "
                + make(admin, root, token("for a test", grants)).getPlain().getSecret());
    }
}
