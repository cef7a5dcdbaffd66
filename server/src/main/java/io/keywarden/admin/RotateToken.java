package io.keywarden.admin;

import com.google.protobuf.ByteString;
import com.google.protobuf.Duration;
import io.keywarden.admin.v1.RotateTokenRequest;
import io.keywarden.admin.v1.RotateTokenResponse;
import io.keywarden.admin.v1.Token;
import io.keywarden.store.Commit;
import io.keywarden.store.v1.TenantRecord;
import io.keywarden.store.v1.TokenRecord;
import java.util.List;
import java.util.Optional;

/** Gives a token a new secret. The one before works until its grace period ends. */
final class RotateToken {
    private static final SecretForms.Told WITHHELD = new SecretForms.Told(Optional.empty(), "");

    private final TokenChange change;
    private final CreateToken.Rights rights;
    private final SecretRotation secrets;
    private final RequestMarks marks;
    private final Fingerprints fingerprints;

    RotateToken(
            TokenChange change,
            CreateToken.Rights rights,
            SecretRotation secrets,
            RequestMarks marks,
            Fingerprints fingerprints) {
        this.change = change;
        this.rights = rights;
        this.secrets = secrets;
        this.marks = marks;
        this.fingerprints = fingerprints;
    }

    Held<RotateTokenResponse> run(RotateTokenRequest request, Caller caller) {
        FieldChecks checks = new FieldChecks();
        checks.requestId(request.getRequestId());
        SecretForms.check(checks, "recipient_jwk", request.getRecipientJwk());
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
        rotation.tell(response);
        written.times().effective().ifPresent(time -> response.setEffectiveTime(RecordWrites.timestamp(time)));
        return new Held<>(response.build(), written.times().until(!request.hasWait() || request.getWait()));
    }

    /** Where a secret ended at once, that must not be lost with a server of the store, nor what took its place. */
    static JournalRule journal(String name, TokenRecord after) {
        boolean ends = after.getSecretsList().stream()
                .anyMatch(secret -> secret.hasEndTime() && secret.getEndTime().equals(after.getRotateTime()));
        return ends ? EndGracePeriod.journal(Narrowing.ROTATE_TOKEN, name, after) : JournalRule.NONE;
    }

    /** One call; used by one thread. */
    private final class Rotation {
        private final RotateTokenRequest request;
        private final Caller caller;
        /** The new secret of the last attempt, or what an earlier call was told that can be told again. */
        private SecretForms.Told delivery = WITHHELD;

        private Rotation(RotateTokenRequest request, Caller caller) {
            this.request = request;
            this.caller = caller;
        }

        /** Empty where another writer changes the catalog at this moment. */
        private Optional<TokenChange.Decision> decide(TokenFinder.Found found) {
            delivery = WITHHELD;
            TokenChange.requireNotDeleted(found, request.getName());
            TokenChange.requireNotRevoked(found, request.getName());
            Entry<TenantRecord> tenant = found.above().tenant();
            TokenRecord token = found.token().payload();
            rights.bounds().requireWithin(caller, tenant, token);
            if (!rights.owners().requireWithin(found.above(), token.getGrantsList())) {
                return Optional.empty();
            }
            Optional<RequestMarks.Marked> marked = marked(tenant);
            Optional<RequestMarks.Made> made = marked.flatMap(marks::made);
            if (made.isPresent()) {
                delivery = new SecretForms.Told(Optional.empty(), made.get().jwe());
                return Optional.of(TokenChange.Decision.already(found));
            }
            return Optional.of(rotate(found, marked));
        }

        private void tell(RotateTokenResponse.Builder response) {
            if (delivery.plain().isPresent()) {
                response.setPlain(delivery.plain().get());
            } else if (delivery.jwe().isEmpty()) {
                response.setSecretWithheld(true);
            } else {
                response.setJwe(delivery.jwe());
            }
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
                    fingerprints.markIds(caller, tenant.uid(), request.getRequestId()),
                    content));
        }

        private TokenChange.Decision rotate(TokenFinder.Found found, Optional<RequestMarks.Marked> marked) {
            Optional<Duration> grace =
                    request.hasGracePeriod() ? Optional.of(request.getGracePeriod()) : Optional.empty();
            SecretRotation.Rotated rotated = secrets.next(found, grace);
            SecretForms.Told told = SecretForms.told(rotated.secret(), request.getRecipientJwk());
            delivery = told;
            return new TokenChange.Decision(
                    Optional.of(rotated.record()),
                    Commit.Urgency.GROWS,
                    new TokenChange.With(
                            true,
                            rotated.aliases(),
                            List.of(),
                            List.of(),
                            marked.map(mark -> mark.mark(request.getName(), told.jwe()))),
                    found.above());
        }
    }
}
