package io.keywarden.admin;

import com.google.protobuf.Duration;
import com.google.protobuf.Timestamp;
import io.keywarden.store.Commit.RecordChange;
import io.keywarden.store.v1.SecretDigest;
import io.keywarden.store.v1.TenantRecord;
import io.keywarden.store.v1.TokenRecord;
import io.keywarden.token.TokenId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Makes the secret that takes the place of a token's current one. */
final class SecretRotation {
    private final TokenIssuer issuer;
    private final TokenAliases aliases;
    private final SecretForms forms;
    private final RotationSchedule schedule;
    private final RecordWrites writes;

    SecretRotation(
            TokenIssuer issuer,
            TokenAliases aliases,
            SecretForms forms,
            RotationSchedule schedule,
            RecordWrites writes) {
        this.issuer = issuer;
        this.aliases = aliases;
        this.forms = forms;
        this.schedule = schedule;
        this.writes = writes;
    }

    /**
     * A token with a new secret, which is not stored yet.
     *
     * @param record the token's record then
     * @param aliases the aliases that come and go with it
     * @param secret the new secret
     */
    record Rotated(TokenRecord.Builder record, List<RecordChange> aliases, SecretForms.Named secret) {
        @Override
        public String toString() {
            return "Rotated[hidden]";
        }
    }

    /**
     * Makes it.
     *
     * @param grace how long the one before goes on working; empty where the tenant says
     */
    Rotated next(TokenFinder.Found found, Optional<Duration> grace) {
        Entry<TenantRecord> tenant = found.above().tenant();
        TokenRecord token = found.token().payload();
        Timestamp now = writes.timestamp();
        List<SecretDigest> before = token.getSecretsList();
        int number = TokenSecrets.number(before) + 1;
        TokenIssuer.NewSecret made = issuer.secret(tenant, found.token().uid(), number);
        TokenId id = new TokenId(token.getId());
        SecretForms.Named secret =
                new SecretForms.Named(tenant, id, found.token().uid(), number, made.secret());
        Optional<RecordChange> alone = aliases.ofSecret(
                tenant, made.secret(), new TokenAliases.Of(id, found.token().uid()));
        SecretDigest digest = forms.kept(made.digest(), secret, token.getDeliveryJwk());
        TokenSecrets.Change secrets = TokenSecrets.rotated(
                tenant.payload(),
                before,
                TokenSecrets.dated(digest, alone, now),
                TokenSecrets.graceEnd(tenant.payload(), token, grace, now));
        List<RecordChange> records = new ArrayList<>(aliases.forget(tenant, secrets.dropped()));
        alone.ifPresent(records::add);
        TokenRecord.Builder record =
                token.toBuilder().clearSecrets().addAllSecrets(secrets.kept()).setRotateTime(now);
        schedule.plan(record, now);
        return new Rotated(record, records, secret);
    }
}
