package io.keywarden.envoy.e2e;

import static io.keywarden.envoy.e2e.fixture.AnswerAssert.assertThatAnswer;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.envoyproxy.envoy.service.auth.v3.CheckRequest;
import io.keywarden.admin.v1.Token;
import io.keywarden.envoy.e2e.fixture.Answer;
import io.keywarden.envoy.e2e.fixture.CheckClient;
import io.keywarden.envoy.e2e.fixture.CheckRequests;
import io.keywarden.envoy.e2e.fixture.Deployment;
import io.keywarden.envoy.e2e.fixture.IssuedToken;
import io.keywarden.envoy.e2e.fixture.RawRequest;
import io.keywarden.envoy.e2e.fixture.Replica;
import io.keywarden.envoy.e2e.fixture.SharedDeployment;
import io.keywarden.envoy.e2e.fixture.Shop;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Headers that say where a request comes from, and for whom it is: believed from the balancer, which is 127.0.0.1 and writes
 * one entry before Envoy's own, and from nobody else.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class ForgedAddressIT {
    @RegisterExtension
    static final SharedDeployment SHARED = new SharedDeployment();

    private static final String STRANGER = "127.0.0.2";
    private static final RawRequest LIST = RawRequest.get("/v1/orders").host(Shop.ACME_HOST);

    private Deployment deployment;
    private IssuedToken token;

    @BeforeAll
    void issueToken() {
        deployment = SHARED.get();
        token = issue("198.51.100.0/24");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    198.51.100.7              | allowed
                    203.0.113.7, 198.51.100.7 | allowed
                    203.0.113.7               | 203.0.113.7
                    198.51.100.7, 203.0.113.7 | 203.0.113.7
                    198.51.100.7, unknown     | unknown
                    198.51.100.7,             | unknown
                    """)
    void forwardedFor_ofTheBalancer_itsOwnEntryCounts(String value, String expected) {
        assertThat(seen(deployment.gateway().send(forwarded(value)))).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "198.51.100.7",
                "198.51.100.7, 198.51.100.7",
                "198.51.100.7, 127.0.0.1",
                "198.51.100.7, 198.51.100.7, 127.0.0.1",
                STRANGER,
            })
    void forwardedFor_ofAStranger_unknown(String value) {
        assertThat(seen(deployment.gateway().sendFrom(STRANGER, forwarded(value))))
                .isEqualTo("unknown");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"X-Keywarden-Client-Ip", "X-Envoy-External-Address", "X-Real-Ip", "True-Client-Ip", "Forwarded"})
    void otherHeaders_ofAnyone_sayNothing(String name) {
        String address = name.equals("Forwarded") ? "for=198.51.100.7" : "198.51.100.7";
        RawRequest request = LIST.bearer(token).header(name, address);

        assertThatAnswer(deployment.gateway().sendFrom(STRANGER, request)).isForbidden("IP_NOT_ALLOWED");
        assertThatAnswer(deployment.gateway().send(request)).isForbidden("IP_NOT_ALLOWED");
        assertThat(seen(deployment.gateway().send(request.header("X-Forwarded-For", "203.0.113.7"))))
                .isEqualTo("203.0.113.7");
    }

    /** As Keywarden is where nothing is configured. */
    @Test
    void everyHeader_whereNoPeerIsTrusted_theConnectionCounts() {
        IssuedToken strangers = issue(STRANGER + "/32");
        try (Replica replica = deployment.replicaThatBelievesPeersOnly()) {
            for (String name : new String[] {"X-Forwarded-For", "X-Keywarden-Client-Ip", "X-Envoy-External-Address"}) {
                assertThat(seen(replica.gateway().send(LIST.bearer(strangers).header(name, STRANGER))))
                        .as(name)
                        .isEqualTo("127.0.0.1");
                assertThat(seen(replica.gateway()
                                .sendFrom(STRANGER, LIST.bearer(strangers).header(name, "198.51.100.7"))))
                        .as(name)
                        .isEqualTo("allowed");
                assertThat(seen(replica.gateway()
                                .sendFrom(STRANGER, LIST.bearer(token).header(name, "198.51.100.7"))))
                        .as(name)
                        .isEqualTo(STRANGER);
            }
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    127.0.0.1                       | 198.51.100.7, 127.0.0.1              | 0
                    127.0.0.1                       | 198.51.100.7, 203.0.113.7, 127.0.0.1 | 7
                    127.0.0.1                       | 198.51.100.7                         | 7
                    127.0.0.2                       | 198.51.100.7, 127.0.0.1              | 7
                    203.0.113.7                     | 198.51.100.7, 127.0.0.1              | 7
                    198.51.100.7                    | 198.51.100.7, 127.0.0.1              | 7
                    envoy://internal_client_address | 198.51.100.7, 127.0.0.1              | 7
                    ''                              | 198.51.100.7, 127.0.0.1              | 7
                    """)
    void forwardedFor_straightAtTheService_believedFromTheBalancerOnly(String peer, String value, int code) {
        CheckRequest.Builder request =
                CheckRequests.of(CheckRequests.good(token).putHeaders("x-forwarded-for", value)).toBuilder();
        request.getAttributesBuilder()
                .getSourceBuilder()
                .getAddressBuilder()
                .getSocketAddressBuilder()
                .setAddress(peer);
        try (CheckClient check = new CheckClient(deployment.checkPort())) {
            assertThat(check.check(request.build()).getStatus())
                    .satisfies(status -> assertThat(status.getCode()).isEqualTo(code))
                    .satisfies(status -> assertThat(status.getMessage()).isEqualTo(code == 0 ? "" : "IP_NOT_ALLOWED"));
        }
    }

    @Test
    void tenantHeader_ofAStranger_saysNothing() {
        IssuedToken anywhere = deployment.admin().issue(Shop.ACME, Shop.READ_ORDERS);
        RawRequest nobodys = RawRequest.get("/v1/orders")
                .host("nobody.example")
                .header("X-Tenant", Shop.ACME)
                .bearer(anywhere);
        RawRequest another = LIST.header("X-Tenant", Shop.RIVAL).bearer(anywhere);

        assertThatAnswer(deployment.gateway().send(nobodys)).isAllowed();
        assertThatAnswer(deployment.gateway().sendFrom(STRANGER, nobodys)).isForbidden("WRONG_TENANT");
        assertThatAnswer(deployment.gateway().send(another)).isForbidden("WRONG_TENANT");
        assertThatAnswer(deployment.gateway().sendFrom(STRANGER, another)).isAllowed();
    }

    private IssuedToken issue(String addresses) {
        return deployment
                .admin()
                .issue(Shop.ACME, Token.newBuilder().addAllowedCidrs(addresses).addGrants(Shop.READ_ORDERS));
    }

    private RawRequest forwarded(String value) {
        return LIST.bearer(token).header("X-Forwarded-For", value);
    }

    /** What came of it: {@code allowed}, or the address that a request was refused for. */
    private static String seen(Answer answer) {
        if (answer.status() == 200) {
            assertThatAnswer(answer).isAllowed();
            return "allowed";
        }
        assertThatAnswer(answer).isForbidden("IP_NOT_ALLOWED");
        return requireNonNull(answer.logged().get("refused_address"));
    }
}
