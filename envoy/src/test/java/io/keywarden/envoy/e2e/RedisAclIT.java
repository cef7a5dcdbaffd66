package io.keywarden.envoy.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.keywarden.admin.v1.DeleteModuleRequest;
import io.keywarden.admin.v1.GetTokenRequest;
import io.keywarden.admin.v1.ListTokensRequest;
import io.keywarden.admin.v1.RevokeTokenRequest;
import io.keywarden.envoy.e2e.fixture.AdminClient;
import io.keywarden.envoy.e2e.fixture.CheckClient;
import io.keywarden.envoy.e2e.fixture.CheckRequests;
import io.keywarden.envoy.e2e.fixture.IssuedToken;
import io.keywarden.envoy.e2e.fixture.KeywardenProcess;
import io.keywarden.envoy.e2e.fixture.Program;
import io.keywarden.envoy.e2e.fixture.Shop;
import io.keywarden.process.Ports;
import io.keywarden.testkit.Eventually;
import io.keywarden.testkit.NeedsRedis7;
import io.keywarden.testkit.RedisProcess;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The Redis users of {@code docs/operations.md}: each may do what its role needs, and no more. */
@NeedsRedis7
final class RedisAclIT {
    private static final Path DOCUMENT = Path.of(System.getProperty("keywarden.root", ".."), "docs", "operations.md");
    /** What a program that checks sends, over all kinds of Redis. */
    private static final List<String> CHECK = List.of(
            "hello",
            "info",
            "mget",
            "get",
            "zrangebylex",
            "set",
            "unlink",
            "pexpire",
            "wait",
            "time",
            "asking",
            "client|tracking",
            "client|trackinginfo",
            "cluster|nodes",
            "zadd",
            "zremrangebyrank");
    /** What Admin sends besides; the rest is in the script. */
    private static final List<String> ADMIN = List.of("config|get", "hget", "zrevrange", "xrange", "eval", "evalsha");

    private final List<AutoCloseable> parts = new ArrayList<>();

    @TempDir
    private Path folder;

    private RedisProcess redis;

    @BeforeEach
    void startRedisWithTheUsers() throws IOException {
        redis = started(RedisProcess.inMemory());
        for (String user : documentedUsers()) {
            List<String> words = new ArrayList<>(List.of("ACL", "SETUSER"));
            words.addAll(Arrays.asList(user.split(" ")).subList(1, user.split(" ").length));
            assertThat(redis.command(words.toArray(String[]::new))).as(user).isEqualTo("OK");
        }
    }

    @AfterEach
    void stop() throws Exception {
        for (int i = parts.size() - 1; i >= 0; i--) {
            parts.get(i).close();
        }
    }

    @Test
    void users_ofBothRoles_areNeverRefused() throws Exception {
        Program.run("init-keys", "--out", folder.resolve("keys").toString());
        List<Integer> ports = Ports.free(4);
        AdminClient admin = admin(ports.get(0), ports.get(1));
        Shop.open(admin);
        IssuedToken token = admin.issue(Shop.ACME, Shop.READ_ORDERS);
        CheckClient check = check(ports.get(2), ports.get(3));

        assertThat(check.check(CheckRequests.of(CheckRequests.good(token))).hasOkResponse())
                .isTrue();
        assertThat(admin.tokens()
                        .listTokens(ListTokensRequest.newBuilder()
                                .setParent("tenants/acme")
                                .build())
                        .getTokensList())
                .isNotEmpty();
        var deleted = admin.catalogs()
                .deleteModule(DeleteModuleRequest.newBuilder()
                        .setName("catalogs/shop/modules/admin")
                        .build());
        assertThat(deleted).isNotNull();
        var revoked = admin.tokens()
                .revokeToken(
                        RevokeTokenRequest.newBuilder().setName(token.name()).build());
        assertThat(revoked.hasToken()).isTrue();
        assertThat(check.check(CheckRequests.of(CheckRequests.good(token)))
                        .getDeniedResponse()
                        .getBody())
                .contains("REVOKED");

        Eventually.within(
                Duration.ofSeconds(20),
                () -> assertThat(admin.tokens()
                                .getToken(GetTokenRequest.newBuilder()
                                        .setName(token.name())
                                        .build())
                                .getToken()
                                .hasLastUsedTime())
                        .isTrue());

        assertThat(refusedCommands()).isEmpty();
        assertThat(granted("keywarden-admin")).containsAll(usedCommands());
    }

    @Test
    void admin_commands_areThoseOfTheProgramAndNoOther() throws IOException {
        Set<String> used = new TreeSet<>(CHECK);
        used.addAll(ADMIN);
        used.addAll(scriptsCommands());

        assertThat(granted("keywarden-admin")).isEqualTo(used);
        assertThat(granted("keywarden-check")).containsExactlyInAnyOrderElementsOf(CHECK);
    }

