package io.keywarden.admin;

import io.grpc.stub.StreamObserver;
import io.keywarden.admin.AdminFailure.ResourceType;
import io.keywarden.admin.AdminFailure.WrongState;
import io.keywarden.admin.ResourceNames.TokenName;
import io.keywarden.admin.v1.ErrorReason;
import io.keywarden.admin.v1.WatchSecretRequest;
import io.keywarden.admin.v1.WatchSecretResponse;
import io.keywarden.store.v1.SecretDigest;
import io.keywarden.store.v1.TenantRecord;
import io.keywarden.store.v1.TokenRecord;
import java.util.Optional;

/**
 * Sends the newest secret of a token to who uses it, and each one that takes its place. Who calls with the token's own secret
 * gets it only encrypted for the token's delivery_jwk: who stole a secret cannot read the next one.
 */
final class WatchSecret {
    private static final String RPC = "WatchSecret";

    private final TokenFinder tokens;
    private final CreateToken.Rights rights;
    private final RevealSecret reveal;
    private final SecretForms forms;
    private final Watches watches;

    WatchSecret(
            TokenFinder tokens, CreateToken.Rights rights, RevealSecret reveal, SecretForms forms, Watches watches) {
        this.tokens = tokens;
        this.rights = rights;
        this.reveal = reveal;
        this.forms = forms;
        this.watches = watches;
    }

    /** Begins a watch. To be called by the call's own thread, as the last thing that it does. */
    void run(
            WatchSecretRequest request, Caller caller, StillAllowed allowed, StreamObserver<WatchSecretResponse> call) {
        FieldChecks checks = new FieldChecks();
        Optional<TokenName> name = ResourceNames.token(checks, "name", request.getName());
        checks.require(request.getKnownSecretNumber() >= 0, "known_secret_number", "0, or the number of a secret");
        checks.finish();
        watches.begin(call, new Watch(request, name.orElseThrow(), caller, allowed));
    }

    /** What one look brought: nothing, where nothing is new. */
    private record News(Optional<WatchSecretResponse> response) {
        @Override
        public String toString() {
            return "News[hidden]";
        }
    }

    /** One call. Used by one thread at a time. */
    private final class Watch implements Watches.Look<WatchSecretResponse> {
        private final WatchSecretRequest request;
        private final TokenName name;
        private final Caller caller;
        private final StillAllowed allowed;
        private int known;

        private Watch(WatchSecretRequest request, TokenName name, Caller caller, StillAllowed allowed) {
            this.request = request;
            this.name = name;
            this.known = request.getKnownSecretNumber();
            this.caller = caller;
            this.allowed = allowed;
        }

        @Override
        public Optional<WatchSecretResponse> next() {
            allowed.require(request);
            Optional<WatchSecretResponse> next =
                    Attempts.run(this::attempt, ResourceType.TOKEN, name.text()).response();
            next.ifPresent(response -> known = response.getSecretNumber());
            return next;
        }

        /** Empty where another writer came between. */
        private Optional<News> attempt() {
            TokenFinder.Found found = tokens.find(name);
            TokenChange.requireNotDeleted(found, name.text());
            TokenChange.requireNotRevoked(found, name.text());
            TokenRecord token = found.token().payload();
            Entry<TenantRecord> tenant = found.above().tenant();
            boolean own = caller.isToken(name);
            if (!own && !caller.watched().contains(name.text())) {
                rights.bounds().requireWithin(caller, tenant, token);
            }
            SecretDigest current = token.getSecrets(0);
            if (current.getNumber() == known) {
                return Optional.of(new News(Optional.empty()));
            }
            WatchSecretResponse.Builder response =
                    WatchSecretResponse.newBuilder().setSecretNumber(current.getNumber());
            if (token.hasNextRotationTime()) {
                response.setNextRotationTime(token.getNextRotationTime());
            }
            Optional<String> jwe = encrypted(tenant, found.token());
            if (jwe.isPresent()) {
                return Optional.of(
                        new News(Optional.of(response.setJwe(jwe.get()).build())));
            }
            if (own) {
                throw new AdminException(new WrongState(
                        ErrorReason.SECRET_NOT_RECOVERABLE,
                        name.text(),
                        "has no delivery_jwk: its own secret gets the next one only encrypted"));
            }
            return reveal.plain(found, caller, RPC)
                    .map(plain -> new News(Optional.of(response.setPlain(plain).build())));
        }

        /** What is kept of the current secret for the token's key; made now, where it was registered after the secret. */
        private Optional<String> encrypted(Entry<TenantRecord> tenant, Entry<TokenRecord> token) {
            String kept = token.payload().getSecrets(0).getJwe();
            String jwk = token.payload().getDeliveryJwk();
            if (!kept.isEmpty() || jwk.isEmpty()) {
                return kept.isEmpty() ? Optional.empty() : Optional.of(kept);
            }
            return Optional.of(forms.open(tenant, token)
                    .map(secret -> SecretForms.told(secret, jwk).jwe())
                    .orElseThrow(() -> RevealSecret.notKept(name.text())));
        }
    }
}
