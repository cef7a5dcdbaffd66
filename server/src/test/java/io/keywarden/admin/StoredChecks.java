package io.keywarden.admin;

import io.keywarden.check.CheckKeys;
import io.keywarden.check.CheckSettings;
import io.keywarden.check.Explaining;
import io.keywarden.credential.HmacKeys;
import io.keywarden.credential.OpaqueSecrets;
import io.keywarden.credential.SecretHasher;
import io.keywarden.policy.Decision;
import io.keywarden.policy.Explainer;
import io.keywarden.store.DirectReader;
import io.keywarden.store.HighWater;
import io.keywarden.store.VerifiedReader;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** How checks of what is in the store are decided, by the classes that decide them. */
public final class StoredChecks {
    /** Of a check that is allowed. */
    public static final String ALLOW = "ALLOW";

    private static final Duration LIMIT = Duration.ofSeconds(5);

    private final Explainer explainer;

    StoredChecks(VerifiedReader reader, HmacKeys tagKeys, SecretHasher hasher, InstantSource clock) {
        this.explainer = new Explaining(
                new DirectReader(reader, tagKeys),
                new CheckKeys(hasher, new OpaqueSecrets(tagKeys)),
                CheckSettings.DEFAULT,
                clock,
                LIMIT);
    }

    /** Reads the store as somebody who has seen nothing of it yet. */
    public static StoredChecks of(AdminInProcess.Roles roles, AdminInProcess.Identity identity, InstantSource clock) {
        VerifiedReader reader =
                VerifiedReader.of(roles.reader(), identity.opener(), new HighWater(10_000), Optional.empty());
        return new StoredChecks(reader, identity.tagKeys(), identity.hasher(), clock);
    }

    /** Of a request for the orders of tenant {@code acme} with a token: {@link #ALLOW}, or the reason that speaks against it. */
    public String orders(String token) {
        Explainer.Described request = new Explainer.Described(
                "GET",
                Shops.HOST,
                "/v1/orders",
                List.of(new Explainer.Header("authorization", "Bearer " + token)),
                Optional.empty(),
                Map.of());
        Decision decision = explainer
                .explain(request, Optional.empty())
                .toCompletableFuture()
                .join()
                .decision();
        if (decision instanceof Decision.Deny deny) {
            return deny.reason().name();
        }
        return decision instanceof Decision.CannotTell unknown
                ? unknown.reason().name()
                : ALLOW;
    }
}