    @Test
    void check_anythingButReadingRecords_refused() {
        assertThat(redis.command("ACL", "DRYRUN", "keywarden-check", "MGET", "kw:r:{abc}:t:1"))
                .isEqualTo("OK");
        assertThat(redis.command("ACL", "DRYRUN", "keywarden-check", "MGET", "kw:h:{abc}:t:1"))
                .isNotEqualTo("OK");
        assertThat(redis.command("ACL", "DRYRUN", "keywarden-check", "SET", "kw:r:{abc}:t:1", "x"))
                .isNotEqualTo("OK");
        assertThat(redis.command("ACL", "DRYRUN", "keywarden-check", "UNLINK", "kw:r:{abc}:t:1"))
                .isNotEqualTo("OK");
        assertThat(redis.command("ACL", "DRYRUN", "keywarden-check", "UNLINK", "kw:b:{abc}"))
                .isEqualTo("OK");
        assertThat(redis.command("ACL", "DRYRUN", "keywarden-check", "SET", "kw:y:{abc}", "1"))
                .isEqualTo("OK");
        assertThat(redis.command("ACL", "DRYRUN", "keywarden-check", "ZADD", "kw:u:{abc}:1:1", "1", "x"))
                .isEqualTo("OK");
        assertThat(redis.command("ACL", "DRYRUN", "keywarden-check", "ZADD", "kw:x:{abc}:t:1", "1", "x"))
                .isNotEqualTo("OK");
        assertThat(redis.command("ACL", "DRYRUN", "keywarden-check", "EVAL", "return 1", "0"))
                .isNotEqualTo("OK");
    }

    private AdminClient admin(int port, int metricsPort) throws IOException {
        Path config = config(
                "admin", "admin: {listen: 127.0.0.1:" + port + ", state_dir: ../state, durability: demo}", metricsPort);
        started(KeywardenProcess.serve(config, metricsPort, "admin"));
        return started(new AdminClient(
                port, Files.readString(folder.resolve("state/bootstrap-token")).strip()));
    }

    private CheckClient check(int port, int metricsPort) throws IOException {
        Path config = config("check", "check: {listen: 127.0.0.1:" + port + "}", metricsPort);
        started(KeywardenProcess.serve(config, metricsPort, "check"));
        return started(new CheckClient(port));
    }

    private Path config(String role, String section, int metricsPort) throws IOException {
        Path own = Files.createDirectory(folder.resolve(role));
        Path password = Files.writeString(own.resolve("password"), role.toUpperCase(Locale.ROOT) + "-PASSWORD");
        Files.setPosixFilePermissions(password, PosixFilePermissions.fromString("rw-------"));
        return Files.writeString(
                own.resolve("keywarden.yaml"), """
                %s
                metrics: {listen: 127.0.0.1:%d}
                redis: {url: %s, username: keywarden-%s, password_file: password, timeout: 4s}
                keys: {file: ../keys/%s.keys}
                """.formatted(section, metricsPort, redis.uri(), role, role));
    }

    /** All but the first line, which would shut this test out as well, and the last, which is for Sentinels. */
    private static List<String> documentedUsers() throws IOException {
        List<String> users = Files.readAllLines(DOCUMENT).stream()
                .filter(line -> line.startsWith("user "))
                .toList();
        assertThat(users).hasSize(5).first().isEqualTo("user default off");
        assertThat(users.get(4)).startsWith("user keywarden on >SENTINEL-PASSWORD ");
        return users.subList(1, 4);
    }

    private static Set<String> granted(String user) throws IOException {
        return documentedUsers().stream()
                .filter(line -> line.startsWith("user " + user + " "))
                .flatMap(line -> Arrays.stream(line.split(" ")))
                .filter(word -> word.startsWith("+"))
                .map(word -> word.substring(1))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** What was refused by ACL, other than what the client library says of itself from Redis 7.2 on. */
    private List<String> refusedCommands() {
        List<String> log = redis.command("ACL", "LOG").lines().toList();
        List<String> refused = new ArrayList<>();
        for (int i = 0; i + 1 < log.size(); i++) {
            if (log.get(i).equals("object") && !log.get(i + 1).equals("client|setinfo")) {
                refused.add(log.get(i + 1));
            }
        }
        return refused;
    }

    /** What was sent since the start, by the processes and by their scripts, without what this test sent. */
    private Set<String> usedCommands() {
        Set<String> used = Pattern.compile("cmdstat_([^:]+):")
                .matcher(redis.command("INFO", "commandstats"))
                .results()
                .map(found -> found.group(1))
                .collect(Collectors.toCollection(TreeSet::new));
        used.removeIf(command -> command.equals("ping") || command.startsWith("acl") || command.startsWith("client"));
        assertThat(used).contains("evalsha", "mget", "set", "xadd");
        return used;
    }

    private static Set<String> scriptsCommands() throws IOException {
        try (InputStream script = RedisProcess.class.getResourceAsStream("/io/keywarden/redis/commit.lua")) {
            assertThat(script).isNotNull();
            String text = new String(script.readAllBytes(), StandardCharsets.UTF_8);
            return Pattern.compile("redis\\.call\\('([A-Z]+)'(, 'STREAM')?")
                    .matcher(text)
                    .results()
                    .map(found -> found.group(1) + (found.group(2) == null ? "" : "|stream"))
                    .map(command -> command.toLowerCase(Locale.ROOT))
                    .collect(Collectors.toCollection(TreeSet::new));
        }
    }

    private <T extends AutoCloseable> T started(T part) {
        parts.add(part);
        return part;
    }
}
