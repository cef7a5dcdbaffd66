package io.keywarden.envoy.products;

import static io.keywarden.envoy.e2e.fixture.AnswerAssert.assertThatAnswer;
import static io.keywarden.envoy.products.Product.may;
import static io.keywarden.envoy.products.Product.mayDo;
import static io.keywarden.envoy.products.Product.mayEverything;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.FieldMask;
import com.google.protobuf.Timestamp;
import io.keywarden.admin.v1.Action;
import io.keywarden.admin.v1.Change;
import io.keywarden.admin.v1.CredentialSource;
import io.keywarden.admin.v1.DeleteTokenRequest;
import io.keywarden.admin.v1.DisableOwnerRequest;
import io.keywarden.admin.v1.DisableTokenRequest;
import io.keywarden.admin.v1.EnableTokenRequest;
import io.keywarden.admin.v1.EndGracePeriodRequest;
import io.keywarden.admin.v1.Event;
import io.keywarden.admin.v1.ListEventsRequest;
import io.keywarden.admin.v1.ListTokensRequest;
import io.keywarden.admin.v1.Module;
import io.keywarden.admin.v1.RotateTokenRequest;
import io.keywarden.admin.v1.Tenant;
import io.keywarden.admin.v1.Token;
import io.keywarden.admin.v1.UpdateTenantRequest;
import io.keywarden.admin.v1.UpdateTokenRequest;
import io.keywarden.admin.v1.VerifyHistoryRequest;
import io.keywarden.envoy.e2e.Answers;
import io.keywarden.envoy.e2e.fixture.Answer;
import io.keywarden.envoy.e2e.fixture.RawRequest;
import io.keywarden.envoy.e2e.fixture.SharedDeployment;
import io.keywarden.envoy.requirements.Requirement;
import io.keywarden.envoy.requirements.Requirement.Side;
import io.keywarden.policy.Reason;
import io.keywarden.testkit.Eventually;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Boberdoo: service keys for single functions, allowlists of addresses and countries, end dates, restricted functions. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
public final class BoberdooStoryIT {
    @RegisterExtension
    static final SharedDeployment SHARED = new SharedDeployment();

    private static final String HOST = "boberdoo.platform.example";
    private static final String EXPIRES_IN = "x-keywarden-expires-in";
    private static final RawRequest LEADS = RawRequest.get("/api/leads").host(HOST);

    private Product boberdoo;

    @BeforeAll
    void open() {
        boberdoo = Product.open(
                SHARED.get(),
                "boberdoo",
                Tenant.newBuilder()
                        .addCredentialSources(CredentialSource.newBuilder()
                                .setHeader("x-api-key")
                                .setForm(CredentialSource.Form.TOKEN)),
                Product.module("leads", "/api/leads"),
                Module.newBuilder()
                        .setDisplayName("payouts")
                        .setRestricted(true)
                        .addOperations(Product.operation("list", Action.READ, "GET", "/api/payouts"))
                        .build());
    }

    @Test
    @Requirement(
            value = 12,
            side = {Side.ALLOWS, Side.REFUSES})
    void serviceKey_outlivesPeopleAndAPersonsKeyDoesNot() {
        String carol = boberdoo.owner("carol", mayEverything());
        Product.Key service = boberdoo.key(may("leads", Action.READ));
        Product.Key persons = boberdoo.key(Token.newBuilder().setOwner(carol).addGrants(may("leads", Action.READ)));
        assertThatAnswer(boberdoo.send(persons.on(LEADS))).isAllowed();
        boberdoo.deployment()
                .admin()
                .owners()
                .disableOwner(DisableOwnerRequest.newBuilder()
                        .setName(carol)
                        .setWait(true)
                        .build());
        assertThatAnswer(boberdoo.send(service.on(LEADS))).isAllowed();
        assertThatAnswer(boberdoo.send(persons.on(LEADS))).isUnauthenticated("OWNER_DISABLED", "invalid_token");
    }

    @Test
    @Requirement(
            value = 13,
            side = {Side.ALLOWS, Side.REFUSES})
    void key_forOneFunction_isForNoOther() {
        Product.Key key = boberdoo.key(mayDo("leads.create"));
        assertThatAnswer(
                        boberdoo.send(key.on(RawRequest.of("POST", "/api/leads").host(HOST))))
                .isAllowed();
        Answer refused = boberdoo.send(key.on(LEADS));
        assertThatAnswer(refused).isForbidden("PERMISSION_DENIED");
        assertThat(refused.header("www-authenticate"))
                .singleElement()
                .asString()
                .contains("error=\"insufficient_scope\"")
                .endsWith("scope=\"leads.read\"");
    }

