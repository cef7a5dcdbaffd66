package io.keywarden.admin;

import com.google.protobuf.ByteString;
import com.google.protobuf.Duration;
import com.google.protobuf.Timestamp;
import io.keywarden.admin.v1.PlainSecret;
import io.keywarden.admin.v1.RotateTokenRequest;
import io.keywarden.admin.v1.RotateTokenResponse;
import io.keywarden.admin.v1.Token;
import io.keywarden.store.Commit;
import io.keywarden.store.Commit.RecordChange;
import io.keywarden.store.v1.SecretDigest;
import io.keywarden.store.v1.TenantRecord;
import io.keywarden.store.v1.TokenRecord;
import io.keywarden.token.TokenId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Gives a token a new secret. The one before works until its grace period ends. */
final class RotateToken {
    private final TokenChange change;
    private final CreateToken.Rights rights;
    private final Making making;
    private final RequestMarks marks;
    private final Fingerprints fingerprints;

    RotateToken(
            TokenChange change,
            CreateToken.Rights rights,
            Making making,
            RequestMarks marks,
            Fingerprints fingerprints) {
        this.change = change;
        this.rights = rights;
        this.making = making;
        this.marks = marks;
        this.fingerprints = fingerprints;
    }

    /**
     * What makes secrets.
     *
     * @param issuer makes them
     * @param aliases lets them be found without an id
     * @param writes knows the time
     */
    record Making(TokenIssuer issuer, TokenAliases aliases, RecordWrites writes) {}

    Held<RotateTokenResponse> run(RotateTokenRequest request, Caller caller) {
        FieldChecks checks = new FieldChecks();
        checks.requestId(request.getRequestId());
        boolean grace = !request.hasGracePeriod() || TokenSecrets.isGracePeriod(request.getGracePeriod());
        checks.require(grace, "grace_period", TokenSecrets.GRACE_PERIOD_RULE);
        checks.finish();
        String name = request.getName();
        TokenChange.Order order = new TokenChange.Order(
                name, request.getEtag(), "RotateToken", request.getRequestId(), after -> journal(name, after));
        Rotation rotation = new Rotation(request, caller);
        Written<Token> written = change.run(order, caller, rotation::decide);
        RotateTokenResponse.Builder response = RotateTokenResponse.newBuilder()
                .setToken(written.value())
                .setDurability(written.times().visibleDurability());
        rotation.plain.ifPresentOrElse(response::setPlain, () -> response.setSecretWithheld(true));
        written.times().effective().ifPresent(time -> response.setEffectiveTime(RecordWrites.timestamp(time)));
        return new Held<>(response.build(), written.times().until(!request.hasWait() || request.getWait()));
    }

    /** Where a secret ended at once, that must not be lost with a server of the store, nor what took its place. */
    private static JournalRule journal(String name, TokenRecord after) {
        boolean ends = after.getSecretsList().stream()
                .anyMatch(secret -> secret.hasEndTime() && secret.getEndTime().equals(after.getRotateTime()));
        return ends ? EndGracePeriod.journal(Narrowing.ROTATE_TOKEN, name, after) : JournalRule.NONE;
    }

    /** One call; used by one thread. */
    private final class Rotation {
        private final RotateTokenRequest request;
        private final Caller caller;
        /** The new secret of the last attempt; empty where an earlier call was told it. */
        private Optional<PlainSecret> plain = Optional.empty();

        private Rotation(RotateTokenRequest request, Caller caller) {
            this.request = request;
            this.caller = caller;
        }

        /** Empty where another writer changes the catalog at this moment. */
        private Optional<TokenChange.Decision> decide(TokenFinder.Found found) {
            plain = Optional.empty();
            TokenChange.requireNotDeleted(found, request.getName());
            TokenChange.requireNotRevoked(found, request.getName());
            Entry<TenantRecord> tenant = found.above().tenant();
            TokenRecord token = found.token().payload();
            rights.bounds().requireWithin(caller, tenant, token);
            if (!rights.owners().requireWithin(found.above(), token.getGrantsList())) {
                return Optional.empty();
            }
            Optional<RequestMarks.Marked> marked = marked(tenant);
            return marked.flatMap(marks::made).isPresent()
                    ? Optional.of(TokenChange.Decision.already(found))
                    : Optional.of(rotate(found, marked));
        }

        private Optional<RequestMarks.Marked> marked(Entry<TenantRecord> tenant) {
            if (request.getRequestId().isEmpty()) {
                return Optional.empty();
            }
            ByteString content = Fingerprints.content(
                    "RotateToken",
                    request.toBuilder().clearRequestId().clearEtag().clearWait().build());
            return Optional.of(new RequestMarks.Marked(
                    tenant.stored().key().slot(),
                    fingerprints.markId(caller, tenant.uid(), request.getRequestId()),
                    content));
        }

        private TokenChange.Decision rotate(TokenFinder.Found found, Optional<RequestMarks.Marked> marked) {
            Entry<TenantRecord> tenant = found.above().tenant();
            TokenRecord token = found.token().payload();
            Timestamp now = making.writes().timestamp();
            List<SecretDigest> before = token.getSecretsList();
            TokenIssuer.NewSecret made =
                    making.issuer().secret(tenant, found.token().uid(), TokenSecrets.number(before) + 1);
            TokenId id = new TokenId(token.getId());
            Optional<RecordChange> alone = making.aliases()
                    .ofSecret(
                            tenant,
                            made.secret(),
                            new TokenAliases.Of(id, found.token().uid()));
            Optional<Duration> grace =
                    request.hasGracePeriod() ? Optional.of(request.getGracePeriod()) : Optional.empty();
            TokenSecrets.Change secrets = TokenSecrets.rotated(
                    tenant.payload(),
                    before,
                    TokenSecrets.dated(made.digest(), alone, now),
                    TokenSecrets.graceEnd(tenant.payload(), token, grace, now));
            plain = Optional.of(SecretDelivery.plain(tenant.payload(), id, made.secret()));
            List<RecordChange> records = new ArrayList<>(making.aliases().forget(tenant, secrets.dropped()));
            alone.ifPresent(records::add);
            return new TokenChange.Decision(
                    Optional.of(token.toBuilder()
                            .clearSecrets()
                            .addAllSecrets(secrets.kept())
                            .setRotateTime(now)),
                    Commit.Urgency.GROWS,
                    new TokenChange.With(
                            true, records, List.of(), List.of(), marked.map(mark -> mark.mark(request.getName()))),
                    found.above());
        }
    }
}
