package io.keywarden.check;

import static io.keywarden.check.CheckWorld.assertReason;
import static org.assertj.core.api.Assertions.assertThat;

import io.envoyproxy.envoy.config.core.v3.Address;
import io.envoyproxy.envoy.config.core.v3.HeaderValueOption;
import io.envoyproxy.envoy.config.core.v3.SocketAddress;
import io.envoyproxy.envoy.service.auth.v3.AttributeContext;
import io.envoyproxy.envoy.service.auth.v3.CheckRequest;
import io.envoyproxy.envoy.service.auth.v3.CheckResponse;
import io.keywarden.check.CheckSettings.ClientAddressSource;
import io.keywarden.policy.Decision;
import io.keywarden.policy.HostPattern;
import io.keywarden.policy.PathTemplate;
import io.keywarden.policy.Reason;
import io.keywarden.testkit.FakeCheckReader.Read;
import io.keywarden.testkit.FakeCheckReader.TenantName;
import io.keywarden.testkit.Samples;
import io.keywarden.token.Action;
import io.keywarden.token.ClientSource;
import io.keywarden.token.Grant;
import io.keywarden.token.IpAddress;
import io.keywarden.token.IpRanges;
import io.keywarden.token.OpenPath;
import io.keywarden.token.Owner;
import io.keywarden.token.Tenant;
import io.keywarden.token.TenantRef;
import io.keywarden.token.TenantRules;
import io.keywarden.token.TokenRules;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a decision takes from the owner, the route, the host, the peer and the tenant's rules. */
class CheckContextTest {
    private static final IpAddress DUTCH = IpAddress.parse("192.0.2.7").orElseThrow();
    private static final CheckSettings SETTINGS = new CheckSettings(
            List.of(HostPattern.parse("{tenant}.platform.example").orElseThrow()),
            Optional.of("x-tenant"),
            IpRanges.of(List.of("10.0.0.0/8")),
            ClientAddressSource.PEER,
            List.of(PathTemplate.parse("/probe").openPath(Set.of("GET"))),
            address -> address.equals(DUTCH) ? Optional.of("NL") : Optional.empty());

    private final CheckWorld world = new CheckWorld(SETTINGS);

    CheckContextTest() {
        for (Tenant tenant : List.of(Samples.ACME, Samples.GLOBEX)) {
            world.reader.tenantIds.put(new TenantName(tenant.id()), new TenantRef(tenant.uid(), Samples.SLOT));
        }
    }

    @Test
    void check_owner_isAskedAtEachCheck() {
        own(Samples.owner(70, Samples.ACME, Samples.mayRead()));
        CheckResponse allowed = world.check(world.orders());
        assertThat(identity(allowed)).containsEntry("x-keywarden-owner", "owner-70");
        own(Samples.owner(70, Samples.ACME));
        assertReason(world.check(world.orders()), Reason.OWNER_LACKS_PERMISSION);
        world.reader.owners.clear();
        assertReason(world.check(world.orders()), Reason.OWNER_DISABLED);
    }

    @Test
    void check_ownerOfAnotherTenant_isNone() {
        own(Samples.owner(70, Samples.GLOBEX, Samples.mayRead()));
        assertReason(world.check(world.orders()), Reason.OWNER_DISABLED);
    }

    @Test
    void check_ownerCannotBeRead_cannotTell() {
        own(Samples.owner(70, Samples.ACME, Samples.mayRead()));
        world.reader.cannotTellIn(Read.OWNER, Reason.STORE_UNAVAILABLE);
        assertReason(world.check(world.orders()), Reason.STORE_UNAVAILABLE);
    }

    @Test
    void check_wrongSecret_readsNoOwner() {
        own(Samples.owner(70, Samples.ACME, Samples.mayRead()));
        assertReason(world.check(world.ordersWithWrongSecret()), Reason.INVALID_CREDENTIAL);
        assertThat(world.reader.reads).doesNotContain(Read.OWNER);
    }