    @Test
    @Requirement(
            value = 18,
            side = {Side.ALLOWS, Side.REFUSES})
    void key_replaced_bothWorkUntilTheGracePeriodEnds() {
        Product.Key old = boberdoo.key(may("leads", Action.READ));
        assertThatAnswer(boberdoo.send(old.on(LEADS))).isAllowed();
        Product.Key replacement = boberdoo.rotated(old, RotateTokenRequest.newBuilder());
        assertThat(replacement.token().getName()).isEqualTo(old.token().getName());
        assertThatAnswer(boberdoo.send(replacement.on(LEADS))).isAllowed();
        assertThatAnswer(boberdoo.send(old.on(LEADS))).isAllowed();
        boberdoo.deployment()
                .admin()
                .tokens()
                .endGracePeriod(EndGracePeriodRequest.newBuilder()
                        .setName(old.token().getName())
                        .setWait(true)
                        .build());
        assertThatAnswer(boberdoo.send(replacement.on(LEADS))).isAllowed();
        assertThatAnswer(boberdoo.send(old.on(LEADS))).isUnauthenticated("SECRET_ROTATED", "invalid_token");
    }

    @Test
    @Requirement(
            value = 17,
            side = {Side.ALLOWS, Side.REFUSES})
    void key_whateverBecameOfIt_itsHistorySaysWhoAndWhatBeforeAndAfter() {
        Product.Key key = boberdoo.key(may("leads", Action.READ));
        String name = key.token().getName();
        boberdoo.deployment()
                .admin()
                .tokens()
                .updateToken(UpdateTokenRequest.newBuilder()
                        .setToken(key.token().toBuilder().clearEtag().setDescription("partner"))
                        .setUpdateMask(FieldMask.newBuilder().addPaths("description"))
                        .build());
        boberdoo.deployment()
                .admin()
                .tokens()
                .deleteToken(DeleteTokenRequest.newBuilder()
                        .setName(name)
                        .setWait(true)
                        .build());
        assertThatAnswer(boberdoo.send(key.on(LEADS))).isUnauthenticated("DELETED", "invalid_token");

        List<Event> events = boberdoo.deployment()
                .admin()
                .histories()
                .listEvents(ListEventsRequest.newBuilder().setParent(name).build())
                .getEventsList();
        assertThat(events).extracting(Event::getKind).containsExactly("DeleteToken", "UpdateToken", "CreateToken");
        assertThat(events).extracting(event -> event.getActor().getPrincipal()).containsOnly("bootstrap");
        assertThat(events.get(1).getChangesList())
                .containsExactly(Change.newBuilder()
                        .setPath("description")
                        .setAfter("\"partner\"")
                        .build());
        assertThat(boberdoo.deployment()
                        .admin()
                        .histories()
                        .verifyHistory(VerifyHistoryRequest.newBuilder()
                                .setParent(name)
                                .build())
                        .getProblemsList())
                .isEmpty();
    }

    @Test
    @Answers(Reason.IP_NOT_ALLOWED)
    @Requirement(
            value = 14,
            side = {Side.ALLOWS, Side.REFUSES})
    void key_withAddresses_worksFromThereOnly() {
        Product.Key key = boberdoo.key(Token.newBuilder()
                .addAllowedCidrs("198.51.100.0/24")
                .addAllowedCidrs("2001:db8::/32")
                .addGrants(may("leads", Action.READ)));
        assertThatAnswer(boberdoo.send(from("198.51.100.7", key))).isAllowed();
        assertThatAnswer(boberdoo.send(from("2001:db8::7", key))).isAllowed();
        assertThatAnswer(boberdoo.send(from("::ffff:198.51.100.7", key))).isAllowed();
        Answer refused = boberdoo.send(from("203.0.113.7", key));
        assertThatAnswer(refused).isForbidden("IP_NOT_ALLOWED").isLoggedAs("DENY", "IP_NOT_ALLOWED");
        assertThat(refused.body()).doesNotContain("203.0.113.7");
        assertThatAnswer(boberdoo.send(key.on(LEADS))).isForbidden("IP_NOT_ALLOWED");
        assertThatAnswer(boberdoo.send(from("198.51.100.7, 203.0.113.7", key))).isForbidden("IP_NOT_ALLOWED");
    }

    @Test
    @Answers(Reason.COUNTRY_NOT_ALLOWED)
    @Requirement(
            value = 14,
            side = {Side.ALLOWS, Side.REFUSES})
    void key_withCountries_worksFromThereOnly() {
        Product.Key key =
                boberdoo.key(Token.newBuilder().addAllowedCountries("NL").addGrants(may("leads", Action.READ)));
        assertThatAnswer(boberdoo.send(from("198.51.100.7", key))).isAllowed();
        assertThatAnswer(boberdoo.send(from("203.0.113.7", key))).isForbidden("COUNTRY_NOT_ALLOWED");
        assertThatAnswer(boberdoo.send(from("192.0.2.1", key))).isForbidden("COUNTRY_NOT_ALLOWED");
    }

