package io.keywarden.check;

import static io.keywarden.check.CheckWorld.assertReason;
import static org.assertj.core.api.Assertions.assertThat;

import io.envoyproxy.envoy.config.core.v3.HeaderValueOption;
import io.envoyproxy.envoy.service.auth.v3.AttributeContext;
import io.envoyproxy.envoy.service.auth.v3.CheckResponse;
import io.envoyproxy.envoy.service.auth.v3.OkHttpResponse;
import io.keywarden.credential.TokenText;
import io.keywarden.policy.Reason;
import io.keywarden.testkit.FakeCheckReader.Read;
import io.keywarden.testkit.FakeCheckReader.TokenName;
import io.keywarden.testkit.Samples;
import io.keywarden.token.CredentialSource;
import io.keywarden.token.CredentialSource.Form;
import io.keywarden.token.CredentialSource.Place;
import io.keywarden.token.Tenant;
import io.keywarden.token.TokenSecret;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Checks of a tenant whose customers have ids and secrets of their own, in places of their own. */
class CheckCredentialsTest {
    private static final String CUSTOMERS_ID = "SU-160-984-311";

    private final CheckWorld world = new CheckWorld();
    private final String secret = TokenText.formatOpaque(world.secret);

    @BeforeEach
    void giveNames() {
        Tenant acme = Samples.ACME;
        world.put(new Tenant(
                acme.uid(),
                acme.id(),
                acme.active(),
                acme.hosts(),
                acme.catalog(),
                List.of(
                        new CredentialSource(Place.AUTHORIZATION_SCHEME, "apikey", Form.ID_AND_SECRET),
                        new CredentialSource(Place.AUTHORIZATION_SCHEME, "saluretoken", Form.OPAQUE),
                        new CredentialSource(Place.QUERY_PARAMETER, "key", Form.OPAQUE),
                        new CredentialSource(Place.COOKIE, "kw", Form.TOKEN),
                        new CredentialSource(Place.WEBSOCKET_PROTOCOL, "keywarden.", Form.TOKEN)),
                acme.outage(),
                acme.rules()));
        world.reader.tokenNames.put(new TokenName(acme.uid(), CUSTOMERS_ID), world.id);
        world.reader.tokenNames.put(
                TokenName.of(acme.uid(), world.opaque.digest(acme.uid(), TokenSecret.of(secret))), world.id);
    }

    @Test
    void check_idOfTheCustomer_isAllowed() {
        assertAllowed(authorization("ApiKey " + CUSTOMERS_ID + ":" + secret));
        assertThat(world.reader.reads).contains(Read.TOKEN_NAME);
    }

    @Test
    void check_idOfTheCustomerWithAnotherSecret_isInvalid() {
        assertReason(world.check(authorization("ApiKey " + CUSTOMERS_ID + ":x" + secret)), Reason.INVALID_CREDENTIAL);
        assertReason(world.check(authorization("ApiKey " + CUSTOMERS_ID + "0:" + secret)), Reason.INVALID_CREDENTIAL);
    }

    @Test
    void check_idOfTheCustomerAtAHostOfNobody_isInvalidWithoutALookUp() {
        var http = authorization("ApiKey " + CUSTOMERS_ID + ":" + secret).setHost("nobody.example");
        assertReason(world.check(http), Reason.INVALID_CREDENTIAL);
        assertThat(world.reader.reads).doesNotContain(Read.TOKEN_NAME);
    }

    @Test
    void check_opaqueSecret_isAllowed() {
        assertAllowed(authorization("SalureToken " + secret));
        assertReason(world.check(authorization("SalureToken abcd1234")), Reason.INVALID_CREDENTIAL);
    }

    @Test
    void check_queryParameter_isAllowedAndRemoved() {
        OkHttpResponse allowed = assertAllowed(CheckRequests.http("GET", "/v1/orders?a=b&k%65y=" + secret));
        assertThat(allowed.getQueryParametersToRemoveList()).containsExactly("k%65y");
    }

    @Test
    void check_pathInAPseudoHeaderOnly_hasItsQueryToo() {
        assertAllowed(CheckRequests.http("GET", "").putHeaders(":path", "/v1/orders?key=" + secret));
    }

    @Test
    void check_cookie_isAllowedAndTheOthersRemain() {
        OkHttpResponse allowed = assertAllowed(orders().putHeaders("cookie", "a=b; kw=" + world.text + "; c=d"));
        assertThat(header(allowed, "cookie")).isEqualTo("a=b; c=d");
        assertThat(allowed.getHeadersToRemoveList()).isEmpty();
        OkHttpResponse alone = assertAllowed(orders().putHeaders("cookie", "kw=" + world.text));
        assertThat(alone.getHeadersToRemoveList()).containsExactly("cookie");
    }

    @Test
    void check_subprotocol_isAllowedAndTheOthersRemain() {
        String name = "sec-websocket-protocol";
        OkHttpResponse allowed = assertAllowed(orders().putHeaders(name, "keywarden." + world.text + ", chat"));
        assertThat(header(allowed, name)).isEqualTo("chat");
    }

    @Test
    void check_twoPlaces_isDuplicate() {
        var http = CheckRequests.http("GET", "/v1/orders?key=" + secret).putHeaders("cookie", "kw=" + world.text);
        assertReason(world.check(http), Reason.DUPLICATE_CREDENTIAL);
    }

    @Test
    void toString_ofARequest_hidesItsQuery() {
        var http = CheckRequests.http("GET", "/v1/orders?key=hidden-1").putHeaders("cookie", "kw=hidden-2");
        CheckedRequest request = CheckRequests.received(CheckRequests.of(http)).read();
        assertThat(request.toString()).contains("/v1/orders").doesNotContain("hidden-1", "hidden-2");
    }

    private OkHttpResponse assertAllowed(AttributeContext.HttpRequest.Builder http) {
        CheckResponse response = world.check(http);
        assertThat(response.getStatus().getMessage()).isEmpty();
        assertThat(response.hasOkResponse()).isTrue();
        assertThat(header(response.getOkResponse(), "x-keywarden-token-id")).isEqualTo(world.id.text());
        return response.getOkResponse();
    }

    private static AttributeContext.HttpRequest.Builder orders() {
        return CheckWorld.ordersOfNobody();
    }

    private static AttributeContext.HttpRequest.Builder authorization(String value) {
        return orders().putHeaders("authorization", value);
    }

    private static String header(OkHttpResponse allowed, String name) {
        return allowed.getHeadersList().stream()
                .filter(option -> option.getHeader().getKey().equals(name))
                .map(HeaderValueOption::getHeader)
                .map(header -> header.getValue())
                .findFirst()
                .orElse("");
    }
}
