package io.keywarden.check;

import static org.assertj.core.api.Assertions.assertThat;

import io.envoyproxy.envoy.service.auth.v3.AttributeContext;
import io.envoyproxy.envoy.service.auth.v3.CheckRequest;
import io.envoyproxy.envoy.service.auth.v3.CheckResponse;
import io.grpc.Context;
import io.grpc.Deadline;
import io.keywarden.credential.HmacKeys;
import io.keywarden.credential.IdTags;
import io.keywarden.credential.OpaqueSecrets;
import io.keywarden.credential.SecretHasher;
import io.keywarden.credential.TokenText;
import io.keywarden.policy.CompiledCatalog;
import io.keywarden.policy.Decision;
import io.keywarden.policy.Reason;
import io.keywarden.testkit.FakeCheckReader;
import io.keywarden.testkit.Samples;
import io.keywarden.token.SecretDigest;
import io.keywarden.token.Tenant;
import io.keywarden.token.TenantRef;
import io.keywarden.token.TenantRules;
import io.keywarden.token.Token;
import io.keywarden.token.TokenId;
import io.keywarden.token.TokenSecret;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** A store with two tenants and a token of one of them, the check over it, and what the check tells its observer. */
final class CheckWorld {
    static final Duration LIMIT = Duration.ofMillis(150);

    private final IdTags tags = new IdTags(new HmacKeys(1, Map.of(1, new byte[32])));
    private final SecureRandom random;
    private final SecretHasher hasher;
    final TokenId id;
    final TokenSecret secret;
    /** A secret of the token that works no more. */
    final TokenSecret ended;

    final String text;
    final FakeCheckReader reader = new FakeCheckReader(tags);
    final OpaqueSecrets opaque = new OpaqueSecrets(new HmacKeys(1, Map.of(1, new byte[32])));
    final CheckService.Needs needs;
    final List<Decision> observed = new CopyOnWriteArrayList<>();
    final List<Optional<String>> observedTenants = new CopyOnWriteArrayList<>();
    private final CheckService service;

    CheckWorld() {
        this(CheckSettings.DEFAULT);
    }

    CheckWorld(CheckSettings settings) {
        this(settings, new SecureRandom());
    }

    CheckWorld(CheckSettings settings, SecureRandom random) {
        this.random = random;
        this.hasher = new SecretHasher(new HmacKeys(1, Map.of(1, new byte[32])), random);
        this.id = tags.issue(Samples.SLOT, random);
        this.secret = TokenSecret.random(random);
        this.ended = TokenSecret.random(random);
        this.text = TokenText.format("kw", id, secret);
        this.needs = new CheckService.Needs(
                reader, new CheckKeys(hasher, opaque), settings, InstantSource.fixed(Samples.NOW), LIMIT);
        this.service = new CheckService(needs, (decision, nanos, tenant) -> {
            observed.add(decision);
            observedTenants.add(tenant);
        });
        put(Samples.ACME);
        put(Samples.GLOBEX);
        reader.hosts.put("api.example", new TenantRef(Samples.ACME.uid(), Samples.SLOT));
        put(Samples.activeToken(Samples.mayRead()));
        reader.catalogs.put(Samples.ACME.catalog().uid(), CompiledCatalog.compile(List.of(Samples.ORDERS_ROUTES)));
    }

    void put(Tenant tenant) {
        reader.tenants.put(tenant.uid(), tenant);
    }

    void put(Token token) {
        SecretHasher.Digest live = hasher.digest(token.tenantUid(), token.uid(), secret);
        SecretHasher.Digest old = hasher.digest(token.tenantUid(), token.uid(), ended);
        List<SecretDigest> digests = List.of(
                new SecretDigest(2, live.pepper(), live.bytes(), Optional.empty()),
                new SecretDigest(1, old.pepper(), old.bytes(), Optional.of(Samples.NOW)));
        reader.tokens.put(id, Samples.withSecrets(token, id, digests));
    }

    /** A call that the token may make. */
    AttributeContext.HttpRequest.Builder orders() {
        return get("/v1/orders");
    }

    AttributeContext.HttpRequest.Builder get(String path) {
        return CheckRequests.http("GET", path).putHeaders("authorization", "Bearer " + text);
    }

    /** The same call with another credential. */
    AttributeContext.HttpRequest.Builder orders(TokenId other, TokenSecret presented) {
        return orders().putHeaders("authorization", "Bearer " + TokenText.format("kw", other, presented));
    }

    AttributeContext.HttpRequest.Builder ordersWithWrongSecret() {
        return orders(id, TokenSecret.random(random));
    }

    /** The same call without any. */
    static AttributeContext.HttpRequest.Builder ordersOfNobody() {
        return CheckRequests.http("GET", "/v1/orders");
    }

    CheckResponse check(AttributeContext.HttpRequest.Builder http) {
        return check(CheckRequests.of(http));
    }

    CheckResponse check(CheckRequest request) {
        return check(CheckRequests.received(request));
    }

    CheckResponse check(ReceivedRequest request) {
        return begin(service, request).only();
    }

    /** Begins a call. */
    Answers begin(AttributeContext.HttpRequest.Builder http) {
        return begin(service, CheckRequests.received(CheckRequests.of(http)));
    }

    /** Begins the call that the token may make. */
    Answers begin() {
        return begin(service);
    }

    Answers begin(CheckService checks) {
        return begin(checks, CheckRequests.received(CheckRequests.of(orders())));
    }

    private static Answers begin(CheckService checks, ReceivedRequest request) {
        Answers answers = new Answers();
        checks.check(request, answers);
        return answers;
    }

    /** Begins the call that the token may make, as one whose caller waits so long. */
    Answers begin(Duration left) throws Exception {
        var scheduler = Executors.newSingleThreadScheduledExecutor();
        try (Context.CancellableContext call =
                Context.current().withDeadline(Deadline.after(left.toNanos(), TimeUnit.NANOSECONDS), scheduler)) {
            return call.call(this::begin);
        } finally {
            scheduler.shutdownNow();
        }
    }

    static void assertReason(CheckResponse response, Reason reason) {
        assertThat(response.getStatus().getMessage()).isEqualTo(reason.name());
        assertThat(response.getStatus().getCode()).isNotZero();
        assertThat(response.hasOkResponse()).isFalse();
        assertThat(response.getDeniedResponse().getBody()).contains(reason.name());
    }

    /** Takes what is answered. */
    static final class Answers implements Consumer<byte[]> {
        private static final int LIMIT_SECONDS = 10;

        private final List<byte[]> responses = new CopyOnWriteArrayList<>();
        private final CountDownLatch first = new CountDownLatch(1);

        @Override
        public void accept(byte[] response) {
            responses.add(response);
            first.countDown();
        }

        boolean isEmpty() {
            return responses.isEmpty();
        }

        /** The answer, which may be held back for a moment. */
        CheckResponse only() {
            try {
                assertThat(first.await(LIMIT_SECONDS, TimeUnit.SECONDS))
                        .as("an answer")
                        .isTrue();
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
            assertThat(responses).hasSize(1);
            return CheckRequests.response(responses.get(0));
        }
    }

    /** The rules of a tenant that wants to hear of tokens that end within some time, and nothing else. */
    static TenantRules noticing(Duration notice) {
        TenantRules plain = TenantRules.DEFAULT;
        return new TenantRules(
                plain.revocations(),
                plain.maxLifetime(),
                plain.allowedActions(),
                plain.clientSource(),
                plain.shadowUntil(),
                plain.terse(),
                plain.openPaths(),
                plain.corsPreflight(),
                plain.defaultPriority(),
                notice);
    }
}
