package io.keywarden.admin;

import io.keywarden.admin.AdminFailure.ResourceType;
import io.keywarden.admin.AdminFailure.WrongState;
import io.keywarden.admin.ResourceNames.TokenName;
import io.keywarden.admin.v1.ErrorReason;
import io.keywarden.admin.v1.PlainSecret;
import io.keywarden.admin.v1.RevealSecretRequest;
import io.keywarden.admin.v1.RevealSecretResponse;
import io.keywarden.store.Commit;
import io.keywarden.store.Commit.RecordChange;
import io.keywarden.store.v1.TenantRecord;
import io.keywarden.store.v1.TokenRecord;
import io.keywarden.token.TokenId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Tells the current secret of a token again. That it was told is in the token's history before anybody knows it. */
final class RevealSecret {
    private static final String RPC = "RevealSecret";

    private final TokenFinder tokens;
    private final CreateToken.Rights rights;
    private final SecretForms forms;
    private final Writing writing;

    RevealSecret(TokenFinder tokens, CreateToken.Rights rights, SecretForms forms, Writing writing) {
        this.tokens = tokens;
        this.rights = rights;
        this.forms = forms;
        this.writing = writing;
    }

    /**
     * What it writes with.
     *
     * @param store the store
     * @param writes prepares writes
     */
    record Writing(AdminStore store, RecordWrites writes) {}

    RevealSecretResponse run(RevealSecretRequest request, Caller caller) {
        FieldChecks checks = new FieldChecks();
        Optional<TokenName> name = ResourceNames.token(checks, "name", request.getName());
        SecretForms.check(checks, "recipient_jwk", request.getRecipientJwk());
        checks.finish();
        return Attempts.run(() -> attempt(request, name.orElseThrow(), caller), ResourceType.TOKEN, request.getName());
    }

    /** Empty where another writer came between: then the secret may not be the current one any more. */
    private Optional<RevealSecretResponse> attempt(RevealSecretRequest request, TokenName name, Caller caller) {
        TokenFinder.Found found = tokens.find(name);
        TokenRecord token = found.token().payload();
        Entry<TenantRecord> tenant = found.above().tenant();
        caller.requireOwn(token, RPC);
        TokenChange.requireNotDeleted(found, request.getName());
        TokenChange.requireNotRevoked(found, request.getName());
        rights.bounds().requireWithin(caller, tenant, token);
        if (!rights.owners().requireWithin(found.above(), token.getGrantsList())) {
            return Optional.empty();
        }
        return open(found, caller, RPC).map(secret -> {
            RevealSecretResponse.Builder response =
                    RevealSecretResponse.newBuilder().setSecretNumber(secret.number());
            SecretForms.Told told = SecretForms.told(secret, request.getRecipientJwk());
            told.plain().ifPresentOrElse(response::setPlain, () -> response.setJwe(told.jwe()));
            return response.build();
        });
    }

    /**
     * Tells the current secret in the clear, to who may get to know it; empty where another writer came between.
     *
     * @param rpc the RPC by which, for the history
     */
    Optional<PlainSecret> plain(TokenFinder.Found found, Caller caller, String rpc) {
        return open(found, caller, rpc)
                .flatMap(secret -> SecretForms.told(secret, "").plain());
    }

    private Optional<SecretForms.Named> open(TokenFinder.Found found, Caller caller, String rpc) {
        Entry<TenantRecord> tenant = found.above().tenant();
        String name = new TokenName(
                        tenant.payload().getId(),
                        new TokenId(found.token().payload().getId()))
                .text();
        SecretForms.Named secret = tenant.payload().getRecoverable()
                ? forms.open(tenant, found.token()).orElseThrow(() -> notKept(name))
                : notRecoverable(name);
        return keep(found, caller, rpc) ? Optional.of(secret) : Optional.empty();
    }

    private boolean keep(TokenFinder.Found found, Caller caller, String rpc) {
        EventDraft event = new EventDraft(caller, "", rpc, List.of());
        RecordWrites.Write write =
                writing.writes().next(found.token().stored(), found.token().payload(), event);
        List<RecordChange> records = new ArrayList<>(found.above().unchanged());
        records.add(write.change());
        Commit commit = new Commit(
                found.token().stored().key().slot(),
                Commit.Urgency.GROWS,
                records,
                List.of(),
                List.of(),
                List.of(write.event()),
                Optional.empty());
        return writing.store().commit(commit).isEmpty();
    }

    private static SecretForms.Named notRecoverable(String name) {
        throw new AdminException(new WrongState(
                ErrorReason.SECRET_NOT_RECOVERABLE, name, "is of a tenant whose secrets are shown once"));
    }

    static AdminException notKept(String name) {
        return new AdminException(new WrongState(
                ErrorReason.SECRET_NOT_RECOVERABLE,
                name,
                "has a secret that was made before its tenant kept them, or that was kept under a key that is not here any"
                        + " more; the next rotation makes one that can be told"));
    }
}
