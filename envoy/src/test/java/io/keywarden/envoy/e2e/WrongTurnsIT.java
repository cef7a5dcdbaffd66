package io.keywarden.envoy.e2e;

import static io.keywarden.envoy.e2e.fixture.AnswerAssert.assertThatAnswer;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.util.Timestamps;
import io.keywarden.admin.v1.Token;
import io.keywarden.envoy.e2e.fixture.Answer;
import io.keywarden.envoy.e2e.fixture.Deployment;
import io.keywarden.envoy.e2e.fixture.IssuedToken;
import io.keywarden.envoy.e2e.fixture.Program;
import io.keywarden.envoy.e2e.fixture.RawRequest;
import io.keywarden.envoy.e2e.fixture.SharedDeployment;
import io.keywarden.envoy.e2e.fixture.Shop;
import io.keywarden.process.ChildProcess;
import io.keywarden.testkit.Eventually;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/**
 * The wrong turns that a first hour can take, each of which has to end at a message that says what to do:
 *
 * <ol>
 *   <li>a port is taken: {@code ServeIT.serve_portTaken_saysByWhom}, {@code DemoIT.start_portTaken_namesItAndItsHolder}
 *   <li>there is no Envoy: {@code DemoWithoutEnvoyIT}, {@code EnvoyBinaryIT.find_offline_doesNotDownload}
 *   <li>Redis is too old: here
 *   <li>the wrong host: here
 *   <li>a typo in the configuration: {@code ServeIT.serve_typoInConfig_endsWithTheLine}
 *   <li>an expired token: here
 *   <li>the wrong scheme: here
 *   <li>a secret file that all may read: {@code ServeIT.serve_keysReadableByAll_endsWithChmod},
 *       {@code CallerTest.target_tokenFileReadableByAll_isRefused}
 *   <li>TLS to a plaintext port: {@code ServeIT.call_tlsToPlaintextPortAndNoToken_sayWhatToDo}; plaintext to a TLS port:
 *       {@code ServeIT.serve_tls_isSpokenByBothRolesAndNothingElseIs}
 *   <li>no admin token: {@code ServeIT.call_tlsToPlaintextPortAndNoToken_sayWhatToDo}
 * </ol>
 */
final class WrongTurnsIT {
    @RegisterExtension
    static final SharedDeployment SHARED = new SharedDeployment();

    private static final Duration LIMIT = Duration.ofSeconds(60);

    private Deployment deployment;

    @TempDir
    private Path folder;

    @BeforeEach
    void takeDeployment() {
        deployment = SHARED.get();
    }

    @Test
    void redis_tooOldToKnowHello_saysWhatIsNeeded() throws Exception {
        assertServeSays("-ERR unknown command `HELLO`, with args beginning with: `3`, \r\n");
    }

    @Test
    void redis_thatSaysItsOldVersion_saysWhatIsNeeded() throws Exception {
        assertServeSays("%1\r\n$5\r\nproto\r\n:3\r\n");
    }

    @Test
    void host_ofNoTenant_saysThatItIsTheHost() {
        IssuedToken token = deployment.admin().issue(Shop.ACME, Shop.READ_ORDERS);

        Answer answer = deployment
                .gateway()
                .send(RawRequest.get("/v1/orders").host("127.0.0.1:10000").bearer(token));

        assertThatAnswer(answer).isForbidden("WRONG_TENANT").namesToken(token);
        assertThat(answer.json()).containsEntry("detail", "The request's host is not one of the token's tenant.");
    }

    @Test
    void token_expired_saysSo() {
        IssuedToken token = deployment
                .admin()
                .issue(
                        Shop.ACME,
                        Token.newBuilder()
                                .addGrants(Shop.READ_ORDERS)
                                .setExpireTime(Timestamps.fromMillis(System.currentTimeMillis() + 1_000)));

        Eventually.within(LIMIT, () -> {
            Answer answer = deployment
                    .gateway()
                    .send(RawRequest.get("/v1/orders").host(Shop.ACME_HOST).bearer(token));
            assertThatAnswer(answer)
                    .isUnauthenticated("EXPIRED", "invalid_token")
                    .namesToken(token);
            assertThat(answer.json()).containsEntry("detail", "The token has expired.");
        });
    }

    @Test
    void scheme_thatIsNotTaken_saysThatItIsTheScheme() {
        IssuedToken token = deployment.admin().issue(Shop.ACME, Shop.READ_ORDERS);

        Answer answer = deployment
                .gateway()
                .send(RawRequest.get("/v1/orders")
                        .host(Shop.ACME_HOST)
                        .header("Authorization", "Token " + token.text()));

        assertThatAnswer(answer).isChallenged("MISSING_CREDENTIAL").namesNoToken();
        assertThat(answer.json().get("detail")).contains("no credential in a header and scheme that are taken here");
    }

    /** Starts the program with a Redis that only greets, and says that it is 5.0. */
    private void assertServeSays(String greeting) throws Exception {
        try (ServerSocket listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            Thread redis = new Thread(() -> serve(listener, greeting), "old-redis");
            redis.setDaemon(true);
            redis.start();
            Program.run("init-keys", "--out", folder.resolve("keys").toString());
            Path config = Files.writeString(folder.resolve("keywarden.yaml"), """
                    check: {listen: 127.0.0.1:0}
                    admin: {listen: 127.0.0.1:0}
                    metrics: {listen: 127.0.0.1:0}
                    redis: {url: redis://127.0.0.1:%d, timeout: 1s}
                    keys: {file: keys/admin.keys}
                    """.formatted(listener.getLocalPort()));
            try (ChildProcess server = ChildProcess.start(new ChildProcess.Launch(
                    Program.command("serve", "--config", config.toString()),
                    Map.of(),
                    folder.resolve("serve.log"),
                    folder.resolve("serve.pid")))) {
                Eventually.within(
                        LIMIT,
                        () -> assertThat(Files.readString(server.log()))
                                .contains("redis_away address=redis://127.0.0.1:" + listener.getLocalPort())
                                .contains("(expected: 7.0 or newer)"));
            }
        }
    }

    private static void serve(ServerSocket listener, String greeting) {
        while (!listener.isClosed()) {
            try (Socket socket = listener.accept();
                    BufferedReader in = new BufferedReader(
                            new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII))) {
                for (String line = in.readLine(); line != null; line = in.readLine()) {
                    answer(socket, line, greeting);
                }
            } catch (IOException e) {
                if (!listener.isClosed()) {
                    throw new UncheckedIOException(e);
                }
            }
        }
    }

    /** The words of a command that matter stand in lines of their own. */
    private static void answer(Socket socket, String line, String greeting) throws IOException {
        String reply = switch (line) {
            case "HELLO" -> greeting;
            case "INFO" -> "$44\r\n# Server\r\nredis_version:5.0.0\r\nrole:master\r\n\r\n";
            case "CLIENT" -> "-ERR unknown\r\n";
            default -> "";
        };
        socket.getOutputStream().write(reply.getBytes(StandardCharsets.US_ASCII));
    }
}
