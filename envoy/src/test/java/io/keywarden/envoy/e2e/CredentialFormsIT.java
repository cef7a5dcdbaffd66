package io.keywarden.envoy.e2e;

import static io.keywarden.envoy.e2e.fixture.AnswerAssert.assertThatAnswer;
import static org.assertj.core.api.Assertions.assertThat;

import io.keywarden.envoy.e2e.fixture.Answer;
import io.keywarden.envoy.e2e.fixture.Deployment;
import io.keywarden.envoy.e2e.fixture.IssuedToken;
import io.keywarden.envoy.e2e.fixture.RawRequest;
import io.keywarden.envoy.e2e.fixture.SharedDeployment;
import io.keywarden.envoy.e2e.fixture.Shop;
import io.keywarden.envoy.requirements.Requirement;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Every way to present a credential: taken, hidden from the upstream, and refused where the secret is wrong. */
final class CredentialFormsIT {
    @RegisterExtension
    static final SharedDeployment SHARED = new SharedDeployment();

    private Deployment deployment;
    private IssuedToken acme;
    private IssuedToken custom;
    private IssuedToken places;

    /** One way, with the tenant that allows it. */
    enum Form {
        BEARER(Shop.ACME_HOST, "Authorization", "Bearer ", false),
        API_KEY(Shop.ACME_HOST, "Authorization", "ApiKey ", true),
        X_API_KEY(Shop.ACME_HOST, "X-API-Key", "", false),
        OWN_SCHEME(Shop.CUSTOM_HOST, "Authorization", Shop.CUSTOM_SCHEME + " ", false),
        OWN_HEADER(Shop.CUSTOM_HOST, "X-Shop-Token", "", false),
        PAIR_IN_HEADER(Shop.CUSTOM_HOST, "X-API-Key", "", true),
        QUERY_PARAMETER(Shop.PLACES_HOST, "", Shop.PLACES_PARAMETER, false),
        COOKIE(Shop.PLACES_HOST, "Cookie", Shop.PLACES_COOKIE + "=", false),
        WEBSOCKET_PROTOCOL(Shop.PLACES_HOST, "Sec-WebSocket-Protocol", Shop.PLACES_SUBPROTOCOL, false);

        private final String host;
        private final String header;
        private final String prefix;
        private final boolean pair;

        Form(String host, String header, String prefix, boolean pair) {
            this.host = host;
            this.header = header;
            this.prefix = prefix;
            this.pair = pair;
        }

        RawRequest present(IssuedToken token) {
            return on(request(), token);
        }

        RawRequest on(RawRequest request, IssuedToken token) {
            return with(request, pair ? token.pair() : token.text());
        }

        RawRequest with(RawRequest request, String text) {
            return header.isEmpty() ? request.parameter(prefix, text) : request.header(header, prefix + text);
        }

        RawRequest request() {
            return RawRequest.get("/v1/orders").host(host);
        }

        String tenant() {
            return switch (host) {
                case Shop.ACME_HOST -> Shop.ACME;
                case Shop.CUSTOM_HOST -> Shop.CUSTOM;
                default -> Shop.PLACES;
            };
        }

        RawRequest presentInOtherCase(IssuedToken token) {
            String value = prefix.toUpperCase(Locale.ROOT) + (pair ? token.pair() : token.text());
            return request().header(header.toLowerCase(Locale.ROOT), value);
        }
    }

    @BeforeEach
    void issueTokens() {
        deployment = SHARED.get();
        acme = deployment.admin().issue(Shop.ACME, Shop.READ_ORDERS);
        custom = deployment.admin().issue(Shop.CUSTOM, Shop.READ_ORDERS);
        places = deployment.admin().issue(Shop.PLACES, Shop.READ_ORDERS);
    }

    @ParameterizedTest
    @EnumSource
    @Requirement(value = 31, side = Requirement.Side.ALLOWS)
    void form_rightSecret_allowedAndHiddenFromTheUpstream(Form form) {
        IssuedToken token = tokenFor(form);

        Answer answer = send(form.present(token));

        assertThatAnswer(answer).isAllowed();
        String whole = answer.received().orElseThrow().whole();
        assertThat(whole).contains("x-keywarden-token-id");
        assertThat(token.runsIn(whole)).as("runs of the secret at the upstream").isEmpty();
    }

    @ParameterizedTest
    @EnumSource(
            mode = EnumSource.Mode.EXCLUDE,
            names = {"QUERY_PARAMETER", "COOKIE", "WEBSOCKET_PROTOCOL"})
    void form_schemeAndHeaderInOtherCase_allowed(Form form) {
        assertThatAnswer(send(form.presentInOtherCase(tokenFor(form)))).isAllowed();
    }

    @ParameterizedTest
    @EnumSource
    @Requirement(value = 31, side = Requirement.Side.REFUSES)
    void form_wrongSecret_invalid(Form form) {
        IssuedToken token = tokenFor(form);
        IssuedToken wrong = new IssuedToken(token.name(), token.textWithWrongSecret());

        assertThatAnswer(send(form.present(wrong)))
                .isUnauthenticated("INVALID_CREDENTIAL", "invalid_token")
                .namesNoToken();
    }

