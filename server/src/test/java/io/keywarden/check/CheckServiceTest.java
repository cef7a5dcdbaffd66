package io.keywarden.check;

import static io.keywarden.check.CheckWorld.assertReason;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.envoyproxy.envoy.config.core.v3.HeaderMap;
import io.envoyproxy.envoy.service.auth.v3.AttributeContext;
import io.envoyproxy.envoy.service.auth.v3.CheckRequest;
import io.envoyproxy.envoy.service.auth.v3.CheckResponse;
import io.keywarden.policy.Decision;
import io.keywarden.policy.Reason;
import io.keywarden.testkit.FakeCheckReader.Read;
import io.keywarden.testkit.Samples;
import io.keywarden.token.SecretDigest;
import io.keywarden.token.TenantRef;
import io.keywarden.token.Token;
import io.keywarden.token.TokenId;
import io.keywarden.token.TokenState;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What is decided where everything can be read. */
class CheckServiceTest {
    private final CheckWorld world = new CheckWorld();

    @Test
    void check_goodToken_isAllowed() {
        CheckResponse response = world.check(world.get("/v1/orders?page=2"));
        assertThat(response.getStatus().getCode()).isZero();
        assertThat(response.getOkResponse().getHeadersToRemoveList()).containsExactly("authorization");
        assertThat(world.observed).singleElement().isInstanceOf(Decision.Allow.class);
        assertThat(world.observedTenants).containsExactly(Optional.of("acme"));
        assertThat(world.reader.reads).containsExactly(Read.HOST, Read.TENANT, Read.TOKEN, Read.CATALOG);
        assertThat(world.reader.limits).containsOnly(CheckWorld.LIMIT);
    }

    @Test
    void check_headerMapAlone_isAllowed() {
        HeaderMap.Builder map = CheckRequests.raw(HeaderMap.newBuilder(), "authorization", "Bearer " + world.text);
        assertThat(world.check(CheckWorld.ordersOfNobody().setHeaderMap(map)).hasOkResponse())
                .isTrue();
        CheckRequests.raw(map, "authorization", "Bearer " + world.text);
        assertReason(world.check(CheckWorld.ordersOfNobody().setHeaderMap(map)), Reason.DUPLICATE_CREDENTIAL);
    }

    @Test
    void check_noCredential_isDenied() {
        assertReason(world.check(CheckWorld.ordersOfNobody()), Reason.MISSING_CREDENTIAL);
        assertReason(world.check(CheckRequest.getDefaultInstance()), Reason.MISSING_CREDENTIAL);
    }

    @Test
    void check_malformedCredential_isDenied() {
        assertReason(world.check(world.orders().putHeaders("authorization", "Bearer x")), Reason.MALFORMED_CREDENTIAL);
    }

    @Test
    void check_madeUpId_isDeniedWithoutReadingAToken() {
        TokenId madeUp = new TokenId(world.id.untagged() + (world.id.tag().equals("0000000") ? "1111111" : "0000000"));
        CheckResponse unknown = world.check(world.orders(madeUp, world.secret));
        assertReason(unknown, Reason.INVALID_CREDENTIAL);
        assertThat(world.reader.reads).containsExactly(Read.HOST, Read.TENANT, Read.CATALOG);
        CheckResponse wrong = world.check(world.ordersWithWrongSecret());
        assertThat(unknown.getDeniedResponse()).isEqualTo(wrong.getDeniedResponse());
    }

    @Test
    void check_unknownTokenAndWrongSecret_answerAlike() {
        CheckResponse wrong = world.check(world.ordersWithWrongSecret());
        world.reader.tokens.clear();
        CheckResponse unknown = world.check(world.orders());
        assertReason(unknown, Reason.INVALID_CREDENTIAL);
        assertThat(unknown.getDeniedResponse()).isEqualTo(wrong.getDeniedResponse());
        assertThat(world.reader.reads.subList(0, 4)).isEqualTo(world.reader.reads.subList(4, 8));
    }

    /** The least time only: on a busy machine it may be long over before this looks. */
    @Test
    void check_secretOfNoToken_isRefusedNoSooner() {
        assertRefusedNoSooner(world.ordersWithWrongSecret());
        world.reader.tokens.clear();
        assertRefusedNoSooner(world.orders());
    }

    private void assertRefusedNoSooner(AttributeContext.HttpRequest.Builder request) {
        long start = System.nanoTime();
        assertReason(world.begin(request).only(), Reason.INVALID_CREDENTIAL);
        assertThat(System.nanoTime() - start).isGreaterThanOrEqualTo(CheckService.REFUSED_AFTER.toNanos());
    }

