package io.keywarden.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.keywarden.testkit.Eventually;
import io.keywarden.testkit.RedisProcess;
import io.keywarden.testkit.RespConnection;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Histories as an operator looks at them from the command line, of a packaged program on a real Redis. */
class HistoryCommandsIT {
    private static final Duration START = Duration.ofSeconds(60);

    @TempDir
    Path folder;

    private ServeProcess keywarden;

    @BeforeEach
    void setUp() throws Exception {
        keywarden = new ServeProcess(folder);
    }

    @AfterEach
    void tearDown() throws Exception {
        keywarden.close();
    }

    @Test
    void histories_exportedAndCompared_tillSomebodyDropsAnEvent() throws Exception {
        try (RedisProcess redis = RedisProcess.durable()) {
            Path config = keywarden.config(redis.uri(), "", ", audit_log: audit.jsonl");
            keywarden.serve(config);
            Eventually.within(
                    START,
                    () -> assertThat(keywarden.probe("/readyz/admin").statusCode())
                            .isEqualTo(200));
            create("one");
            create("two");
            Path out = folder.resolve("history.jsonl");

            ServeProcess.Result exported = export("catalogs/one", out);
            assertThat(exported.exitCode()).as(exported.output()).isZero();
            assertThat(Files.readAllLines(out))
                    .singleElement()
                    .asString()
                    .contains("\"name\":\"catalogs/one/events/1\"", "\"kind\":\"CreateCatalog\"");
            ServeProcess.Result compared = compare(config);
            assertThat(compared.output()).contains("3 events of 3 histories in the audit logs, 0 problems");
            assertThat(compared.exitCode()).isZero();

            String key =
                    Files.readAllLines(folder.resolve("audit.jsonl")).get(2).replaceAll(".*\"key\":\"|\".*", "");
            drop(redis, key);
            ServeProcess.Result broken = compare(config);
            assertThat(broken.output()).contains("BROKEN event 1 of " + key, "MISSING event 1 of " + key, "2 problems");
            assertThat(broken.exitCode()).isEqualTo(1);
            ServeProcess.Result refused = export("catalogs/two", folder.resolve("two.jsonl"));
            assertThat(refused.output()).contains("the history of catalogs/two is not as Admin wrote it");
            assertThat(refused.exitCode()).isEqualTo(1);
            assertThat(folder.resolve("two.jsonl")).doesNotExist();
        }
    }

    @Test
    void compare_withoutALog_saysWhatIsMissing() {
        ServeProcess.Result ended = compare(keywarden.config("redis://127.0.0.1:1", "", ""));

        assertThat(ended.output()).contains("no admin.audit_log (expected: that, or --log FILE)");
        assertThat(ended.exitCode()).isEqualTo(2);
    }

    @Test
    void compare_redisIsAway_fails() throws Exception {
        Files.writeString(folder.resolve("some.jsonl"), "");
        ServeProcess.Result ended = keywarden.run(
                "compare-history",
                "--config",
                keywarden.config("redis://127.0.0.1:1", "", "").toString(),
                "--log",
                folder.resolve("some.jsonl").toString());

        assertThat(ended.output()).doesNotContain("0 problems").contains("127.0.0.1:1");
        assertThat(ended.exitCode()).isEqualTo(1);
    }

    private void create(String catalog) {
        ServeProcess.Result made = keywarden.run(target(
                "call", "CatalogService/CreateCatalog", "{\"catalogId\": \"" + catalog + "\", \"catalog\": {}}"));
        assertThat(made.exitCode()).as(made.output()).isZero();
    }

    private ServeProcess.Result export(String name, Path out) {
        return keywarden.run(target("export-history", name, "--out", out.toString()));
    }

    private ServeProcess.Result compare(Path config) {
        return keywarden.run("compare-history", "--config", config.toString());
    }

    private String[] target(String... command) {
        List<String> all = new ArrayList<>(List.of(command));
        all.addAll(List.of(
                "--address",
                "127.0.0.1:" + keywarden.admin(),
                "--token-file",
                folder.resolve("state/bootstrap-token").toString()));
        return all.toArray(String[]::new);
    }

    private static void drop(RedisProcess redis, String key) throws Exception {
        try (RespConnection connection = RespConnection.to(redis.port())) {
            assertThat(connection.command("DEL", key.replace("kw:r:", "kw:h:"))).isEqualTo("1");
        }
    }
}
