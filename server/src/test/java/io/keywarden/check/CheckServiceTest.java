package io.keywarden.check;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.envoyproxy.envoy.config.core.v3.HeaderMap;
import io.envoyproxy.envoy.service.auth.v3.AttributeContext;
import io.envoyproxy.envoy.service.auth.v3.CheckRequest;
import io.envoyproxy.envoy.service.auth.v3.CheckResponse;
import io.grpc.Context;
import io.grpc.Deadline;
import io.keywarden.credential.HmacKeys;
import io.keywarden.credential.IdTags;
import io.keywarden.credential.SecretHasher;
import io.keywarden.credential.TokenText;
import io.keywarden.policy.CompiledCatalog;
import io.keywarden.policy.Decision;
import io.keywarden.policy.Reason;
import io.keywarden.store.Lookup;
import io.keywarden.testkit.FakeCheckReader;
import io.keywarden.testkit.FakeCheckReader.Read;
import io.keywarden.testkit.Samples;
import io.keywarden.token.OutagePolicy;
import io.keywarden.token.SecretDigest;
import io.keywarden.token.Tenant;
import io.keywarden.token.TenantRef;
import io.keywarden.token.Token;
import io.keywarden.token.TokenId;
import io.keywarden.token.TokenSecret;
import io.keywarden.token.TokenState;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class CheckServiceTest {
    private static final Duration LIMIT = Duration.ofMillis(150);

    private final SecureRandom random = new SecureRandom();
    private final IdTags tags = new IdTags(new HmacKeys(1, Map.of(1, new byte[32])));
    private final SecretHasher hasher = new SecretHasher(new HmacKeys(1, Map.of(1, new byte[32])), random);
    private final TokenId id = tags.issue(Samples.SLOT, random);
    private final TokenSecret secret = TokenSecret.random(random);
    private final TokenSecret ended = TokenSecret.random(random);
    private final String text = TokenText.format("kw", id, secret);

    private final FakeCheckReader reader = new FakeCheckReader(tags);
    private final List<Decision> observed = new ArrayList<>();
    private final List<Optional<String>> observedTenants = new ArrayList<>();
    private final CheckService service = new CheckService(
            new CheckService.Needs(reader, hasher, InstantSource.fixed(Samples.NOW), LIMIT),
            (decision, nanos, tenant) -> {
                observed.add(decision);
                observedTenants.add(tenant);
            });

    @BeforeEach
    void fillStore() {
        put(Samples.ACME);
        put(Samples.GLOBEX);
        reader.hosts.put("api.example", new TenantRef(Samples.ACME.uid(), Samples.SLOT));
        put(Samples.activeToken(Samples.mayRead()));
        reader.catalogs.put(Samples.ACME.catalog().uid(), CompiledCatalog.compile(List.of(Samples.ORDERS_ROUTES)));
    }

    @Test
    void check_goodToken_isAllowed() {
        CheckResponse response = check(get("/v1/orders?page=2"));
        assertThat(response.getStatus().getCode()).isZero();
        assertThat(response.getOkResponse().getHeadersToRemoveList()).containsExactly("authorization");
        assertThat(observed).singleElement().isInstanceOf(Decision.Allow.class);
        assertThat(observedTenants).containsExactly(Optional.of("acme"));
        assertThat(reader.reads).containsExactly(Read.HOST, Read.TENANT, Read.TOKEN, Read.CATALOG);
        assertThat(reader.limits).containsOnly(LIMIT);
    }

    @Test
    void check_headerMapAlone_isAllowed() {
        HeaderMap.Builder map = CheckRequests.raw(HeaderMap.newBuilder(), "authorization", "Bearer " + text);
        assertThat(check(CheckRequests.http("GET", "/v1/orders").setHeaderMap(map))
                        .hasOkResponse())
                .isTrue();
        CheckRequests.raw(map, "authorization", "Bearer " + text);
        assertReason(check(CheckRequests.http("GET", "/v1/orders").setHeaderMap(map)), Reason.DUPLICATE_CREDENTIAL);
    }

    @Test
    void check_noCredential_isDenied() {
        assertReason(check(CheckRequests.http("GET", "/v1/orders")), Reason.MISSING_CREDENTIAL);
        assertReason(service(CheckRequest.getDefaultInstance()), Reason.MISSING_CREDENTIAL);
    }

    @Test
    void check_malformedCredential_isDenied() {
        assertReason(check(with("Bearer x", "/v1/orders")), Reason.MALFORMED_CREDENTIAL);
    }

    @Test
    void check_madeUpId_isDeniedWithoutReadingAToken() {
        TokenId madeUp = new TokenId(id.untagged() + (id.tag().equals("0000000") ? "1111111" : "0000000"));
        CheckResponse unknown = check(with("Bearer " + TokenText.format("kw", madeUp, secret), "/v1/orders"));
        assertReason(unknown, Reason.INVALID_CREDENTIAL);
        assertThat(reader.reads).containsExactly(Read.HOST, Read.TENANT, Read.CATALOG);
        CheckResponse wrong =
                check(with("Bearer " + TokenText.format("kw", id, TokenSecret.random(random)), "/v1/orders"));
        assertThat(unknown.getDeniedResponse()).isEqualTo(wrong.getDeniedResponse());
    }

    @Test
    void check_unknownTokenAndWrongSecret_answerAlike() {
        CheckResponse wrong =
                check(with("Bearer " + TokenText.format("kw", id, TokenSecret.random(random)), "/v1/orders"));
        reader.tokens.clear();
        CheckResponse unknown = check(get("/v1/orders"));
        assertReason(unknown, Reason.INVALID_CREDENTIAL);
        assertThat(unknown.getDeniedResponse()).isEqualTo(wrong.getDeniedResponse());
        assertThat(reader.reads.subList(0, 4)).isEqualTo(reader.reads.subList(4, 8));
    }

    @Test
    void check_endedSecret_isRotated() {
        CheckResponse response = check(with("Bearer " + TokenText.format("kw", id, ended), "/v1/orders"));
        assertReason(response, Reason.SECRET_ROTATED);
    }

    @Test
    void check_unknownPepper_cannotTell() {
        Token token = requireNonNull(reader.tokens.get(id));
        SecretDigest foreign = new SecretDigest(1, 9, new byte[SecretDigest.BYTES], Optional.empty());
        reader.tokens.put(id, Samples.withSecrets(token, id, List.of(foreign)));
        assertReason(check(get("/v1/orders")), Reason.INTERNAL);
    }

    @Test
    void check_revokedToken_isDeniedWhateverTheCatalogSays() {
        put(Samples.with(Samples.activeToken(Samples.mayRead()), TokenState.REVOKED));
        reader.cannotTellIn(Read.CATALOG, Reason.STORE_UNAVAILABLE);
        assertReason(check(get("/v1/orders")), Reason.REVOKED);
    }

    @Test
    void check_tokenOfAnotherTenant_isWrongTenant() {
        put(Samples.withTenant(Samples.activeToken(Samples.mayRead()), Samples.GLOBEX.uid()));
        assertReason(check(get("/v1/orders")), Reason.WRONG_TENANT);
    }

    @Test
    void check_claimOfAHostThatItsTenantDoesNotList_wrongTenant() {
        reader.hosts.put("old.example", new TenantRef(Samples.ACME.uid(), Samples.SLOT));
        assertReason(check(get("/v1/orders").setHost("old.example")), Reason.WRONG_TENANT);
    }

    @Test
    void check_unknownHost_isWrongTenantAfterProofOnly() {
        reader.hosts.clear();
        assertReason(check(get("/v1/orders")), Reason.WRONG_TENANT);
        assertReason(check(with("Bearer " + TokenText.format("kw", id, ended), "/v1/orders")), Reason.SECRET_ROTATED);
        TokenSecret wrong = TokenSecret.random(random);
        assertReason(check(with("Bearer " + TokenText.format("kw", id, wrong), "/")), Reason.INVALID_CREDENTIAL);
    }

    @Test
    void check_tenantIsGone_isDisabled() {
        reader.tenants.remove(Samples.ACME.uid());
        assertReason(check(get("/v1/orders")), Reason.TENANT_DISABLED);
    }

    @Test
    void check_notInTheCatalog_isUnknownOperation() {
        assertReason(check(get("/v2/orders")), Reason.UNKNOWN_OPERATION);
        assertReason(check(get("/v1//orders")), Reason.UNKNOWN_OPERATION);
        assertReason(check(get("")), Reason.UNKNOWN_OPERATION);
        reader.catalogs.clear();
        assertReason(check(get("/v1/orders")), Reason.UNKNOWN_OPERATION);
    }

    @Test
    void check_routeSpeaks_isUnknownOperation() {
        CheckRequest request = CheckRequest.newBuilder()
                .setAttributes(
                        CheckRequests.attributes(get("/v1/orders")).putContextExtensions("keywarden.module", "x"))
                .build();
        assertReason(service(request), Reason.UNKNOWN_OPERATION);
    }

    @Test
    void check_missingGrant_namesTheOperation() {
        CheckResponse response = check(get("/v1/orders").setMethod("POST"));
        assertReason(response, Reason.PERMISSION_DENIED);
        assertThat(response.getDeniedResponse().getBody())
                .contains("orders.create")
                .contains(id.text());
    }

    @Test
    void check_grpcCaller_getsAGrpcStatus() {
        AttributeContext.HttpRequest.Builder http =
                get("/shop.v1.Orders/ListOrders").setMethod("POST").putHeaders("content-type", "application/grpc");
        assertThat(check(http).hasOkResponse()).isTrue();
        CheckResponse denied = check(http.setPath("/shop.v1.Orders/Other"));
        assertReason(denied, Reason.UNKNOWN_OPERATION);
        assertThat(denied.getDeniedResponse().getBody()).startsWith("UNKNOWN_OPERATION: ");
    }

    @ParameterizedTest
    @EnumSource(Read.class)
    void check_readThrows_isNeverAllowed(Read read) {
        reader.throwIn(read, new IllegalStateException("Bearer " + text));
        assertReason(check(get("/v1/orders")), Reason.INTERNAL);
        reader.failIn(read, new IllegalStateException("Bearer " + text));
        assertReason(check(get("/v1/orders")), Reason.INTERNAL);
        reader.failIn(read, new StackOverflowError());
        assertReason(check(get("/v1/orders")), Reason.INTERNAL);
        assertThat(observed)
                .hasSize(3)
                .allSatisfy(decision -> assertThat(decision.toString()).doesNotContain(text));
    }

    @ParameterizedTest
    @EnumSource(Read.class)
    void check_readCannotTell_cannotTell(Read read) {
        reader.cannotTellIn(read, Reason.STALE_STATE);
        CheckResponse response = check(get("/v1/orders"));
        assertReason(response, Reason.STALE_STATE);
        assertThat(response.getStatus().getCode()).isEqualTo(14);
    }

    @Test
    void check_tenantOfTokenCannotBeRead_cannotTell() {
        reader.hosts.clear();
        reader.cannotTellIn(Read.TENANT, Reason.RECORD_TAMPERED);
        assertReason(check(get("/v1/orders")), Reason.RECORD_TAMPERED);
    }

    @Test
    void check_callIsOverBeforeTheAnswer_cannotTell() {
        CompletableFuture<Void> late = new CompletableFuture<>();
        reader.endWith(Read.TOKEN, late);
        Answers answers = new Answers();
        Context.CancellableContext call = Context.current().withCancellation();
        call.run(() -> service.check(CheckRequests.received(CheckRequests.of(get("/v1/orders"))), answers));
        assertThat(answers.responses).isEmpty();
        call.cancel(null);
        late.complete(null);
        assertReason(answers.only(), Reason.STORE_UNAVAILABLE);
    }

    @Test
    void check_deadline_boundsEachRead() {
        var scheduler = Executors.newSingleThreadScheduledExecutor();
        try (Context.CancellableContext call =
                Context.current().withDeadline(Deadline.after(60, TimeUnit.MILLISECONDS), scheduler)) {
            call.run(() -> service.check(CheckRequests.received(CheckRequests.of(get("/v1/orders"))), new Answers()));
        } finally {
            scheduler.shutdownNow();
        }
        assertThat(reader.limits).isNotEmpty().allMatch(limit -> limit.compareTo(Duration.ofMillis(55)) <= 0);
    }

    @Test
    void check_allIsKnown_isAnsweredWithoutALoad() {
        reader.cacheAll();
        assertThat(check(get("/v1/orders")).hasOkResponse()).isTrue();
        assertThat(reader.limits).isEmpty();
    }

    @Test
    void check_tokenIsNewerThanWhatIsKnown_works() {
        Token fresh = requireNonNull(reader.tokens.get(id));
        reader.tokens.put(id, Samples.withSecrets(fresh, id, List.of()));
        reader.cacheAll();
        reader.tokens.put(id, fresh);
        assertThat(check(get("/v1/orders")).hasOkResponse()).isTrue();
        assertThat(reader.reads).containsExactly(Read.HOST, Read.TOKEN);
        reader.cached.put(id, new Lookup.NotFound<>());
        assertThat(check(get("/v1/orders")).hasOkResponse()).isTrue();
    }

    @Test
    void check_hostIsNewerThanWhatIsKnown_works() {
        reader.cacheAll();
        reader.cached.put("api.example", new Lookup.NotFound<>());
        assertThat(check(get("/v1/orders")).hasOkResponse()).isTrue();
        assertThat(reader.reads).contains(Read.HOST);
        assertReason(check(CheckRequests.http("GET", "/v1/orders")), Reason.MISSING_CREDENTIAL);
        assertThat(observedTenants).containsExactly(Optional.of("acme"), Optional.of("acme"));
    }

    @Test
    void check_secretStaysWrong_isReadOnceMoreOnly() {
        reader.cacheAll();
        String wrong = "Bearer " + TokenText.format("kw", id, TokenSecret.random(random));
        assertReason(check(with(wrong, "/v1/orders")), Reason.INVALID_CREDENTIAL);
        assertThat(reader.limits).hasSize(1);
    }

    @Test
    void check_otherRefusals_areNotReadAgain() {
        put(Samples.with(Samples.activeToken(Samples.mayRead()), TokenState.REVOKED));
        reader.cacheAll();
        assertReason(check(get("/v1/orders")), Reason.REVOKED);
        assertReason(check(with("Bearer x", "/v1/orders")), Reason.MALFORMED_CREDENTIAL);
        assertThat(reader.limits).isEmpty();
    }

    @Test
    void check_doubt_replacesAllowAndDeny() {
        reader.doubt = Optional.of(new Decision.CannotTell(Reason.STALE_STATE, "made so"));
        assertReason(check(get("/v1/orders")), Reason.STALE_STATE);
        assertReason(check(CheckRequests.http("GET", "/v1/orders")), Reason.STALE_STATE);
        reader.cannotTellIn(Read.TOKEN, Reason.RECORD_TAMPERED);
        assertReason(check(get("/v1/orders")), Reason.RECORD_TAMPERED);
    }

    @Test
    void check_doubt_isAskedWithTheTenantsPolicy() {
        put(Samples.withTenant(Samples.activeToken(Samples.mayRead()), Samples.GLOBEX.uid()));
        OutagePolicy known = new OutagePolicy(Duration.ofSeconds(9));
        put(Samples.withOutage(Samples.GLOBEX, known));
        assertReason(check(get("/v1/orders")), Reason.WRONG_TENANT);
        assertReason(check(CheckRequests.http("GET", "/v1/orders")), Reason.MISSING_CREDENTIAL);
        reader.hosts.clear();
        assertReason(check(CheckRequests.http("GET", "/v1/orders")), Reason.MISSING_CREDENTIAL);
        assertThat(reader.policies)
                .containsExactly(Optional.of(known), Optional.of(OutagePolicy.ERROR), Optional.empty());
    }

    @Test
    void check_readsNeverEnd_givesUp() {
        reader.forgetful = true;
        assertReason(check(get("/v1/orders")), Reason.STORE_UNAVAILABLE);
        assertThat(reader.limits).hasSize(CheckRun.MOST_READS);
    }

    @Test
    void check_noTimeIsLeft_readsNothing() {
        var scheduler = Executors.newSingleThreadScheduledExecutor();
        Answers answers = new Answers();
        try (Context.CancellableContext call =
                Context.current().withDeadline(Deadline.after(4, TimeUnit.MILLISECONDS), scheduler)) {
            call.run(() -> service.check(CheckRequests.received(CheckRequests.of(get("/v1/orders"))), answers));
        } finally {
            scheduler.shutdownNow();
        }
        assertReason(answers.only(), Reason.STORE_UNAVAILABLE);
        assertThat(reader.limits).isEmpty();
    }

    @Test
    void check_tooManyWait_isTurnedAwayAtOnce() {
        CheckService narrow = new CheckService(
                new CheckService.Needs(reader, hasher, InstantSource.fixed(Samples.NOW), LIMIT),
                CheckObserver.NONE,
                new WaitingRoom(1));
        CompletableFuture<Void> late = new CompletableFuture<>();
        reader.endWith(Read.TOKEN, late);
        Answers first = new Answers();
        narrow.check(CheckRequests.received(CheckRequests.of(get("/v1/orders"))), first);
        assertThat(narrow.waiting()).isEqualTo(1);
        Answers second = new Answers();
        narrow.check(CheckRequests.received(CheckRequests.of(get("/v1/orders"))), second);
        assertReason(second.only(), Reason.STORE_UNAVAILABLE);
        late.complete(null);
        assertThat(first.only().hasOkResponse()).isTrue();
        assertThat(narrow.waiting()).isZero();
    }

    @Test
    void check_source_isTheAddressOfThePeer() {
        AttributeContext.Builder attributes = CheckRequests.attributes(get("/v1/orders"));
        attributes
                .getSourceBuilder()
                .getAddressBuilder()
                .getSocketAddressBuilder()
                .setAddress("192.0.2.7");
        assertThat(service(CheckRequest.newBuilder().setAttributes(attributes).build())
                        .hasOkResponse())
                .isTrue();
        assertThat(reader.sources).containsExactly("192.0.2.7");
    }

    @Test
    void check_observerThrows_isAnsweredAnyway() {
        CheckService angry = new CheckService(
                new CheckService.Needs(reader, hasher, InstantSource.fixed(Samples.NOW), LIMIT),
                (decision, nanos, tenant) -> {
                    throw new IllegalStateException("no room");
                });
        Answers answers = new Answers();
        angry.check(CheckRequests.received(CheckRequests.of(get("/v1/orders"))), answers);
        assertThat(answers.only().hasOkResponse()).isTrue();
    }

    private void put(Tenant tenant) {
        reader.tenants.put(tenant.uid(), tenant);
    }

    private void put(Token token) {
        SecretHasher.Digest live = hasher.digest(token.tenantUid(), token.uid(), secret);
        SecretHasher.Digest old = hasher.digest(token.tenantUid(), token.uid(), ended);
        List<SecretDigest> digests = List.of(
                new SecretDigest(2, live.pepper(), live.bytes(), Optional.empty()),
                new SecretDigest(1, old.pepper(), old.bytes(), Optional.of(Samples.NOW)));
        reader.tokens.put(id, Samples.withSecrets(token, id, digests));
    }

    private AttributeContext.HttpRequest.Builder get(String path) {
        return with("Bearer " + text, path);
    }

    private static AttributeContext.HttpRequest.Builder with(String authorization, String path) {
        return CheckRequests.http("GET", path).putHeaders("authorization", authorization);
    }

    private CheckResponse check(AttributeContext.HttpRequest.Builder http) {
        return service(CheckRequests.of(http));
    }

    private CheckResponse service(CheckRequest request) {
        Answers answers = new Answers();
        service.check(CheckRequests.received(request), answers);
        return answers.only();
    }

    private static void assertReason(CheckResponse response, Reason reason) {
        assertThat(response.getStatus().getMessage()).isEqualTo(reason.name());
        assertThat(response.getStatus().getCode()).isNotZero();
        assertThat(response.hasOkResponse()).isFalse();
        assertThat(response.getDeniedResponse().getBody()).contains(reason.name());
    }

    /** Takes what is answered. */
    private static final class Answers implements Consumer<byte[]> {
        private final List<byte[]> responses = new ArrayList<>();

        @Override
        public void accept(byte[] response) {
            responses.add(response);
        }

        private CheckResponse only() {
            assertThat(responses).hasSize(1);
            return CheckRequests.response(responses.get(0));
        }
    }
}