    @Test
    void check_everythingElse_isAnsweredAtOnce() {
        assertThat(world.begin(world.orders()).isEmpty()).isFalse();
        assertThat(world.begin(CheckWorld.ordersOfNobody()).isEmpty()).isFalse();
        assertThat(world.begin(world.orders().setMethod("POST")).isEmpty()).isFalse();
    }

    @Test
    void check_endedSecret_isRotated() {
        assertReason(world.check(world.orders(world.id, world.ended)), Reason.SECRET_ROTATED);
    }

    @Test
    void check_unknownPepper_cannotTell() {
        Token token = requireNonNull(world.reader.tokens.get(world.id));
        SecretDigest foreign = new SecretDigest(1, 9, new byte[SecretDigest.BYTES], Optional.empty());
        world.reader.tokens.put(world.id, Samples.withSecrets(token, world.id, List.of(foreign)));
        assertReason(world.check(world.orders()), Reason.INTERNAL);
    }

    @Test
    void check_revokedToken_isDeniedWhateverTheCatalogSays() {
        world.put(Samples.with(Samples.activeToken(Samples.mayRead()), TokenState.REVOKED));
        world.reader.cannotTellIn(Read.CATALOG, Reason.STORE_UNAVAILABLE);
        assertReason(world.check(world.orders()), Reason.REVOKED);
    }

    @Test
    void check_tokenOfAnotherTenant_isWrongTenant() {
        world.put(Samples.withTenant(Samples.activeToken(Samples.mayRead()), Samples.GLOBEX.uid()));
        assertReason(world.check(world.orders()), Reason.WRONG_TENANT);
    }

    @Test
    void check_claimOfAHostThatItsTenantDoesNotList_wrongTenant() {
        world.reader.hosts.put("old.example", new TenantRef(Samples.ACME.uid(), Samples.SLOT));
        assertReason(world.check(world.orders().setHost("old.example")), Reason.WRONG_TENANT);
    }

    @Test
    void check_unknownHost_isWrongTenantAfterProofOnly() {
        world.reader.hosts.clear();
        assertReason(world.check(world.orders()), Reason.WRONG_TENANT);
        assertReason(world.check(world.orders(world.id, world.ended)), Reason.SECRET_ROTATED);
        assertReason(world.check(world.ordersWithWrongSecret().setPath("/")), Reason.INVALID_CREDENTIAL);
    }

    @Test
    void check_tenantIsGone_isDisabled() {
        world.reader.tenants.remove(Samples.ACME.uid());
        assertReason(world.check(world.orders()), Reason.TENANT_DISABLED);
    }

    @Test
    void check_notInTheCatalog_isUnknownOperation() {
        assertReason(world.check(world.get("/v2/orders")), Reason.UNKNOWN_OPERATION);
        assertReason(world.check(world.get("/v1//orders")), Reason.UNKNOWN_OPERATION);
        assertReason(world.check(world.get("")), Reason.UNKNOWN_OPERATION);
        world.reader.catalogs.clear();
        assertReason(world.check(world.orders()), Reason.UNKNOWN_OPERATION);
    }

    @Test
    void check_routeSpeaks_isUnknownOperation() {
        CheckRequest request = CheckRequest.newBuilder()
                .setAttributes(CheckRequests.attributes(world.orders()).putContextExtensions("keywarden.module", "x"))
                .build();
        assertReason(world.check(request), Reason.UNKNOWN_OPERATION);
    }

    @Test
    void check_missingGrant_namesTheOperation() {
        CheckResponse response = world.check(world.orders().setMethod("POST"));
        assertReason(response, Reason.PERMISSION_DENIED);
        assertThat(response.getDeniedResponse().getBody())
                .contains("orders.create")
                .contains(world.id.text());
    }

    @Test
    void check_grpcCaller_getsAGrpcStatus() {
        AttributeContext.HttpRequest.Builder http = world.get("/shop.v1.Orders/ListOrders")
                .setMethod("POST")
                .putHeaders("content-type", "application/grpc");
        assertThat(world.check(http).hasOkResponse()).isTrue();
        CheckResponse denied = world.check(http.setPath("/shop.v1.Orders/Other"));
        assertReason(denied, Reason.UNKNOWN_OPERATION);
        assertThat(denied.getDeniedResponse().getBody()).startsWith("UNKNOWN_OPERATION: ");
    }

    @Test
    void check_source_isTheAddressOfThePeer() {
        AttributeContext.Builder attributes = CheckRequests.attributes(world.orders());
        attributes
                .getSourceBuilder()
                .getAddressBuilder()
                .getSocketAddressBuilder()
                .setAddress("192.0.2.7");
        assertThat(world.check(CheckRequest.newBuilder()
                                .setAttributes(attributes)
                                .build())
                        .hasOkResponse())
                .isTrue();
        assertThat(world.reader.sources).containsExactly("192.0.2.7");
    }
}
