package io.keywarden.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Grpc;
import io.grpc.InsecureServerCredentials;
import io.grpc.Server;
import io.grpc.stub.StreamObserver;
import io.keywarden.admin.v1.KeyUse;
import io.keywarden.admin.v1.ListKeyUsesRequest;
import io.keywarden.admin.v1.ListKeyUsesResponse;
import io.keywarden.admin.v1.ServerServiceGrpc;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KeysCommandTest {
    @TempDir
    Path temporary;

    private final Uses uses = new Uses();
    private String out = "";
    private String err = "";
    private Path folder = Path.of("");
    private Server server;
    private int port;

    @BeforeEach
    void setUp() throws IOException {
        folder = temporary.resolve("keys");
        assertThat(run("init-keys", "--out", folder.toString())).isZero();
        server = Grpc.newServerBuilderForPort(0, InsecureServerCredentials.create())
                .addService(uses)
                .build()
                .start();
        port = server.getPort();
    }

    @AfterEach
    void tearDown() {
        server.shutdownNow();
    }

    @Test
    void steps_oneAfterTheOther_sayWhatIsNext() {
        assertThat(keys("distribute", "pepper")).isZero();
        assertThat(out)
                .contains("admin.keys: written", "check.keys: written", "pepper 2 is DISTRIBUTED", "1 makes")
                .contains("put admin.keys on every Admin and check.keys on every process that only checks")
                .contains("Then: keywarden keys activate pepper --dir " + folder);
        assertThat(keys("activate", "PEPPER")).isZero();
        assertThat(out)
                .contains("pepper 2 is ACTIVE", "1 still checks", "Rotate the tokens")
                .contains("Then: keywarden keys retire pepper --dir " + folder);
        assertThat(retire("pepper")).isZero();
        assertThat(out).contains("pepper 1 is RETIRED", "2 makes");
        assertThat(uses.asked)
                .containsExactly(ListKeyUsesRequest.newBuilder()
                        .setKind(KeyUse.Kind.PEPPER)
                        .setKeyId(1)
                        .setPageSize(1_000)
                        .build());
        assertThat(keys("list")).isZero();
        assertThat(out)
                .contains("pepper   1  admin.keys: RETIRED, check.keys: RETIRED", "pepper   2  admin.keys: ACTIVE");
    }

    @Test
    void retire_somethingHangsOnIt_listsTheFirstAndRefuses() {
        activated("pepper");
        uses.pages.add(page(15, "next"));
        uses.pages.add(ListKeyUsesResponse.newBuilder()
                .setActiveKeyId(2)
                .setNextPageToken("more")
                .build());
        uses.pages.add(page(8, ""));
        assertThat(retire("pepper")).isEqualTo(ExitCode.FAILED);
        assertThat(uses.asked).extracting(ListKeyUsesRequest::getPageToken).containsExactly("", "next", "more");
        assertThat(err.lines().filter(line -> line.endsWith(": secret 3"))).hasSize(StillUsed.MOST_TOLD);
        assertThat(err).contains("and more: 23 in all still hang on pepper 1", "Rotate these tokens", "--force");
        assertThat(keys("list")).isZero();
        assertThat(out).contains("pepper   1  admin.keys: DISTRIBUTED (active before)");
    }

    @Test
    void retire_anAdminThatWasNotRestarted_refused() {
        activated("signing");
        uses.pages.add(ListKeyUsesResponse.newBuilder().setActiveKeyId(1).build());
        assertThat(retire("signing")).isEqualTo(ExitCode.FAILED);
        assertThat(err).contains("makes with signing 1 (expected: 2, as the files say: put them there and restart it)");
    }

    @Test
    void retire_nobodyAnswers_refusedUnlessForced() {
        activated("sealing");
        server.shutdownNow();
        assertThat(retire("sealing")).isEqualTo(ExitCode.FAILED);
        assertThat(err).contains("UNAVAILABLE");
        assertThat(keys("retire", "sealing", "--force")).isZero();
        assertThat(out)
                .contains("Nobody was asked what hangs on sealing 1", "cannot be told again", "sealing 1 is RETIRED");
        assertThat(uses.asked).isEmpty();
    }

    @Test
    void retire_stoppedBetweenTheFiles_endsWithoutAskingAgain() throws IOException {
        activated("tag");
        String check = Files.readString(folder.resolve("check.keys"));
        assertThat(retire("tag")).isZero();
        Files.writeString(folder.resolve("check.keys"), check);
        server.shutdownNow();
        assertThat(retire("tag")).isZero();
        assertThat(Files.readString(folder.resolve("check.keys"))).contains("{id: 1, state: RETIRED");
    }

    @Test
    void steps_wrongOnes_sayWhatIsRight() {
        assertThat(keys("activate", "tag")).isEqualTo(ExitCode.FAILED);
        assertThat(err).contains("tag: no version waits to become active (expected: 'keys distribute' first)");
        assertThat(keys("distribute", "peper")).isEqualTo(ExitCode.USAGE);
        assertThat(err).contains("peper");
        assertThat(run(
                        "keys",
                        "distribute",
                        "tag",
                        "--dir",
                        temporary.resolve("nowhere").toString()))
                .isEqualTo(ExitCode.FAILED);
        assertThat(err).contains("admin.keys does not exist");
        assertThat(run("keys")).isEqualTo(ExitCode.USAGE);
        assertThat(err).contains("Say which step");
    }

    private static ListKeyUsesResponse page(int count, String next) {
        ListKeyUsesResponse.Builder page =
                ListKeyUsesResponse.newBuilder().setActiveKeyId(2).setNextPageToken(next);
        IntStream.range(0, count)
                .forEach(i -> page.addUses(KeyUse.newBuilder()
                        .setName("tenants/acme/tokens/" + i)
                        .setHow(KeyUse.How.SECRET_DIGEST)
                        .setSecretNumber(3)));
        return page.build();
    }

    private void activated(String kind) {
        assertThat(keys("distribute", kind)).isZero();
        assertThat(keys("activate", kind)).isZero();
    }

    private int retire(String kind) {
        return keys("retire", kind, "--address", "127.0.0.1:" + port);
    }

    private int keys(String... arguments) {
        List<String> all = new ArrayList<>(List.of("keys"));
        all.addAll(List.of(arguments));
        all.addAll(List.of("--dir", folder.toString()));
        return run(all.toArray(String[]::new));
    }

    private int run(String... arguments) {
        StringWriter printed = new StringWriter();
        StringWriter failed = new StringWriter();
        int exit = KeywardenCommand.with(config -> 0, Map.of())
                .setOut(new PrintWriter(printed, true))
                .setErr(new PrintWriter(failed, true))
                .execute(arguments);
        out = printed.toString();
        err = failed.toString();
        assertNoKeyPrinted();
        return exit;
    }

    private void assertNoKeyPrinted() {
        for (String name : List.of("admin.keys", "check.keys")) {
            Pattern.compile("\"([^\"]{20,})\"")
                    .matcher(text(folder.resolve(name)))
                    .results()
                    .forEach(match ->
                            assertThat(out + err).doesNotContain(match.group(1).substring(0, 20)));
        }
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** An Admin that answers pages, and nothing where it has none. */
    private static final class Uses extends ServerServiceGrpc.ServerServiceImplBase {
        private final List<ListKeyUsesResponse> pages = new ArrayList<>();
        private final List<ListKeyUsesRequest> asked = new ArrayList<>();

        @Override
        public void listKeyUses(ListKeyUsesRequest request, StreamObserver<ListKeyUsesResponse> observer) {
            asked.add(request);
            observer.onNext(
                    pages.isEmpty()
                            ? ListKeyUsesResponse.newBuilder().setActiveKeyId(2).build()
                            : pages.remove(0));
            observer.onCompleted();
        }
    }
}