    @ParameterizedTest
    @CsvSource({
        // host, tenant of the route, header of a trusted peer, the tenant that it is for
        "api.example, '', '', acme",
        "acme.platform.example, '', '', acme",
        "ACME.Platform.Example.:443, '', '', acme",
        "globex.platform.example, '', '', globex",
        "nobody.example, acme, '', acme",
        "nobody.example, '', acme, acme",
        "api.example, acme, acme, acme",
        "api.example, globex, '', none",
        "api.example, '', globex, none",
        "api.example, nobody, '', none",
        "api.example, '', nobody, none",
        "api.example, '', 'acme,acme', none",
        "globex.platform.example, acme, '', none",
        "'api.example,acme.platform.example', '', '', none",
        "www.platform.example, '', '', none",
        "nobody.example, '', '', none"
    })
    void check_allThatNameATenant_mustAgree(String host, String route, String header, String expected) {
        AttributeContext.HttpRequest.Builder http = world.orders().setHost(host);
        if (!header.isEmpty()) {
            http.putHeaders("x-tenant", header);
        }
        AttributeContext.Builder attributes = from("10.0.0.1", http);
        if (!route.isEmpty()) {
            attributes.putContextExtensions("keywarden.tenant", route);
        }
        CheckResponse response = world.check(request(attributes));
        if (expected.equals("acme")) {
            assertThat(response.hasOkResponse()).as("%s", response).isTrue();
        } else {
            assertReason(response, Reason.WRONG_TENANT);
        }
        assertThat(world.observedTenants)
                .containsExactly(expected.equals("none") ? Optional.empty() : Optional.of(expected));
    }

    @Test
    void check_tenantHeaderOfAStranger_isNotBelieved() {
        AttributeContext.HttpRequest.Builder http = world.orders().setHost("nobody.example");
        assertReason(
                world.check(request(from("203.0.113.1", http.putHeaders("x-tenant", "acme")))), Reason.WRONG_TENANT);
    }

    @Test
    void check_patternNamesNobodyAndHostIsClaimed_isTheClaimants() {
        world.put(Samples.withHosts(Samples.ACME, List.of("www.platform.example")));
        world.reader.hosts.put("www.platform.example", new TenantRef(Samples.ACME.uid(), Samples.SLOT));
        assertThat(world.check(world.orders().setHost("www.platform.example")).hasOkResponse())
                .isTrue();
    }

    @Test
    void check_tenantClaimsAnothersHost_nobodyIsLetIn() {
        world.put(Samples.withHosts(Samples.GLOBEX, List.of("acme.platform.example")));
        world.reader.hosts.put("acme.platform.example", new TenantRef(Samples.GLOBEX.uid(), Samples.SLOT));
        assertReason(world.check(world.orders().setHost("acme.platform.example")), Reason.WRONG_TENANT);
    }

    @Test
    void check_nothingLeadsToTenantSystem() {
        Tenant system = Samples.tenant(9, "system", true);
        world.put(system);
        TenantRef ref = new TenantRef(system.uid(), Samples.SLOT);
        world.reader.tenantIds.put(new TenantName("system"), ref);
        world.reader.hosts.put("api.example", ref);
        world.put(Samples.withTenant(Samples.activeToken(Samples.mayRead()), system.uid()));
        assertReason(world.check(world.orders()), Reason.WRONG_TENANT);
        assertReason(world.check(world.orders().setHost("system.platform.example")), Reason.WRONG_TENANT);
        AttributeContext.Builder routed = from("10.0.0.1", world.orders().setHost("nobody.example"));
        assertReason(
                world.check(request(routed.putContextExtensions("keywarden.tenant", "system"))), Reason.WRONG_TENANT);
    }

    @Test
    void check_tenantIdLeadsToAnother_isVoid() {
        world.reader.tenantIds.put(new TenantName("acme"), new TenantRef(Samples.GLOBEX.uid(), Samples.SLOT));
        assertReason(world.check(world.orders().setHost("acme.platform.example")), Reason.WRONG_TENANT);
    }

    @Test
    void check_routeNamesTheOperation_pathDoesNotMatter() {
        AttributeContext.Builder attributes =
                CheckRequests.attributes(world.get("/legacy;v=1//x").setMethod("POST"));
        CheckResponse response =
                world.check(request(attributes.putContextExtensions("keywarden.operation", "orders.list")));
        assertThat(response.hasOkResponse()).isTrue();
        assertReason(
                world.check(request(attributes.putContextExtensions("keywarden.operation", "orders.create"))),
                Reason.PERMISSION_DENIED);
        assertReason(
                world.check(request(attributes.putContextExtensions("keywarden.operations", "orders.list"))),
                Reason.UNKNOWN_OPERATION);
    }

