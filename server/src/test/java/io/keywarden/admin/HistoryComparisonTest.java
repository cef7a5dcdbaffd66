package io.keywarden.admin;

import static io.keywarden.admin.Failures.failure;
import static io.keywarden.admin.Fixtures.createToken;
import static io.keywarden.admin.Fixtures.token;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.FieldMask;
import io.keywarden.admin.HistoryComparison.Kind;
import io.keywarden.admin.HistoryComparison.Problem;
import io.keywarden.admin.v1.CreateTokenResponse;
import io.keywarden.admin.v1.RevokeTokenRequest;
import io.keywarden.admin.v1.Token;
import io.keywarden.admin.v1.UpdateTokenRequest;
import io.keywarden.history.AuditFile;
import io.keywarden.history.AuditTrail;
import io.keywarden.store.RecordKey;
import io.keywarden.store.RecordWriter.Outcome;
import io.keywarden.store.StoredRecord;
import io.keywarden.token.TokenId;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

final class HistoryComparisonTest {
    @TempDir
    private static Path folder = Path.of("");

    @RegisterExtension
    private final AdminHarness admin = new AdminHarness();

    private final AtomicInteger failures = new AtomicInteger();
    private Path log = Path.of("");
    private Optional<AuditFile> file = Optional.empty();
    private String name = "";

    @BeforeEach
    void makeToken() throws IOException {
        log = Files.createTempDirectory(folder, "log").resolve("audit.jsonl");
        file = Optional.of(AuditFile.open(log));
        admin.audit = new AuditLog(file, failures::incrementAndGet);
        admin.restart();
        Fixtures.shop(admin);
        CreateTokenResponse made = Fixtures.make(admin, createToken(token("CI")));
        name = made.getToken().getName();
        assertThat(Files.readString(log)).doesNotContain(made.getPlain().getSecret());
    }

    @AfterEach
    void close() throws IOException {
        file.orElseThrow().close();
    }

    @Test
    void compare_whatWasWritten_agrees() throws IOException {
        update("one");
        AuditTrail trail = trail();

        assertThat(compare(trail)).isEmpty();
        assertThat(trail.of(key().text())).containsOnlyKeys(1L, 2L);
        assertThat(trail.keys()).hasSizeGreaterThan(3);
        assertThat(Files.readAllLines(log).get((int) trail.size() - 1))
                .contains("\"kind\":\"UpdateToken\"", "\"principal\":\"bootstrap\"", "\"after\":\"\\\"one\\\"\"");
    }

    @Test
    void compare_storePutBackAsAWhole_isFound() throws IOException {
        Runnable back = admin.store.inner().snapshot();
        Runnable forth;
        update("one");
        forth = admin.store.inner().snapshot();
        back.run();

        assertThat(compare(trail())).containsExactly(new Problem(key().text(), 2, Kind.MISSING));
        forth.run();
    }

    @Test
    void compare_storePutBackAndWrittenOnSince_isFound() throws IOException {
        Runnable back = admin.store.inner().snapshot();
        update("one");
        back.run();
        admin.restart();
        update("other");
        update("more");

        assertThat(compare(trail())).containsExactly(new Problem(key().text(), 2, Kind.REPLACED));
    }

    @Test
    void compare_eventsThatNoLogHas_areFound() throws IOException {
        update("one");
        List<String> lines = Files.readAllLines(log);
        Files.write(log, lines.subList(0, lines.size() - 1));

        assertThat(compare(trail())).containsExactly(new Problem(key().text(), 2, Kind.NOT_LOGGED));
    }

    @Test
    void compare_editedEvent_isFound() throws IOException {
        update("one");
        ByteString second = admin.history(key()).get(1).toByteString();
        admin.store
                .inner()
                .overwrite(
                        key(),
                        2,
                        Optional.of(admin.history(key()).get(1).toBuilder()
                                .setPrincipal("nobody")
                                .build()
                                .toByteString()));

        assertThat(compare(trail()))
                .contains(new Problem(key().text(), 2, Kind.BROKEN), new Problem(key().text(), 2, Kind.REPLACED));
        admin.store.inner().overwrite(key(), 2, Optional.of(second));
    }

    @Test
    void compare_recordTakenAwayOrForged_isFound() throws IOException {
        StoredRecord record = admin.record(key()).orElseThrow();
        admin.store.inner().overwrite(key(), Optional.empty());
        assertThat(compare(trail())).containsExactly(new Problem(key().text(), 1, Kind.RECORD_MISSING));

        admin.store.inner().overwrite(key(), Optional.of(ByteString.copyFromUtf8("forged")));
        assertThat(compare(trail())).containsExactly(new Problem(key().text(), 1, Kind.RECORD_MISSING));
        admin.store.inner().overwrite(key(), Optional.of(record.bytes()));
    }

    @Test
    void compare_writeThatWasNotAnswered_isNoProblemEitherWay() throws IOException {
        admin.store.breakCommits(commit -> true, new Outcome.Unknown("gone"), true);
        assertThat(failure(() -> update("there")).reason()).isEqualTo("STORE_UNAVAILABLE");
        admin.store.breakCommits(commit -> true, new Outcome.Unknown("gone"), false);
        assertThat(failure(() -> update("not there")).reason()).isEqualTo("STORE_UNAVAILABLE");
        admin.store.repair();
        update("in its place");

        assertThat(Files.readString(log)).contains("\"outcome\":\"UNKNOWN\"");
        assertThat(compare(trail())).isEmpty();
    }

    @Test
    void compare_linesThatWereCutOff_areTold() throws IOException {
        byte[] umlaut = "\u00fc".getBytes(StandardCharsets.UTF_8);
        Files.writeString(log, "{\"format\":1,\"seq", StandardOpenOption.APPEND);
        Files.write(log, new byte[] {umlaut[0], '\n'}, StandardOpenOption.APPEND);
        AuditTrail trail = trail();

        assertThat(trail.unreadable()).singleElement().asString().contains(log.toString(), "is not JSON");
        assertThat(compare(trail)).isEmpty();
    }

    @Test
    void write_whileTheFileCannotBe_takesOnlyWhatTakesARightAway() throws IOException {
        Files.delete(log);
        Files.createDirectory(log);
        update("is written, since it was not known yet");

        assertThat(failure(() -> update("two")).what()).isEqualTo("UNAVAILABLE STORE_UNAVAILABLE");
        var unused = admin.tokens()
                .revokeToken(RevokeTokenRequest.newBuilder().setName(name).build());
        assertThat(failures.get()).isPositive();
        Files.delete(log);
        CreateTokenResponse made = Fixtures.make(admin, createToken(token("next")));

        assertThat(made.getToken().getName()).isNotEmpty();
        assertThat(trail().of(key().text())).containsOnlyKeys(2L, 3L);
        assertThat(compare(trail())).isEmpty();
    }

    private List<Problem> compare(AuditTrail trail) throws IOException {
        return new HistoryComparison(admin.fresh()).compare(trail);
    }

    private AuditTrail trail() throws IOException {
        return AuditTrail.read(List.of(log));
    }

    private void update(String description) {
        var unused = admin.tokens()
                .updateToken(UpdateTokenRequest.newBuilder()
                        .setToken(Token.newBuilder().setName(name).setDescription(description))
                        .setUpdateMask(FieldMask.newBuilder().addPaths("description"))
                        .build());
    }

    private RecordKey key() {
        return RecordKey.token(new TokenId(name.substring("tenants/acme/tokens/".length())));
    }
}
