package io.keywarden.envoy.e2e;

import static io.keywarden.envoy.e2e.fixture.AnswerAssert.assertThatAnswer;
import static org.assertj.core.api.Assertions.assertThat;

import io.keywarden.admin.v1.DeleteTokenRequest;
import io.keywarden.admin.v1.DisableTokenRequest;
import io.keywarden.admin.v1.EnableTokenRequest;
import io.keywarden.admin.v1.RevokeTokenRequest;
import io.keywarden.admin.v1.Token;
import io.keywarden.envoy.e2e.fixture.Deployment;
import io.keywarden.envoy.e2e.fixture.IssuedToken;
import io.keywarden.envoy.e2e.fixture.RawRequest;
import io.keywarden.envoy.e2e.fixture.SecretScan;
import io.keywarden.envoy.e2e.fixture.SharedDeployment;
import io.keywarden.envoy.e2e.fixture.Shop;
import io.keywarden.testkit.Eventually;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Everything that a run leaves behind: logs at TRACE, metrics, and whatever was ever written to Redis. */
final class SecretScanIT {
    @RegisterExtension
    static final SharedDeployment SHARED = new SharedDeployment();

    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final Pattern KEY = Pattern.compile("(?:private|key): \"([^\"]+)\"");

    private Deployment deployment;

    @BeforeEach
    void deployment() {
        deployment = SHARED.get();
    }

    @Test
    void tokensLife_fromCreateToDelete_secretIsNowhere() throws IOException {
        IssuedToken token = deployment.admin().issue(Shop.ACME, Shop.READ_ORDERS);
        live(token);

        assertThat(new SecretScan(token.secret()).tracesIn(everything())).isEmpty();
    }

    @Test
    void bootstrapTokenAndKeys_areNowhere() throws IOException {
        String bootstrap = deployment.admin().bootstrapToken();
        String secret = bootstrap.substring(bootstrap.lastIndexOf('_') + 1);
        String everything = everything();

        assertThat(new SecretScan(secret).tracesIn(everything)).isEmpty();
        String keys = Files.readString(deployment.folder().resolve("keys/admin.keys"));
        List<String> all = KEY.matcher(keys).results().map(key -> key.group(1)).toList();
        assertThat(all).hasSize(3);
        for (String key : all) {
            // What a private key begins with says only which algorithm it is for.
            byte[] bytes = Base64.getDecoder().decode(key);
            byte[] last = Arrays.copyOfRange(bytes, bytes.length - 32, bytes.length);
            String raw = new String(last, StandardCharsets.ISO_8859_1);
            assertThat(new SecretScan(raw).tracesIn(everything)).isEmpty();
        }
    }

    /** A scan that finds nothing must be one that finds something. */
    @Test
    void plantedSecret_inEveryForm_found() throws IOException {
        IssuedToken token = deployment.admin().issue(Shop.ACME, Shop.READ_ORDERS);
        byte[] bytes = token.secret().getBytes(StandardCharsets.ISO_8859_1);
        List<String> forms = List.of(
                token.secret().substring(7, 20),
                HexFormat.of().formatHex(bytes),
                Base64.getEncoder().encodeToString(bytes),
                Base64.getEncoder().encodeToString(("x" + token.secret()).getBytes(StandardCharsets.ISO_8859_1)),
                "%" + HexFormat.ofDelimiter("%").formatHex(bytes));
        for (String form : forms) {
            assertThat(new SecretScan(token.secret()).tracesIn(form)).as(form).isNotEmpty();
        }

        Token.Builder careless = Token.newBuilder().setDescription("the other one is " + token.secret());
        assertThat(deployment.admin().issue(Shop.ACME, careless).id()).isNotEmpty();

        assertThat(new SecretScan(token.secret()).tracesIn(redis())).isNotEmpty();
    }

    private void live(IssuedToken token) {
        RawRequest list = RawRequest.get("/v1/orders").host(Shop.ACME_HOST);
        var tokens = deployment.admin().tokens();
        assertThatAnswer(deployment.gateway().send(list.bearer(token))).isAllowed();
        assertThatAnswer(deployment.gateway().send(list.header("Authorization", "ApiKey " + token.pair())))
                .isAllowed();
        for (RawRequest wrong : List.of(
                list.bearer(token).bearer(token),
                list.header("Authorization", "Bearer " + token.text() + "x"),
                list.header("Authorization", "Basic " + token.text()),
                list.header("X-API-Key", token.secret()),
                RawRequest.get("/v1/orders?api_key=" + token.text()).host(Shop.ACME_HOST))) {
            assertThat(deployment.gateway().send(wrong).status()).isEqualTo(401);
        }
        var name = token.name();
        var disabled = tokens.disableToken(
                DisableTokenRequest.newBuilder().setName(name).build());
        var enabled =
                tokens.enableToken(EnableTokenRequest.newBuilder().setName(name).build());
        var revoked =
                tokens.revokeToken(RevokeTokenRequest.newBuilder().setName(name).build());
        var deleted =
                tokens.deleteToken(DeleteTokenRequest.newBuilder().setName(name).build());
        assertThat(List.of(disabled, enabled, revoked, deleted).toString()).doesNotContain(token.secret());
        var last = deployment.gateway().send(list.bearer(token));
        assertThatAnswer(last).isUnauthenticated("DELETED", "invalid_token").isLoggedOf(Shop.ACME, token);
        // The log is written after the answer.
        Eventually.within(
                PATIENCE,
                () -> assertThat(deployment.keywarden().log().lines())
                        .anyMatch(line -> line.contains("reason=DELETED") && line.contains(token.id())));
    }

    private String everything() throws IOException {
        return deployment.keywarden().log()
                + deployment.keywarden().metrics()
                + deployment.gateway().log()
                + redis();
    }

    /** The append-only file: each command as it came, also of what is gone by now. */
    private String redis() throws IOException {
        StringBuilder all = new StringBuilder();
        try (Stream<Path> files = Files.walk(deployment.redis().folder())) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                all.append(Files.readString(file, StandardCharsets.ISO_8859_1));
            }
        }
        assertThat(all.indexOf("kw:r:")).as("a record in what Redis wrote").isNotNegative();
        return all.toString();
    }
}