    @Test
    void check_publicRoute_asksNobody() {
        CheckRequest request =
                request(CheckRequests.attributes(CheckWorld.ordersOfNobody().putHeaders("x-keywarden-owner", "forged"))
                        .putContextExtensions("keywarden.access", "PUBLIC"));
        world.reader.cannotTellIn(Read.HOST, Reason.STORE_UNAVAILABLE);
        CheckResponse response = world.check(request);
        assertThat(response.getOkResponse().getHeadersList()).isEmpty();
        assertThat(response.getOkResponse().getHeadersToRemoveList()).containsExactly("x-keywarden-owner");
        assertThat(world.reader.reads).isEmpty();
    }

    @Test
    void check_leaseOver_onlyWhatAsksNoStateIsOpen() {
        world.reader.doubt = Optional.of(new Decision.CannotTell(Reason.STALE_STATE, "the lease is over"));
        rules(rules(List.of(PathTemplate.parse("/v1/orders").openPath(Set.of("GET"))), false, false));
        assertReason(world.check(CheckWorld.ordersOfNobody()), Reason.STALE_STATE);
        assertReason(world.check(optional(CheckWorld.ordersOfNobody())), Reason.STALE_STATE);
        assertThat(world.check(CheckRequests.http("GET", "/probe")).hasOkResponse())
                .isTrue();
        CheckRequest open = request(CheckRequests.attributes(CheckWorld.ordersOfNobody())
                .putContextExtensions("keywarden.access", "PUBLIC"));
        assertThat(world.check(open).hasOkResponse()).isTrue();
    }

    @Test
    void check_tenantDisabled_neitherItsOpenPathsNorItsShadowLetPass() {
        TenantRules open = rules(List.of(PathTemplate.parse("/v1/orders").openPath(Set.of("GET"))), true, false);
        world.put(Samples.withRules(Samples.tenant(1, "acme", false), open));
        assertReason(world.check(CheckWorld.ordersOfNobody()), Reason.MISSING_CREDENTIAL);
        TenantRules shadow = new TenantRules(
                0,
                Optional.empty(),
                Set.of(),
                Optional.empty(),
                Optional.of(Samples.NOW.plusSeconds(60)),
                false,
                List.of(),
                false,
                "normal",
                Duration.ZERO);
        world.put(Samples.withRules(Samples.ACME, shadow));
        assertThat(world.check(CheckWorld.ordersOfNobody()).hasOkResponse()).isTrue();
        world.put(Samples.withRules(Samples.tenant(1, "acme", false), shadow));
        assertReason(world.check(CheckWorld.ordersOfNobody()), Reason.MISSING_CREDENTIAL);
    }

    @Test
    void check_catalogUnreadable_clientOfThePathIsNotKnown() {
        rules(client(new ClientSource.PathVariable("order")));
        limit(Set.of("1"), IpRanges.EMPTY, Set.of());
        world.reader.cannotTellIn(Read.CATALOG, Reason.STORE_UNAVAILABLE);
        assertReason(world.check(world.orders()), Reason.STORE_UNAVAILABLE);
    }

    @Test
    void check_optionalRoute_takesNobodyAndTheValid() {
        assertThat(world.check(optional(CheckWorld.ordersOfNobody())).hasOkResponse())
                .isTrue();
        assertThat(identity(world.check(optional(world.get("/v2/unknown")))))
                .containsEntry("x-keywarden-token-id", world.id.text());
        assertReason(world.check(optional(world.ordersWithWrongSecret())), Reason.INVALID_CREDENTIAL);
    }

    @Test
    void check_openPathOfTheDeployment_needsNoHost() {
        AttributeContext.HttpRequest.Builder probe =
                CheckRequests.http("GET", "/probe?x=1").setHost("10.1.2.3:8080");
        assertThat(world.check(probe).hasOkResponse()).isTrue();
        assertThat(world.reader.reads).isEmpty();
        assertReason(world.check(probe.setMethod("POST")), Reason.MISSING_CREDENTIAL);
        assertReason(world.check(probe.setMethod("GET").setPath("//probe")), Reason.MISSING_CREDENTIAL);
        CheckRequest required = request(
                CheckRequests.attributes(probe.setPath("/probe")).putContextExtensions("keywarden.access", "REQUIRED"));
        assertReason(world.check(required), Reason.MISSING_CREDENTIAL);
    }

