package io.keywarden.envoy.e2e;

import com.google.protobuf.Message;
import io.grpc.Metadata;
import io.grpc.StatusRuntimeException;
import io.keywarden.admin.v1.CreateTenantRequest;
import io.keywarden.admin.v1.CreateTokenRequest;
import io.keywarden.admin.v1.CreateTokenResponse;
import io.keywarden.admin.v1.CredentialSource;
import io.keywarden.admin.v1.DeleteTokenRequest;
import io.keywarden.admin.v1.DisableTokenRequest;
import io.keywarden.admin.v1.EnableTokenRequest;
import io.keywarden.admin.v1.GetCatalogRequest;
import io.keywarden.admin.v1.GetTokenRequest;
import io.keywarden.admin.v1.Grant;
import io.keywarden.admin.v1.ListTokensRequest;
import io.keywarden.admin.v1.RevokeReason;
import io.keywarden.admin.v1.RevokeTokenRequest;
import io.keywarden.admin.v1.Tenant;
import io.keywarden.admin.v1.Token;
import io.keywarden.envoy.e2e.fixture.AdminClient;
import io.keywarden.envoy.e2e.fixture.Answer;
import io.keywarden.envoy.e2e.fixture.Deployment;
import io.keywarden.envoy.e2e.fixture.IssuedToken;
import io.keywarden.envoy.e2e.fixture.RawRequest;
import io.keywarden.envoy.e2e.fixture.Shop;
import io.keywarden.testkit.Eventually;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** A life with Keywarden, good and bad, in which secrets stand where they belong and where they don't. */
final class SecretStory {
    private static final Metadata.Key<byte[]> DETAILS =
            Metadata.Key.of("grpc-status-details-bin", Metadata.BINARY_BYTE_MARSHALLER);

    private final Deployment deployment;
    private final AdminClient admin;
    private final List<IssuedToken> tokens = new ArrayList<>();
    private final Map<String, StringBuilder> answers = new LinkedHashMap<>();

    SecretStory(Deployment deployment) {
        this.deployment = deployment;
        this.admin = deployment.admin();
    }

    /** Every token that was told. */
    List<IssuedToken> tokens() {
        return tokens;
    }

    /** What was answered, by who said it, other than the secrets that had to be told. */
    Map<String, String> answers() {
        Map<String, String> texts = new LinkedHashMap<>();
        answers.forEach((place, text) -> texts.put(place, text.toString()));
        return texts;
    }

    /** Lives it. A text that is no secret is left in each place that takes one. */
    void live(String planted) {
        IssuedToken token = issue("first");
        credentials(token);
        wrongCredentials(token);
        changes(token);
        secretsInWrongPlaces(issue("second"));
        rest(issue("third"));
        outage(issue("fourth"));
        plant(planted, issue("fifth"));
    }

    private IssuedToken issue(String requestId) {
        CreateTokenRequest request = CreateTokenRequest.newBuilder()
                .setParent("tenants/acme")
                .setRequestId(requestId)
                .setToken(
                        Token.newBuilder().setDisplayName("token " + requestId).addGrants(Shop.READ_ORDERS))
                .build();
        CreateTokenResponse created = admin.tokens().createToken(request);
        note("gRPC answers", created.getToken());
        call(() -> admin.tokens().createToken(request));
        return remember(created);
    }

    private IssuedToken remember(CreateTokenResponse created) {
        IssuedToken token =
                new IssuedToken(created.getToken().getName(), created.getPlain().getSecret());
        tokens.add(token);
        return token;
    }

    private void credentials(IssuedToken token) {
        send(orders().bearer(token));
        send(orders().header("Authorization", "ApiKey " + token.pair()));
        send(orders().header("X-API-Key", token.text()));
        send(RawRequest.get("/admin").host(Shop.ACME_HOST).bearer(token));
        send(RawRequest.get("/v1/orders").host(Shop.RIVAL_HOST).bearer(token));
        send(RawRequest.get("/v1/orders").host("nobody.example").bearer(token));
    }

    private void wrongCredentials(IssuedToken token) {
        String text = token.text();
        send(orders());
        send(orders().header("Authorization", text));
        send(orders().header("Authorization", "Basic " + text));
        send(orders().header("Authorization", "Bearer " + text + text));
        send(orders().header("Authorization", "Bearer " + text.substring(0, text.length() - 3)));
        send(orders().header("Authorization", "Bearer " + text + ", Bearer " + text));
        send(orders().bearer(token).header("X-API-Key", text));
        send(orders().header("Authorization", "ApiKey " + text.replace('_', ':')));
        send(orders().header("Cookie", "token=" + text).header("X-Token", text));
        send(RawRequest.get("/v1/orders?access_token=" + text).host(Shop.ACME_HOST));
    }

    private void changes(IssuedToken token) {
        call(() -> admin.tokens()
                .disableToken(
                        DisableTokenRequest.newBuilder().setName(token.name()).build()));
        send(orders().bearer(token));
        call(() -> admin.tokens()
                .enableToken(
                        EnableTokenRequest.newBuilder().setName(token.name()).build()));
        call(() -> admin.tokens()
                .revokeToken(RevokeTokenRequest.newBuilder()
                        .setName(token.name())
                        .setReason(RevokeReason.COMPROMISED)
                        .build()));
        send(orders().bearer(token));
        call(() -> admin.tokens()
                .deleteToken(
                        DeleteTokenRequest.newBuilder().setName(token.name()).build()));
        send(orders().bearer(token));
        call(() -> admin.tokens()
                .listTokens(ListTokensRequest.newBuilder()
                        .setParent("tenants/acme")
                        .setShowDeleted(true)
                        .build()));
    }

