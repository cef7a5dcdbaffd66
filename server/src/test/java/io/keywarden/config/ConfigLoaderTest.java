package io.keywarden.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.keywarden.policy.HostPattern;
import io.keywarden.store.Bounds;
import io.keywarden.token.IpRanges;
import io.keywarden.token.OpenPath;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class ConfigLoaderTest {
    private static final AdminConfig.Identity OPS = new AdminConfig.Identity(
            "spiffe://mesh/ops",
            List.of("GetToken", "RevokeToken"),
            List.of("*"),
            List.of("tenants/acme/tokens/" + "a".repeat(26)));

    private static final String KEYS = "keys: {file: keys/admin.keys}\n";

    @TempDir
    Path temporary;

    private ConfigFolder folder;

    @BeforeEach
    void setUp() {
        folder = new ConfigFolder(temporary);
    }

    @Test
    void load_onlyKeys_hasDefaults() {
        KeywardenConfig config = folder.valid(KEYS);

        assertThat(config)
                .isEqualTo(new KeywardenConfig(
                        Set.of(Role.CHECK, Role.ADMIN),
                        new CheckConfig(
                                Optional.of(new HostPort("127.0.0.1", 9001)),
                                Optional.empty(),
                                Optional.empty(),
                                Optional.empty(),
                                Optional.empty(),
                                Optional.empty()),
                        RequestsConfig.defaults(),
                        new AdminConfig(
                                new HostPort("127.0.0.1", 9002),
                                Optional.empty(),
                                folder.resolve("state"),
                                folder.resolve("state/bootstrap-token"),
                                new Bounds(Duration.ofSeconds(1), Duration.ZERO, 1),
                                AdminConfig.Durability.REQUIRED,
                                List.of(),
                                Optional.empty()),
                        new MetricsConfig(new HostPort("127.0.0.1", 9004)),
                        new CacheConfig(256L << 20, 10_000, 20_000, 5_000),
                        new RedisConfig(
                                new RedisPlace.Standalone(URI.create("redis://127.0.0.1:6379")),
                                Optional.empty(),
                                Optional.empty(),
                                Optional.empty(),
                                Duration.ofMillis(150),
                                "7.0"),
                        new KeysConfig(folder.resolve("keys/admin.keys")),
                        new EnvoyConfig(
                                new HostPort("127.0.0.1", 10000),
                                new HostPort("127.0.0.1", 8080),
                                new HostPort("127.0.0.1", 10001),
                                new HostPort("127.0.0.1", 9901),
                                List.of("authorization", "x-api-key"),
                                List.of(),
                                EnvoyConfig.CheckOver.TCP,
                                Duration.ofMillis(250),
                                Duration.ofMinutes(15))));
    }

    @Test
    void load_everyKey_isMapped() {
        KeywardenConfig config = folder.valid(EVERY_KEY);

        TlsConfig tls = new TlsConfig(
                folder.resolve("cert.pem"), folder.resolve("key.pem"), Optional.of(folder.resolve("ca.pem")));
        assertThat(config)
                .isEqualTo(new KeywardenConfig(
                        Set.of(Role.CHECK),
                        new CheckConfig(
                                Optional.of(new HostPort("0.0.0.0", 1)),
                                Optional.of(Path.of("/run/k.sock")),
                                Optional.of(tls),
                                Optional.empty(),
                                Optional.of(Duration.ofSeconds(2)),
                                Optional.of(folder.resolve("ca.pem"))),
                        new RequestsConfig(
                                List.of(HostPattern.parse("{tenant}.platform.com")
                                        .orElseThrow()),
                                Optional.of("x-tenant"),
                                IpRanges.of(List.of("10.0.0.0/8")),
                                RequestsConfig.ClientIp.FORWARDED_FOR,
                                2,
                                List.of(new OpenPath(Set.of("GET", "POST"), List.of("healthz"), false))),
                        new AdminConfig(
                                new HostPort("::1", 2),
                                Optional.of(tls),
                                folder.resolve("s"),
                                folder.resolve("t"),
                                new Bounds(Duration.ofMillis(500), Duration.ofHours(1), 2),
                                AdminConfig.Durability.DEMO,
                                List.of(OPS),
                                Optional.of(folder.resolve("audit.jsonl"))),
                        new MetricsConfig(new HostPort("0.0.0.0", 3)),
                        new CacheConfig(512L << 10 << 2, 9, 8, 7),
                        new RedisConfig(
                                new RedisPlace.Sentinel(
                                        "main",
                                        List.of(new HostPort("s1", 26379), new HostPort("s2", 26379)),
                                        Optional.of("watcher"),
                                        Optional.of(folder.resolve("password")),
                                        true),
                                Optional.of("checker"),
                                Optional.of(folder.resolve("password")),
                                Optional.of(folder.resolve("ca.pem")),
                                Duration.ofSeconds(1),
                                "6.2"),
                        new KeysConfig(folder.resolve("keys/check.keys")),
                        new EnvoyConfig(
                                new HostPort("0.0.0.0", 5),
                                new HostPort("backend", 6),
                                new HostPort("127.0.0.1", 7),
                                new HostPort("127.0.0.1", 8),
                                List.of("x-token"),
                                List.of(new RateLimit("low", 50), new RateLimit("high", 1_000_000)),
                                EnvoyConfig.CheckOver.SOCKET,
                                Duration.ofMillis(99),
                                Duration.ofHours(1))));
    }

    private static final String EVERY_KEY = """
            roles: [check]
            check:
              listen: 0.0.0.0:1
              socket: /run/k.sock
              tls: {certificate: cert.pem, private_key: key.pem, client_ca: ca.pem}
              plaintext: {}
              lease: 2s
              countries: {database: ca.pem}
            requests:
              host_patterns: ["{tenant}.platform.com"]
              tenant_header: X-Tenant
              trusted_peers: 10.0.0.0/8
              client_ip: {source: x-forwarded-for, hops: 2}
              open_paths: ["GET,POST /healthz"]
            admin:
              listen: "[::1]:2"
              tls: {certificate: cert.pem, private_key: key.pem, client_ca: ca.pem}
              state_dir: s
              audit_log: audit.jsonl
              bootstrap_token_file: t
              durability: demo
              identities:
                - {san: "spiffe://mesh/ops", operations: [GetToken, RevokeToken], tenants: "*", tokens: [tenants/acme/tokens/aaaaaaaaaaaaaaaaaaaaaaaaaa]}
              lease: 500ms
              longest_outage: 1h
              replicas: 2
            cache: {bytes: 2048KiB, misses: 9, reads_per_second: 8, reads_per_second_per_source: 7}
            metrics: {listen: 0.0.0.0:3}
            redis:
              sentinel: {master: main, nodes: ["s1:26379", "s2:26379"], username: watcher, password_file: password}
              tls: true
              username: checker
              password_file: password
              ca: ca.pem
              timeout: 1s
              minimum_version: 6.2
            keys: {file: keys/check.keys}
            envoy:
              gateway_listen: 0.0.0.0:5
              upstream: backend:6
              admin_rest_listen: 127.0.0.1:7
              envoy_admin_listen: 127.0.0.1:8
              credential_headers: [x-token]
              rate_limits: [low=50/s, high=1000000/s]
              check_over: socket
              check_timeout: 99ms
              max_stream_duration: 1h
            """;

    /** What cannot stand beside the others. */
    private static final Set<String> OF_ANOTHER_KIND =
            Set.of("check.plaintext.reason", "redis.url", "redis.cluster.nodes");

    static List<String> allKeys() {
        return Settings.ALL.stream().map(Settings.Setting::key).toList();
    }

    @ParameterizedTest
    @MethodSource("allKeys")
    void load_everyKeyOfTheTable_isInTheMappingTest(String key) {
        String last = key.substring(key.lastIndexOf('.') + 1);

        assertThat(EVERY_KEY.contains(last + ":") || OF_ANOTHER_KIND.contains(key))
                .isTrue();
    }

    @Nested
    class Wrong {
        @ParameterizedTest
        @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
                chek: {}                          | 2: chek: no such key (did you mean check?)
                check: {listne: 127.0.0.1:1}      | 2: check.listne: no such key (did you mean check.listen?)
                check: {timeout: 1s}              | 2: check.timeout: no such key (did you mean redis.timeout?)
                check: {tls: {key: x}}            | no such key (expected: one of certificate, private_key, client_ca)
                roles: [chekc]                    | 2: roles: 'chekc' (did you mean check?)
                roles: []                         | 2: roles: none (expected: check, admin, or both)
                check: 127.0.0.1:1                | 2: check: is a value (expected: a section)
                check: {listen: [a]}              | 2: check.listen: is a list (expected: a value)
                check: {listen: localhost}        | 2: check.listen: 'localhost' (expected: host:port, such as 127.0.0.1:9001 or [::1]:9001)
                check: {listen: 127.0.0.1:70000}  | 2: check.listen: port 70000 (expected: 0 to 65535)
                check: {listen: none}             | 2: check.listen: none, and no check.socket
                check: {listen: 0.0.0.0:1}        | (expected: check.tls, a loopback address, or check.plaintext.reason
                check: {plaintext: {reason: ""}}  | 2: check.plaintext.reason: is empty
                requests: {host_patterns: a.com}  | 2: requests.host_patterns: 'a.com' (expected: a host with one label {tenant}
                requests: {host_patterns: "{tenant}"} | 2: requests.host_patterns: '{tenant}' (expected
                requests: {trusted_peers: 10.0.0.1/8} | 2: requests.trusted_peers: '10.0.0.1/8' (expected: an IPv4 or IPv6 address
                requests: {tenant_header: x-tenant} | 2: requests.tenant_header: without requests.trusted_peers
                requests: {tenant_header: x-keywarden-tenant} | 2: requests.tenant_header: 'x-keywarden-tenant' (expected: a header's name
                requests: {client_ip: {source: x-envoy-external-address}} | 2: requests.client_ip.source: x-envoy-external-address without requests.trusted_peers
                requests: {client_ip: {source: x-forwarded-for}, trusted_peers: 10.0.0.0/8} | requests.client_ip.hops: 0 (expected: 1 to 32
                requests: {client_ip: {hops: 1}}  | requests.client_ip.hops: given beside requests.client_ip.source: peer
                requests: {client_ip: {source: header}} | 2: requests.client_ip.source: 'header' (expected: peer or x-keywarden-client-ip
                requests: {open_paths: /healthz}  | 2: requests.open_paths: '/healthz' (expected: methods, a space and a path template
                requests: {open_paths: GET /a//b} | 2: requests.open_paths: 'GET /a//b' (expected
                admin: {listen: 0.0.0.0:1}        | 2: admin.listen: 0.0.0.0:1 is reachable by others in plaintext (expected: admin.tls, or a loopback address)
                admin: {tls: {certificate: no.pem}} | admin.tls.private_key: is not set
                redis: {timeout: 150}             | 2: redis.timeout: '150' (expected: a number with its unit, such as 150ms, 1s, 15m)
                redis: {timeout: 1h}              | 2: redis.timeout: 1h (expected: 5ms to 10s)
                redis: {url: http://x}            | 2: redis.url: 'http://x' (expected: redis://host:port, or rediss://host:port for TLS)
                redis: {sentinel: {master: m, nodes: [a:1]}, url: "redis://h:1"} | 2: redis.sentinel: given beside redis.url (expected: one of redis.url, redis.sentinel, redis.cluster)
                redis: {sentinel: {master: m, nodes: [a:1]}, cluster: {nodes: [a:1]}} | 2: redis.cluster: given beside redis.sentinel
                redis: {sentinel: {nodes: [a:1]}} | 2: redis.sentinel.master: is not set (expected: the name by which
                redis: {sentinel: {master: m}}    | 2: redis.sentinel.nodes: is not set (expected: host:port of the Sentinels)
                redis: {sentinel: {master: m, nodes: []}} | 2: redis.sentinel.nodes: none (expected: host:port
                redis: {sentinel: {master: m, node: [a:1]}} | 2: redis.sentinel.node: no such key (did you mean redis.sentinel.nodes?)
                redis: {sentinel: {master: m, nodes: [a:1], username: u}} | 2: redis.sentinel.username: given without a password
                redis: {sentinal: {}}             | 2: redis.sentinal: no such key (did you mean redis.sentinel?)
                redis: {cluster: {nodes: [a]}}    | 2: redis.cluster.nodes: 'a' (expected: host:port
                redis: {cluster: {nodes: ["a:0"]}} | 2: redis.cluster.nodes: 'a:0' (expected: a port of 1 to 65535)
                redis: {cluster: {nodes: []}}     | 2: redis.cluster.nodes: none (expected: host:port
                redis: {tls: true}                | 2: redis.tls: given with one Redis (expected: redis.url, with rediss:// for TLS)
                redis: {tls: maybe}               | 2: redis.tls: 'maybe' (expected: true or false)
                redis: {ca: ca.pem, cluster: {nodes: [a:1]}} | 2: redis.ca: given without TLS (expected: a rediss:// url, or redis.tls: true)
                check: {lease: 1ms}               | 2: check.lease: 1ms (expected: 100ms to 1m)
                check: {leese: 1s}                | 2: check.leese: no such key (did you mean check.lease?)
                check: {countries: {file: x}}     | 2: check.countries.file: no such key
                check: {countries: {database: none.mmdb}} | none.mmdb does not exist
                check: {countries: {database: keys}} | keys is not a file
                admin: {durability: sure}         | 2: admin.durability: 'sure' (expected: required or demo)
                admin: {lease: 2m}                | 2: admin.lease: 2m (expected: 100ms to 1m)
                admin: {longest_outage: 25h}      | 2: admin.longest_outage: 25h (expected: 0ms to 24h)
                admin: {longest_outages: 1h}      | 2: admin.longest_outages: no such key (did you mean admin.longest_outage?)
                admin: {replicas: 9}              | 2: admin.replicas: 9 (expected: 0 to 8)
                admin: {replicas: -1}             | 2: admin.replicas: '-1' (expected: a whole number)
                admin: {identities: [{san: a, operations: "*", tenants: "*"}]} | 2: admin.identities: without admin.tls.client_ca
                admin: {identities: [{operations: "*", tenants: "*"}]} | 2: admin.identities.san: is not set
                admin: {identities: [{san: a, tenants: "*"}]} | 2: admin.identities.operations: none (expected: *
                admin: {identities: [{san: a, operations: "*"}]} | 2: admin.identities.tenants: none (expected: *
                admin: {identities: [{san: a, tokens: [tenants/acme]}]} | 2: admin.identities.tokens: [tenants/acme] (expected: tenants/TENANT/tokens/TOKEN
                admin: {identities: [{san: a, operations: "*", tenants: A_B}]} | 2: admin.identities.tenants: [A_B] (expected: *
                admin: {identities: [{sam: a}]} | 2: admin.identities.sam: no such key (did you mean admin.identities.san?)
                admin: {identities: [a]} | 2: admin.identities: holds a value (expected: sections)
                cache: {bytes: 256}               | 2: cache.bytes: '256' (expected: a number with its unit, such as 512KiB, 256MiB, 2GiB)
                cache: {bytes: 1KiB}              | 2: cache.bytes: 1KiB (expected: 1MiB to 64GiB)
                cache: {misses: 1000001}          | 2: cache.misses: 1000001 (expected: 0 to 1000000)
                cache: {reads_per_second: 0}      | 2: cache.reads_per_second: 0 (expected: 1 to 1000000)
                cache: {reads_per_secnd: 1}       | 2: cache.reads_per_secnd: no such key (did you mean cache.reads_per_second?)
                cache: {reads_per_second_per_source: 0} | 2: cache.reads_per_second_per_source: 0 (expected:
                redis: {username: u}              | 2: redis.username: given without a password
                envoy: {check_over: socket}       | 2: envoy.check_over: socket (expected: check.socket to be set with it)
                envoy: {credential_headers: [X-A]} | 2: envoy.credential_headers: 'X-A' (expected: a header's name in lower case
                envoy: {rate_limits: [low=50]}    | 2: envoy.rate_limits: 'low=50' (expected: a priority and its requests in a second
                envoy: {rate_limits: [low=0/s]}   | 2: envoy.rate_limits: 'low=0/s' (expected: 1 to 1000000 requests)
                envoy: {rate_limits: [low=1/s, low=2/s]} | 2: envoy.rate_limits: a priority twice (expected: each once)
                envoy: {check_timeout: 1ms}       | 2: envoy.check_timeout: 1ms (expected: 10ms to 10s)
                keys: {file: keys/check.keys}     | 2: 'keys' stands here a second time (expected: once)
                """)
        void load_mistake_saysWhereAndWhatWasExpected(String line, String expected) {
            assertThat(folder.problems(KEYS + line))
                    .anySatisfy(problem -> assertThat(problem).contains(expected));
        }

        @Test
        void load_severalMistakes_saysThemAllInTheOrderOfTheFile() {
            List<String> problems = folder.problems("""
                    check:
                      listen: 1
                      socket: /%s
                      lisen: 2
                    redis:
                      url: ftp://x
                      username: u
                    """.formatted("x".repeat(200)));

            assertThat(problems)
                    .hasSize(5)
                    .satisfiesExactly(
                            p -> assertThat(p).startsWith("2: check.listen"),
                            p -> assertThat(p).startsWith("4: check.lisen"),
                            p -> assertThat(p).startsWith("6: redis.url"),
                            p -> assertThat(p).startsWith("7: redis.username"),
                            p -> assertThat(p).startsWith("0: keys.file: is not set"));
        }

        @Test
        void load_passwordInUrl_isRefusedAndNotPrinted() {
            assertThat(folder.problems(KEYS + "redis: {url: \"redis://:hunter2@h:1\"}"))
                    .singleElement()
                    .asString()
                    .contains("expected: redis.username and redis.password_file")
                    .doesNotContain("hunter2");
        }

        @Test
        void load_secretFileReadableByAll_saysChmod() throws IOException {
            Path key = folder.resolve("key.pem");
            Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-r--r--"));

            assertThat(folder.problems(KEYS + "admin: {tls: {certificate: cert.pem, private_key: key.pem}}"))
                    .singleElement()
                    .asString()
                    .startsWith("2: admin.tls.private_key: " + key)
                    .contains("chmod 600 " + key);
        }

        @Test
        void load_missingFile_saysItsWholePath() {
            assertThat(folder.problems("keys: {file: gone}"))
                    .containsExactly("1: keys.file: " + folder.resolve("gone") + " does not exist");
        }

        @Test
        void load_notYaml_saysTheLine() {
            assertThat(folder.problems(KEYS + "check: {listen: [::1]:9001}\n"))
                    .singleElement()
                    .asString()
                    .startsWith("2: cannot be read as YAML");
        }

        @Test
        void load_emptyFile_saysWhatIsNeeded() {
            assertThat(folder.problems("")).singleElement().asString().contains("keys.file: is not set");
        }

        @Test
        void load_missingConfiguration_saysSo() {
            assertThat(ConfigLoader.load(folder.resolve("none.yaml"), Optional.empty())
                            .<String>fold(config -> "", Object::toString))
                    .contains("none.yaml: does not exist");
        }
    }

    @Test
    void load_rolesOverride_wins() {
        Path file = folder.write(KEYS + "roles: [admin]");

        assertThat(ConfigLoader.load(file, Optional.of(ConfigLoader.roles("check")))
                        .<Set<Role>>fold(KeywardenConfig::roles, problems -> Set.of()))
                .containsExactly(Role.CHECK);
    }

    @Test
    void load_onlySocket_reachesCheckOverIt() {
        KeywardenConfig config = folder.valid(KEYS + "check: {listen: none, socket: c.sock}");

        assertThat(config.envoy().checkOver()).isEqualTo(EnvoyConfig.CheckOver.SOCKET);
        assertThat(config.check().socket()).contains(folder.resolve("c.sock"));
    }

    @Test
    void load_cluster_isThePlace() {
        RedisConfig redis = folder.valid(KEYS + "redis: {cluster: {nodes: [a:1, \"[::1]:2\"]}, tls: true, ca: ca.pem}")
                .redis();

        assertThat(redis.place())
                .isEqualTo(new RedisPlace.Cluster(List.of(new HostPort("a", 1), new HostPort("::1", 2)), true));
    }

    @Test
    void load_url_isThePlace() {
        assertThat(folder.valid(KEYS + "redis: {url: \"rediss://redis:4\", ca: ca.pem}")
                        .redis()
                        .place())
                .isEqualTo(new RedisPlace.Standalone(URI.create("rediss://redis:4")));
    }

    @Test
    void load_plaintextWithReason_isAccepted() {
        KeywardenConfig config = folder.valid(KEYS + "check: {listen: 0.0.0.0:1, plaintext: {reason: mesh-mtls}}");

        assertThat(config.check().plaintextReason()).contains("mesh-mtls");
    }
}