    @Test
    void check_openPathOfTheTenant_hidesWhatIsSentAllTheSame() {
        OpenPath open = PathTemplate.parse("/v1/{any}").openPath(Set.of("GET"));
        rules(rules(List.of(open), false, false));
        CheckResponse response = world.check(world.orders());
        assertThat(response.getOkResponse().getHeadersList()).isEmpty();
        assertThat(response.getOkResponse().getHeadersToRemoveList()).containsExactly("authorization");
        assertReason(world.check(CheckRequests.http("GET", "/v1")), Reason.MISSING_CREDENTIAL);
        AttributeContext.HttpRequest.Builder elsewhere =
                CheckRequests.http("GET", "/v1/x").setHost("other.example");
        assertReason(world.check(elsewhere), Reason.MISSING_CREDENTIAL);
    }

    @Test
    void check_corsPreflight_passesWhereTheTenantWantsIt() {
        AttributeContext.HttpRequest.Builder preflight = CheckRequests.http("OPTIONS", "/v1/orders")
                .putHeaders("origin", "https://docs.example")
                .putHeaders("access-control-request-method", "GET");
        assertReason(world.check(preflight), Reason.MISSING_CREDENTIAL);
        rules(rules(List.of(), true, false));
        assertThat(world.check(preflight).hasOkResponse()).isTrue();
        AttributeContext.HttpRequest.Builder bare = CheckRequests.http("OPTIONS", "/v1/orders");
        assertReason(world.check(bare), Reason.MISSING_CREDENTIAL);
        CheckResponse refusal = world.check(CheckWorld.ordersOfNobody().putHeaders("origin", "https://docs.example"));
        assertThat(headers(refusal.getDeniedResponse().getHeadersList()))
                .containsEntry("access-control-allow-origin", "*")
                .doesNotContainKey("access-control-allow-credentials");
        assertThat(headers(world.check(CheckWorld.ordersOfNobody())
                        .getDeniedResponse()
                        .getHeadersList()))
                .doesNotContainKey("access-control-allow-origin");
    }

    @Test
    void check_terseTenant_tellsTheStatusOnly() {
        rules(rules(List.of(), false, true));
        CheckResponse denied = world.check(world.orders().setMethod("POST"));
        assertThat(denied.getDeniedResponse().getBody())
                .doesNotContain("PERMISSION_DENIED")
                .doesNotContain(world.id.text())
                .doesNotContain("orders");
        assertThat(headers(denied.getDeniedResponse().getHeadersList()))
                .containsEntry("www-authenticate", "Bearer realm=\"keywarden\"");
        assertThat(denied.getDynamicMetadata().getFieldsOrThrow("reason").getStringValue())
                .isEqualTo("PERMISSION_DENIED");
    }

    @Test
    void check_missingRight_namesTheScope() {
        CheckResponse denied = world.check(world.orders().setMethod("POST"));
        assertThat(headers(denied.getDeniedResponse().getHeadersList()).get("www-authenticate"))
                .contains("error=\"insufficient_scope\"")
                .endsWith("scope=\"orders.create\"");
    }

    @Test
    void check_client_reachesTheUpstreamInsteadOfAClaim() {
        rules(client(new ClientSource.HostLabel(1)));
        limit(Set.of("api"), IpRanges.EMPTY, Set.of());
        CheckResponse response = world.check(world.orders().putHeaders("x-keywarden-client", "forged"));
        assertThat(identity(response)).containsEntry("x-keywarden-client", "api");
        assertThat(response.getOkResponse().getHeadersToRemoveList()).doesNotContain("x-keywarden-client");
        limit(Set.of("c2"), IpRanges.EMPTY, Set.of());
        assertReason(world.check(world.orders()), Reason.CLIENT_NOT_ALLOWED);
        rules(TenantRules.DEFAULT);
        assertReason(world.check(world.orders()), Reason.CLIENT_NOT_ALLOWED);
    }

