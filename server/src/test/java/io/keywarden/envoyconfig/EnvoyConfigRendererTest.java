package io.keywarden.envoyconfig;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.google.protobuf.ByteString;
import io.keywarden.envoyconfig.EnvoyConfigInput.Gateway;
import io.keywarden.envoyconfig.GrpcEndpoint.TcpEndpoint;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class EnvoyConfigRendererTest {
    private static final ProtoDescriptor IN_FILE = new ProtoDescriptor.InFile("envoy/admin.pb");

    @Test
    void render_sameInputTwice_sameText() {
        assertThat(EnvoyConfigRenderer.render(EnvoyConfigs.checkedAt(EnvoyConfigs.CHECK_TCP)))
                .isEqualTo(EnvoyConfigRenderer.render(EnvoyConfigs.checkedAt(EnvoyConfigs.CHECK_TCP)));
    }

    @Test
    void render_everyVariant_leavesNoPlace() {
        assertThat(List.of(
                        EnvoyConfigs.checkedAt(EnvoyConfigs.CHECK_TCP),
                        EnvoyConfigs.checkedAt(EnvoyConfigs.CHECK_UNIX),
                        EnvoyConfigs.withAdminRest(EnvoyConfigs.CHECK_TCP, IN_FILE)))
                .extracting(EnvoyConfigRenderer::render)
                .noneMatch(text -> text.contains("${"));
    }

    @Test
    void render_nodeNamedLikeABoolean_staysText() throws IOException {
        JsonNode id = render(EnvoyConfigs.checkedAt(EnvoyConfigs.CHECK_TCP)).at("/node/id");

        assertThat(id.isTextual()).isTrue();
        assertThat(id.textValue()).isEqualTo("n");
    }

    /** Envoy makes the longest back-off of a gRPC retry policy the limit of each try too. */
    @Test
    void render_checkRetry_leavesEachTryTheWholeTimeout() throws IOException {
        JsonNode service =
                authFilter(EnvoyConfigs.checkedAt(EnvoyConfigs.CHECK_TCP)).at("/grpc_service");

        assertThat(service.at("/retry_policy/retry_back_off/max_interval")).isEqualTo(service.at("/timeout"));
    }

    @Test
    void render_authFilter_failsClosed() throws IOException {
        JsonNode filter = authFilter(EnvoyConfigs.checkedAt(EnvoyConfigs.CHECK_TCP));

        assertThat(filter.at("/failure_mode_allow").booleanValue()).isFalse();
        assertThat(filter.at("/status_on_error/code").textValue()).isEqualTo("ServiceUnavailable");
        assertThat(filter.at("/validate_mutations").booleanValue()).isTrue();
        assertThat(filter.at("/encode_raw_headers").booleanValue()).isTrue();
        assertThat(filter.at("/grpc_service/timeout").textValue()).isEqualTo("0.25s");
    }

    @Test
    void render_credentialHeaders_mayBeRemovedAndNoOthers() throws IOException {
        JsonNode filter = authFilter(EnvoyConfigs.withGateway(EnvoyConfigs.gateway("X-Api-Key", "Authorization")));

        assertThat(filter.at("/decoder_header_mutation_rules/disallow_all/value")
                        .booleanValue())
                .isTrue();
        assertThat(filter.at("/decoder_header_mutation_rules/allow_expression/regex")
                        .textValue())
                .isEqualTo("^(x-keywarden-[a-z0-9-]+|authorization|x-api-key)$");
    }

    @Test
    void render_noCredentialInCookies_hidesCookiesFromTheCheck() throws IOException {
        assertThat(hiddenHeaders(EnvoyConfigs.gateway("authorization")))
                .containsExactly("cookie", "x-forwarded-client-cert");
    }

    @Test
    void render_credentialInACookie_showsCookiesToTheCheck() throws IOException {
        assertThat(hiddenHeaders(EnvoyConfigs.gateway("authorization", "cookie")))
                .containsExactly("x-forwarded-client-cert");
    }

    @Test
    void render_rateLimits_areOneBucketForEachTokenOfAPriority() throws IOException {
        JsonNode filters = connections(EnvoyConfigs.withGateway(EnvoyConfigs.limitedGateway()))
                .at("/http_filters");

        JsonNode limits = filters.at("/2/typed_config");
        assertThat(limits.at("/descriptors/0").toString())
                .isEqualTo("{\"entries\":[{\"key\":\"priority\",\"value\":\"low\"},{\"key\":\"token_id\"}],"
                        + "\"token_bucket\":{\"max_tokens\":2,\"tokens_per_fill\":2,\"fill_interval\":\"1s\"}}");
        assertThat(limits.at("/descriptors/1/entries/0/value").isTextual()).isTrue();
        assertThat(limits.at("/rate_limits/0/actions").findValuesAsText("descriptor_key"))
                .containsExactly("priority", "token_id");
        assertThat(filters.findValuesAsText("name")).endsWith("envoy.filters.http.router");
    }

    @Test
    void render_noRateLimits_hasNoFilterButTheDescriptors() throws IOException {
        JsonNode connections = connections(EnvoyConfigs.checkedAt(EnvoyConfigs.CHECK_TCP));

        assertThat(connections.at("/http_filters").findValuesAsText("name"))
                .doesNotContain("envoy.filters.http.local_ratelimit");
        JsonNode host = connections.at("/route_config/virtual_hosts/0");
        assertThat(host.at("/rate_limits/0/actions").findValuesAsText("descriptor_key"))
                .containsExactly("priority", "token_id");
    }

    @Test
    void render_accessLog_showsAllOfTheDecision() throws IOException {
        JsonNode format = connections(EnvoyConfigs.checkedAt(EnvoyConfigs.CHECK_TCP))
                .at("/access_log/0/typed_config/log_format/json_format");

        for (String field : List.of(
                "tenant",
                "token_id",
                "secret_number",
                "owner",
                "client",
                "priority",
                "operation",
                "decision",
                "reason",
                "shadow")) {
            assertThat(format.at("/" + field).textValue())
                    .isEqualTo("%DYNAMIC_METADATA(envoy.filters.http.ext_authz:" + field + ")%");
        }
    }

    @Test
    void render_unixEndpoint_isAPipe() throws IOException {
        JsonNode cluster = cluster(EnvoyConfigs.checkedAt(EnvoyConfigs.CHECK_UNIX), "keywarden_check");

        assertThat(cluster.at("/load_assignment/endpoints/0/lb_endpoints/0/endpoint/address/pipe/path")
                        .textValue())
                .isEqualTo("/run/keywarden/check.sock");
        assertThat(cluster.at("/transport_socket").isMissingNode()).isTrue();
    }

    @Test
    void render_hostName_isResolvedToEveryAddress() throws IOException {
        TcpEndpoint endpoint = new TcpEndpoint(new HostPort("keywarden.example", 9001), Optional.empty());

        assertThat(cluster(EnvoyConfigs.checkedAt(endpoint), "keywarden_check")
                        .at("/type")
                        .textValue())
                .isEqualTo("STRICT_DNS");
    }

    @Test
    void render_tls_checksTheServerName() throws IOException {
        TlsTrust trust = new TlsTrust("/etc/keywarden/ca.pem", "check.example", Optional.empty());
        TcpEndpoint endpoint = new TcpEndpoint(new HostPort("127.0.0.1", 9001), Optional.of(trust));

        JsonNode tls =
                cluster(EnvoyConfigs.checkedAt(endpoint), "keywarden_check").at("/transport_socket/typed_config");

        assertThat(tls.at("/sni").textValue()).isEqualTo("check.example");
        JsonNode name = tls.at("/common_tls_context/validation_context/match_typed_subject_alt_names/0");
        assertThat(name.at("/san_type").textValue()).isEqualTo("DNS");
        assertThat(name.at("/matcher/exact").textValue()).isEqualTo("check.example");
    }

    @Test
    void render_tlsByAddress_sendsNoServerName() throws IOException {
        TlsTrust trust = new TlsTrust("/etc/keywarden/ca.pem", "127.0.0.1", Optional.empty());
        TcpEndpoint endpoint = new TcpEndpoint(new HostPort("127.0.0.1", 9001), Optional.of(trust));

        JsonNode tls =
                cluster(EnvoyConfigs.checkedAt(endpoint), "keywarden_check").at("/transport_socket/typed_config");

        assertThat(tls.has("sni")).isFalse();
        assertThat(tls.at("/common_tls_context/validation_context/match_typed_subject_alt_names/0/san_type")
                        .textValue())
                .isEqualTo("IP_ADDRESS");
    }

    @Test
    void render_noAdminRest_hasOneListenerAndNoAdminCluster() throws IOException {
        JsonNode resources =
                render(EnvoyConfigs.checkedAt(EnvoyConfigs.CHECK_TCP)).at("/static_resources");

        assertThat(resources.at("/listeners")).hasSize(1);
        assertThat(resources.at("/clusters").findValuesAsText("name")).contains("keywarden_check", "upstream");
        assertThat(resources.at("/clusters")).hasSize(2);
    }

    @Test
    void render_adminRest_routesOnlyTheNamedServices() throws IOException {
        JsonNode listener = render(EnvoyConfigs.withAdminRest(EnvoyConfigs.CHECK_TCP, IN_FILE))
                .at("/static_resources/listeners/1");

        JsonNode connections = listener.at("/filter_chains/0/filters/0/typed_config");
        JsonNode routes = connections.at("/route_config/virtual_hosts/0/routes");
        assertThat(routes.findValuesAsText("prefix"))
                .containsExactly(
                        "/keywarden.admin.v1.AccessService/",
                        "/keywarden.admin.v1.CatalogService/",
                        "/keywarden.admin.v1.HistoryService/",
                        "/keywarden.admin.v1.OwnerService/",
                        "/keywarden.admin.v1.ServerService/",
                        "/keywarden.admin.v1.TenantService/",
                        "/keywarden.admin.v1.TokenService/",
                        "/keywarden.admin.v1.UsageService/");
        assertThat(connections
                        .at("/http_filters/0/typed_config/proto_descriptor")
                        .textValue())
                .isEqualTo("envoy/admin.pb");
    }

    @Test
    void render_inlineDescriptor_isInTheText() throws IOException {
        ProtoDescriptor inline = new ProtoDescriptor.Inline(ByteString.copyFromUtf8("bytes"));

        JsonNode transcoder = render(EnvoyConfigs.withAdminRest(EnvoyConfigs.CHECK_TCP, inline))
                .at("/static_resources/listeners/1/filter_chains/0/filters/0/typed_config/http_filters/0");

        assertThat(transcoder.at("/typed_config/proto_descriptor_bin").textValue())
                .isEqualTo("Ynl0ZXM=");
    }

    @Test
    void render_pathThatLooksLikeYaml_staysOneText() throws IOException {
        String path = "/run/\"}\n- name: evil ${node_id} \\ \u00e9\ud83d\ude00";

        JsonNode cluster = cluster(EnvoyConfigs.checkedAt(new GrpcEndpoint.UnixEndpoint(path)), "keywarden_check");

        assertThat(cluster.at("/load_assignment/endpoints/0/lb_endpoints/0/endpoint/address/pipe/path")
                        .textValue())
                .isEqualTo(path);
    }

    private static List<String> hiddenHeaders(Gateway gateway) throws IOException {
        return authFilter(EnvoyConfigs.withGateway(gateway))
                .at("/disallowed_headers/patterns")
                .findValuesAsText("exact");
    }

    private static JsonNode authFilter(EnvoyConfigInput input) throws IOException {
        return connections(input).at("/http_filters/1/typed_config");
    }

    private static JsonNode connections(EnvoyConfigInput input) throws IOException {
        return render(input).at("/static_resources/listeners/0/filter_chains/0/filters/0/typed_config");
    }

    private static JsonNode cluster(EnvoyConfigInput input, String name) throws IOException {
        for (JsonNode cluster : render(input).at("/static_resources/clusters")) {
            if (cluster.at("/name").asText().equals(name)) {
                return cluster;
            }
        }
        throw new AssertionError("no cluster " + name);
    }

    private static JsonNode render(EnvoyConfigInput input) throws IOException {
        return new YAMLMapper().readTree(EnvoyConfigRenderer.render(input));
    }
}