    @ParameterizedTest
    @EnumSource
    void form_sameCredentialTwice_duplicate(Form form) {
        IssuedToken token = tokenFor(form);

        assertDuplicate(send(form.on(form.present(token), token)));
    }

    @ParameterizedTest
    @EnumSource
    void form_besideACredentialThatIsNotOne_duplicate(Form form) {
        RawRequest twoValues = form.with(form.present(tokenFor(form)), "nonsense");

        assertDuplicate(send(twoValues));
    }

    @Test
    void twoPlaces_bothRight_duplicate() {
        assertDuplicate(send(Form.X_API_KEY.on(Form.BEARER.present(acme), acme)));
        assertDuplicate(send(Form.OWN_HEADER.on(Form.OWN_SCHEME.present(custom), custom)));
        assertDuplicate(send(Form.COOKIE.on(Form.QUERY_PARAMETER.present(places), places)));
        assertDuplicate(send(Form.WEBSOCKET_PROTOCOL.on(Form.COOKIE.present(places), places)));
    }

    @Test
    void queryParameter_nameEscaped_isTakenAndHiddenAndTheOthersRemain() {
        RawRequest request = RawRequest.get("/v1/orders?b=%20x&%61pi%5fkey=" + places.text() + "&a=1&a=2")
                .host(Shop.PLACES_HOST);

        Answer answer = send(request);

        assertThatAnswer(answer).isAllowed();
        String target = answer.received().orElseThrow().target();
        assertThat(places.runsIn(target)).isEmpty();
        assertThat(target.substring(target.indexOf('?') + 1).split("&"))
                .containsExactlyInAnyOrder("b=%20x", "a=1", "a=2");
        assertThat(answer.logged())
                .containsEntry("path", "/v1/orders")
                .containsEntry("decision", "ALLOW")
                .containsEntry("token_id", places.id())
                .containsEntry("priority", "normal");
    }

    @Test
    void cookies_inTwoHeaders_othersRemain() {
        RawRequest request = RawRequest.get("/v1/orders")
                .host(Shop.PLACES_HOST)
                .header("Cookie", "a=b; " + Shop.PLACES_COOKIE + "=" + places.text())
                .header("Cookie", "c=\"d,e\"");

        Answer answer = send(request);

        assertThatAnswer(answer).isAllowed();
        assertThat(answer.received().orElseThrow().header("cookie")).containsExactly("a=b; c=\"d,e\"");
    }

    @Test
    void subprotocols_inTwoHeaders_othersRemain() {
        RawRequest request = RawRequest.get("/v1/orders")
                .host(Shop.PLACES_HOST)
                .header("Sec-WebSocket-Protocol", "chat, " + Shop.PLACES_SUBPROTOCOL + places.text())
                .header("Sec-WebSocket-Protocol", "chat.v2");

        Answer answer = send(request);

        assertThatAnswer(answer).isAllowed();
        assertThat(answer.received().orElseThrow().header("sec-websocket-protocol"))
                .containsExactly("chat, chat.v2");
    }

    @Test
    void oneHeader_twoCredentialsWithAComma_duplicate() {
        String joined = "Bearer " + acme.text() + ",Bearer " + acme.text();

        assertDuplicate(send(Form.BEARER.request().header("Authorization", joined)));
    }

    @Test
    void form_ofAnotherTenant_isNoCredentialHere() {
        assertThatAnswer(
                        send(RawRequest.get("/v1/orders").host(Shop.CUSTOM_HOST).bearer(custom)))
                .isChallenged("MISSING_CREDENTIAL");
        assertThatAnswer(send(RawRequest.get("/v1/orders").host(Shop.ACME_HOST).header("X-Shop-Token", acme.text())))
                .isChallenged("MISSING_CREDENTIAL");
    }

    @Test
    void everyForm_serverAndEnvoyLogs_holdNothingOfTheSecret() {
        for (Form form : Form.values()) {
            assertThatAnswer(send(form.present(tokenFor(form)))).isAllowed();
        }

        String logs = deployment.keywarden().log() + deployment.gateway().log();
        assertThat(List.of(acme.runsIn(logs), custom.runsIn(logs), places.runsIn(logs)))
                .allMatch(List::isEmpty);
    }

    private Answer send(RawRequest request) {
        return deployment.gateway().send(request);
    }

    private IssuedToken tokenFor(Form form) {
        return switch (form.tenant()) {
            case Shop.ACME -> acme;
            case Shop.CUSTOM -> custom;
            default -> places;
        };
    }

    private static void assertDuplicate(Answer answer) {
        assertThatAnswer(answer)
                .isUnauthenticated("DUPLICATE_CREDENTIAL", "invalid_request")
                .namesNoToken();
    }
}