    @Test
    void check_clientOfAPathVariable_isNotReadWhereTheRouteNamesTheOperation() {
        rules(client(new ClientSource.PathVariable("order")));
        limit(Set.of("c1"), IpRanges.EMPTY, Set.of());
        assertThat(world.check(world.get("/v1/orders/c1")).hasOkResponse()).isTrue();
        assertReason(world.check(world.get("/v1/orders/c2")), Reason.CLIENT_NOT_ALLOWED);
        CheckRequest routed = request(CheckRequests.attributes(world.get("/v1/orders/c1"))
                .putContextExtensions("keywarden.operation", "orders.get"));
        assertReason(world.check(routed), Reason.CLIENT_NOT_ALLOWED);
    }

    @Test
    void check_clientHeader_countsFromTrustedPeersOnly() {
        rules(client(new ClientSource.Header("x-client")));
        limit(Set.of("c1"), IpRanges.EMPTY, Set.of());
        AttributeContext.HttpRequest.Builder http = world.orders().putHeaders("x-client", "c1");
        assertThat(world.check(request(from("10.0.0.1", http))).hasOkResponse()).isTrue();
        assertReason(world.check(request(from("203.0.113.1", http))), Reason.CLIENT_NOT_ALLOWED);
    }

    @Test
    void check_clientThatNoHeaderCanHold_isUnknown() {
        rules(client(new ClientSource.Header("x-client")));
        CheckResponse response =
                world.check(request(from("10.0.0.1", world.orders().putHeaders("x-client", "c1\r\nx: y"))));
        assertThat(identity(response)).doesNotContainKey("x-keywarden-client");
    }

    @Test
    void check_addressAndCountry_areNamedInPrivateOnly() {
        limit(Set.of(), IpRanges.of(List.of("198.51.100.0/24")), Set.of());
        CheckResponse refused = world.check(request(from("192.0.2.7", world.orders())));
        assertReason(refused, Reason.IP_NOT_ALLOWED);
        assertThat(refused.getDynamicMetadata().getFieldsOrThrow("address").getStringValue())
                .isEqualTo("192.0.2.7");
        assertThat(refused.getDeniedResponse().toString()).doesNotContain("192.0.2.7");
        limit(Set.of(), IpRanges.EMPTY, Set.of("NL"));
        assertThat(world.check(request(from("192.0.2.7", world.orders()))).hasOkResponse())
                .isTrue();
        CheckResponse abroad = world.check(request(from("192.0.2.8", world.orders())));
        assertReason(abroad, Reason.COUNTRY_NOT_ALLOWED);
        assertThat(abroad.getDynamicMetadata().getFieldsOrThrow("country").getStringValue())
                .isEqualTo("unknown");
    }

    @Test
    void check_shadowOfTheTenant_passesWhoIsUnknownWithoutAnIdentity() {
        TenantRules plain = TenantRules.DEFAULT;
        rules(new TenantRules(
                plain.revocations(),
                plain.maxLifetime(),
                plain.allowedActions(),
                plain.clientSource(),
                Optional.of(Samples.NOW.plusSeconds(1)),
                plain.terse(),
                plain.openPaths(),
                plain.corsPreflight(),
                plain.defaultPriority(),
                Duration.ZERO));
        CheckResponse wrong = world.check(world.ordersWithWrongSecret());
        assertThat(wrong.hasOkResponse()).isTrue();
        assertThat(wrong.getOkResponse().getHeadersList()).isEmpty();
        assertThat(wrong.getOkResponse().getHeadersToRemoveList()).containsExactly("authorization");
        assertThat(wrong.getDynamicMetadata().getFieldsOrThrow("shadow").getStringValue())
                .isEqualTo("INVALID_CREDENTIAL");
        assertThat(world.check(CheckWorld.ordersOfNobody()).hasOkResponse()).isTrue();
        CheckResponse without = world.check(world.orders().setMethod("POST"));
        assertThat(identity(without)).containsEntry("x-keywarden-token-id", world.id.text());
    }

    @Test
    void check_priority_isTheTokensOrTheTenants() {
        assertThat(identity(world.check(world.orders()))).containsEntry("x-keywarden-priority", "normal");
        world.put(Samples.withRules(
                Samples.activeToken(Samples.mayRead()),
                new TokenRules(Optional.empty(), 0, Set.of(), IpRanges.EMPTY, Set.of(), "high")));
        CheckResponse response = world.check(world.orders());
        assertThat(identity(response)).containsEntry("x-keywarden-priority", "high");
        assertThat(response.getDynamicMetadata().getFieldsOrThrow("priority").getStringValue())
                .isEqualTo("high");
    }