    private void secretsInWrongPlaces(IssuedToken token) {
        String text = token.text();
        call(() -> admin.tokens()
                .getToken(GetTokenRequest.newBuilder().setName(text).build()));
        call(() -> admin.tokens()
                .getToken(GetTokenRequest.newBuilder()
                        .setName("tenants/acme/tokens/" + text)
                        .build()));
        call(() -> admin.tokens()
                .listTokens(ListTokensRequest.newBuilder()
                        .setParent("tenants/" + text)
                        .build()));
        call(() -> admin.tokens()
                .listTokens(ListTokensRequest.newBuilder()
                        .setParent("tenants/acme")
                        .setPageToken(text)
                        .build()));
        call(() -> admin.tokens()
                .disableToken(DisableTokenRequest.newBuilder()
                        .setName(token.name())
                        .setEtag(text)
                        .build()));
        call(() -> admin.catalogs()
                .getCatalog(GetCatalogRequest.newBuilder()
                        .setName("catalogs/" + text)
                        .build()));
        call(() -> admin.tokens().createToken(wrongToken(text)));
        call(() -> admin.tenants().createTenant(wrongTenant(text)));
        call(() -> admin.tokens().createToken(tokenInTexts(text)));
        call(() -> admin.tokens().createToken(tokenInTexts("see " + token.pair())));
    }

    private static CreateTokenRequest wrongToken(String text) {
        return CreateTokenRequest.newBuilder()
                .setParent("tenants/acme")
                .setToken(Token.newBuilder()
                        .putLabels(text, "")
                        .putLabels("secret", text)
                        .addGrants(Grant.newBuilder().setModule(text))
                        .addGrants(Grant.newBuilder().setOperation("orders." + text)))
                .build();
    }

    private static CreateTokenRequest tokenInTexts(String text) {
        return CreateTokenRequest.newBuilder()
                .setParent("tenants/acme")
                .setRequestId(text)
                .setToken(Token.newBuilder()
                        .setDisplayName(text)
                        .setDescription(text)
                        .putAnnotations("note", text))
                .build();
    }

    private static CreateTenantRequest wrongTenant(String text) {
        return CreateTenantRequest.newBuilder()
                .setTenantId(text)
                .setTenant(Tenant.newBuilder()
                        .setCatalog("catalogs/" + text)
                        .addHosts(text)
                        .addCredentialSources(
                                CredentialSource.newBuilder().setHeader(text).setForm(CredentialSource.Form.TOKEN)))
                .build();
    }

    private void rest(IssuedToken token) {
        RawRequest list = RawRequest.get("/v1/tenants/acme/tokens").host("admin");
        sendToRest(list.header("Authorization", "Bearer " + admin.bootstrapToken()));
        sendToRest(list);
        sendToRest(list.bearer(token));
        sendToRest(list.header("Authorization", "Basic " + admin.bootstrapToken()));
        sendToRest(list.header("Authorization", "Bearer " + admin.bootstrapToken() + "0"));
        sendToRest(list.bearer(token).header("Authorization", "Bearer " + admin.bootstrapToken()));
        sendToRest(RawRequest.get("/v1/tenants/acme/tokens/" + token.text())
                .host("admin")
                .header("Authorization", "Bearer " + admin.bootstrapToken()));
        send(orders().header("Authorization", "Bearer " + admin.bootstrapToken()));
    }

    private void outage(IssuedToken token) {
        deployment.redis().kill();
        send(orders().bearer(token));
        call(() -> admin.tokens()
                .getToken(GetTokenRequest.newBuilder().setName(token.name()).build()));
        deployment.redis().restart();
        Eventually.within(Duration.ofSeconds(20), () -> {
            if (send(orders().bearer(token)).status() != 200) {
                throw new AssertionError("Redis is not back yet");
            }
            // Checks go by what is known for a moment; Admin does not.
            var unused = admin.tokens()
                    .getToken(GetTokenRequest.newBuilder().setName(token.name()).build());
        });
    }

    private void plant(String planted, IssuedToken token) {
        admin.issue(Shop.ACME, Token.newBuilder().setDescription(planted));
        call(() -> admin.tokens()
                .listTokens(
                        ListTokensRequest.newBuilder().setParent("tenants/acme").build()));
        sendToRest(RawRequest.get("/v1/tenants/acme/tokens")
                .host("admin")
                .header("Authorization", "Bearer " + admin.bootstrapToken()));
        send(RawRequest.get("/v1/orders?q=" + planted).host(Shop.ACME_HOST).bearer(token));
        // Envoy writes its log in the order of the requests, but a moment later.
        send(RawRequest.get("/" + planted).host(Shop.ACME_HOST)).logged();
    }

    private static RawRequest orders() {
        return RawRequest.get("/v1/orders").host(Shop.ACME_HOST);
    }

    private Answer send(RawRequest request) {
        Answer answer = deployment.gateway().send(request);
        note("gateway's answers", answer.toString());
        answer.received().ifPresent(received -> note("upstream", received.whole()));
        return answer;
    }

    private void sendToRest(RawRequest request) {
        note("REST answers", deployment.gateway().sendToAdminRest(request).toString());
    }

    private void call(Supplier<? extends Message> call) {
        try {
            note("gRPC answers", call.get());
        } catch (StatusRuntimeException e) {
            note("gRPC answers", e.toString());
            Metadata trailers = e.getTrailers();
            byte[] details = trailers == null ? null : trailers.get(DETAILS);
            if (details != null) {
                note("gRPC answers", latin1(details));
            }
        }
    }

    private void note(String place, Message message) {
        note(place, latin1(message.toByteArray()) + "\n" + message);
    }

    private void note(String place, String text) {
        answers.computeIfAbsent(place, name -> new StringBuilder()).append(text).append('\n');
    }

    private static String latin1(byte[] bytes) {
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }
}