    @Test
    @Requirement(
            value = 15,
            side = {Side.ALLOWS, Side.REFUSES})
    @Requirement(
            value = 23,
            side = {Side.ALLOWS, Side.REFUSES})
    void key_withAnEnd_endsAtThatMoment() {
        Product.Key key = boberdoo.key(
                Token.newBuilder().setExpireTime(in(Duration.ofSeconds(3))).addGrants(may("leads", Action.READ)));
        assertThatAnswer(boberdoo.send(key.on(LEADS))).isAllowed();
        Eventually.within(
                Duration.ofSeconds(20),
                () -> assertThatAnswer(boberdoo.send(key.on(LEADS))).isUnauthenticated("EXPIRED", "invalid_token"));
    }

    @Test
    @Requirement(
            value = 15,
            side = {Side.ALLOWS, Side.REFUSES})
    void key_thatEndsSoon_isListedAndItsCallersAreTold() {
        var unused = boberdoo.deployment()
                .admin()
                .tenants()
                .updateTenant(UpdateTenantRequest.newBuilder()
                        .setTenant(
                                Tenant.newBuilder().setName(boberdoo.parent()).addExpiryNoticeDays(7))
                        .setWait(true)
                        .build());
        Timestamp week = in(Duration.ofDays(7));
        Product.Key soon = boberdoo.key(
                Token.newBuilder().setExpireTime(in(Duration.ofDays(6))).addGrants(may("leads", Action.READ)));
        Product.Key late = boberdoo.key(
                Token.newBuilder().setExpireTime(in(Duration.ofDays(8))).addGrants(may("leads", Action.READ)));

        Answer told = boberdoo.send(soon.on(LEADS));
        assertThatAnswer(told).isAllowed();
        assertThat(told.header(EXPIRES_IN))
                .singleElement()
                .satisfies(left -> assertThat(Long.parseLong(left))
                        .isBetween(
                                Duration.ofDays(6).minusMinutes(5).toSeconds(),
                                Duration.ofDays(6).toSeconds()));
        assertThat(told.received().orElseThrow().whole()).doesNotContain(EXPIRES_IN);
        assertThat(boberdoo.send(late.on(LEADS)).header(EXPIRES_IN)).isEmpty();
        Answer refused =
                boberdoo.send(soon.on(RawRequest.of("POST", "/api/leads").host(HOST)));
        assertThatAnswer(refused).isForbidden("PERMISSION_DENIED");
        assertThat(refused.header(EXPIRES_IN)).isEmpty();
        assertThat(boberdoo.deployment()
                        .admin()
                        .tokens()
                        .listTokens(ListTokensRequest.newBuilder()
                                .setParent(boberdoo.parent())
                                .setExpireTimeBefore(week)
                                .setPageSize(1_000)
                                .build())
                        .getTokensList())
                .extracting(Token::getName)
                .contains(soon.token().getName())
                .doesNotContain(late.token().getName());
    }

    @Test
    @Requirement(
            value = 16,
            side = {Side.ALLOWS, Side.REFUSES})
    void key_switchedOffAndOn_followsAtOnce() {
        Product.Key key = boberdoo.key(may("leads", Action.READ));
        String name = key.token().getName();
        boberdoo.deployment()
                .admin()
                .tokens()
                .disableToken(DisableTokenRequest.newBuilder()
                        .setName(name)
                        .setWait(true)
                        .build());
        assertThatAnswer(boberdoo.send(key.on(LEADS))).isUnauthenticated("DISABLED", "invalid_token");
        boberdoo.deployment()
                .admin()
                .tokens()
                .enableToken(EnableTokenRequest.newBuilder().setName(name).build());
        assertThatAnswer(boberdoo.send(key.on(LEADS))).isAllowed();
    }

    @Test
    @Requirement(
            value = 19,
            side = {Side.ALLOWS, Side.REFUSES})
    void restrictedFunction_isClosedToAllModulesAndOpenToWhoNamesIt() {
        RawRequest payouts = RawRequest.get("/api/payouts").host(HOST);
        assertThatAnswer(boberdoo.send(boberdoo.key(mayEverything()).on(payouts)))
                .isForbidden("PERMISSION_DENIED");
        assertThatAnswer(boberdoo.send(boberdoo.key(may("payouts", Action.READ)).on(payouts)))
                .isAllowed();
    }

    private RawRequest from(String address, Product.Key key) {
        return key.on(LEADS.header("X-Forwarded-For", address));
    }

    private static Timestamp in(Duration duration) {
        Instant time = Instant.now().plus(duration);
        return Timestamp.newBuilder()
                .setSeconds(time.getEpochSecond())
                .setNanos(time.getNano())
                .build();
    }
}