    @Test
    void check_tokenEndsSoon_answerSaysWhen() {
        rules(CheckWorld.noticing(Duration.ofDays(7)));
        world.put(Samples.withTimes(
                Samples.activeToken(Samples.mayRead()), Optional.empty(), Optional.of(Samples.NOW.plusSeconds(90))));
        CheckResponse allowed = world.check(world.orders());
        assertThat(allowed.getOkResponse().getResponseHeadersToAddList())
                .extracting(option -> option.getHeader().getValue())
                .containsExactly("90");
        CheckResponse denied = world.check(world.orders().setMethod("POST"));
        assertThat(denied.hasDeniedResponse()).isTrue();
        assertThat(denied.getDeniedResponse().getHeadersList())
                .extracting(option -> option.getHeader().getKey())
                .doesNotContain("x-keywarden-expires-in");
    }

    @Test
    void check_tenantOfReadOnlyTokens_deniesAllElse() {
        TenantRules plain = TenantRules.DEFAULT;
        rules(new TenantRules(
                0,
                plain.maxLifetime(),
                Set.of(Action.READ),
                plain.clientSource(),
                Optional.<Instant>empty(),
                false,
                List.of(),
                false,
                "normal",
                Duration.ZERO));
        world.put(Samples.activeToken(new Grant.OfAllModules(Set.of(Action.values()))));
        assertThat(world.check(world.orders()).hasOkResponse()).isTrue();
        assertReason(world.check(world.orders().setMethod("POST")), Reason.PERMISSION_DENIED);
    }

    private void own(Owner owner) {
        world.reader.owners.put(owner.uid(), owner);
        world.put(Samples.withRules(
                Samples.activeToken(Samples.mayRead()),
                new TokenRules(
                        Optional.of(new TokenRules.OwnerRef(owner.uid(), 0)),
                        0,
                        Set.of(),
                        IpRanges.EMPTY,
                        Set.of(),
                        "")));
    }

    private void limit(Set<String> clients, IpRanges addresses, Set<String> countries) {
        world.put(Samples.withRules(
                Samples.activeToken(Samples.mayRead()),
                new TokenRules(Optional.empty(), 0, clients, addresses, countries, "")));
    }

    private void rules(TenantRules rules) {
        world.put(Samples.withRules(Samples.ACME, rules));
    }

    private static TenantRules rules(List<OpenPath> open, boolean cors, boolean terse) {
        return new TenantRules(
                0,
                Optional.empty(),
                Set.of(),
                Optional.empty(),
                Optional.empty(),
                terse,
                open,
                cors,
                "normal",
                Duration.ZERO);
    }

    private static TenantRules client(ClientSource source) {
        return new TenantRules(
                0,
                Optional.empty(),
                Set.of(),
                Optional.of(source),
                Optional.empty(),
                false,
                List.of(),
                false,
                "normal",
                Duration.ZERO);
    }

    private static CheckRequest optional(AttributeContext.HttpRequest.Builder http) {
        return request(CheckRequests.attributes(http).putContextExtensions("keywarden.access", "OPTIONAL"));
    }

    private static CheckRequest request(AttributeContext.Builder attributes) {
        return CheckRequest.newBuilder().setAttributes(attributes).build();
    }

    private static AttributeContext.Builder from(String peer, AttributeContext.HttpRequest.Builder http) {
        Address address = Address.newBuilder()
                .setSocketAddress(SocketAddress.newBuilder().setAddress(peer).setPortValue(1))
                .build();
        return CheckRequests.attributes(http)
                .setSource(AttributeContext.Peer.newBuilder().setAddress(address));
    }

    private static Map<String, String> identity(CheckResponse response) {
        assertThat(response.hasOkResponse()).as("%s", response).isTrue();
        return headers(response.getOkResponse().getHeadersList());
    }

    private static Map<String, String> headers(List<HeaderValueOption> options) {
        return options.stream()
                .collect(Collectors.toMap(
                        option -> option.getHeader().getKey(),
                        option -> option.getHeader().getValue()));
    }
}
