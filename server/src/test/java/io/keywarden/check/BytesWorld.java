package io.keywarden.check;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.InvalidProtocolBufferException;
import io.envoyproxy.envoy.service.auth.v3.CheckRequest;
import io.envoyproxy.envoy.service.auth.v3.CheckResponse;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.keywarden.check.CheckSettings.ClientAddressSource;
import io.keywarden.credential.TokenText;
import io.keywarden.policy.CountryLookup;
import io.keywarden.policy.Decision;
import io.keywarden.policy.HostPattern;
import io.keywarden.policy.PathTemplate;
import io.keywarden.testkit.Eventually;
import io.keywarden.testkit.FakeCheckReader.TenantName;
import io.keywarden.testkit.FakeCheckReader.TokenName;
import io.keywarden.testkit.Samples;
import io.keywarden.token.CredentialSource;
import io.keywarden.token.CredentialSource.Form;
import io.keywarden.token.CredentialSource.Place;
import io.keywarden.token.IpRanges;
import io.keywarden.token.Tenant;
import io.keywarden.token.TenantRef;
import io.keywarden.token.TenantRules;
import io.keywarden.token.TokenSecret;
import java.io.ByteArrayInputStream;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** A check that is asked in bytes, over a store that is the same in every run: what once let a request in does so again. */
public final class BytesWorld {
    private static final CheckSettings SETTINGS = new CheckSettings(
            List.of(HostPattern.parse("{tenant}.platform.example").orElseThrow()),
            Optional.of("x-tenant"),
            IpRanges.of(List.of("10.0.0.0/8")),
            ClientAddressSource.PEER,
            List.of(PathTemplate.parse("/probe").openPath(Set.of("GET"))),
            CountryLookup.NONE);

    private final CheckWorld world = new CheckWorld(SETTINGS, sameEachTime());

    public BytesWorld() {
        Tenant acme = Samples.withRules(Samples.ACME, rules());
        world.put(new Tenant(
                acme.uid(),
                acme.id(),
                acme.active(),
                acme.hosts(),
                acme.catalog(),
                sources(),
                acme.outage(),
                acme.rules()));
        for (Tenant tenant : List.of(Samples.ACME, Samples.GLOBEX)) {
            world.reader.tenantIds.put(new TenantName(tenant.id()), new TenantRef(tenant.uid(), Samples.SLOT));
        }
        byte[] digest = world.opaque.digest(acme.uid(), world.secret);
        world.reader.tokenNames.put(TokenName.of(acme.uid(), digest), world.id);
    }

    /** The token, as its owner was told it. */
    public String token() {
        return world.text;
    }

    /** Its secret alone. */
    public String secret() {
        return TokenText.formatOpaque(world.secret);
    }

    /** The token's id with a secret that it never had. */
    public String wrongToken() {
        return TokenText.format("kw", world.id, TokenSecret.random(sameEachTime()));
    }

    /**
     * What was decided, and what was answered.
     *
     * @param decision as the observer was told
     * @param response as Envoy understands it
     */
    public record Answer(Decision decision, CheckResponse response) {}

    /** Answers a request; empty where the bytes are none, which the generated classes have to say too. */
    public Optional<Answer> check(byte[] bytes) {
        ReceivedRequest request;
        try {
            request = new CheckMethod.Requests().parse(new ByteArrayInputStream(bytes));
        } catch (StatusRuntimeException e) {
            assertThat(e.getStatus().getCode()).isEqualTo(Status.Code.INTERNAL);
            assertThatThrownBy(() -> CheckRequest.parseFrom(bytes)).isInstanceOf(InvalidProtocolBufferException.class);
            return Optional.empty();
        }
        forget();
        CheckResponse response = world.check(request);
        // Told once the answer is on its way, and where that was held back, on another thread.
        Eventually.within(
                Duration.ofSeconds(10), () -> assertThat(world.observed).hasSize(1));
        return Optional.of(new Answer(world.observed.get(0), response));
    }

    /** What the fakes noted would otherwise grow without end. */
    private void forget() {
        world.observed.clear();
        world.observedTenants.clear();
        world.reader.reads.clear();
        world.reader.limits.clear();
        world.reader.sources.clear();
        world.reader.policies.clear();
    }

    private static List<CredentialSource> sources() {
        return List.of(
                new CredentialSource(Place.AUTHORIZATION_SCHEME, "bearer", Form.TOKEN),
                new CredentialSource(Place.AUTHORIZATION_SCHEME, "apikey", Form.ID_AND_SECRET),
                new CredentialSource(Place.AUTHORIZATION_SCHEME, "opaque", Form.OPAQUE),
                new CredentialSource(Place.HEADER, "x-api-key", Form.TOKEN),
                new CredentialSource(Place.QUERY_PARAMETER, "key", Form.TOKEN),
                new CredentialSource(Place.COOKIE, "kw", Form.TOKEN),
                new CredentialSource(Place.WEBSOCKET_PROTOCOL, "keywarden.", Form.TOKEN));
    }

    private static TenantRules rules() {
        TenantRules plain = TenantRules.DEFAULT;
        return new TenantRules(
                plain.revocations(),
                plain.maxLifetime(),
                plain.allowedActions(),
                plain.clientSource(),
                plain.shadowUntil(),
                plain.terse(),
                plain.openPaths(),
                true,
                plain.defaultPriority(),
                Duration.ZERO);
    }

    /** Its numbers follow from the seed alone, as long as that comes before the first of them. */
    private static SecureRandom sameEachTime() {
        try {
            SecureRandom random = SecureRandom.getInstance("SHA1PRNG");
            random.setSeed(7);
            return random;
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }
}
