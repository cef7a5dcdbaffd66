package io.keywarden.config;

import io.keywarden.policy.HostPattern;
import io.keywarden.store.Bounds;
import io.keywarden.token.IpRanges;
import io.keywarden.token.OpenPath;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Reads the configuration file. Finds all that is wrong with it at once, and looks at the files that it names too. */
public final class ConfigLoader {
    private final Problems problems;
    private final Optional<Set<Role>> rolesOverride;

    private ConfigLoader(Problems problems, Optional<Set<Role>> rolesOverride) {
        this.problems = problems;
        this.rolesOverride = rolesOverride;
    }

    /**
     * Reads a file.
     *
     * @param file YAML
     * @param rolesOverride what the process does, whatever the file says
     */
    public static Loaded<KeywardenConfig> load(Path file, Optional<Set<Role>> rolesOverride) {
        return YamlFile.read(file).fold(root -> bind(file, root, rolesOverride), Loaded.Invalid::new);
    }

    /**
     * Reads names of roles, separated by commas.
     *
     * @throws IllegalArgumentException if one is none
     */
    public static Set<Role> roles(String text) {
        return Arrays.stream(text.split(",", -1))
                .map(name -> oneOf(name.strip(), Role.values(), Role::text))
                .collect(Collectors.toCollection(() -> EnumSet.noneOf(Role.class)));
    }

    private static Loaded<KeywardenConfig> bind(Path file, YamlNode root, Optional<Set<Role>> rolesOverride) {
        Problems problems = new Problems(file, root);
        KeywardenConfig config = new ConfigLoader(problems, rolesOverride).config(Section.root(problems, root));
        return problems.count() == 0 ? new Loaded.Valid<>(config) : new Loaded.Invalid<>(problems.all());
    }

    private KeywardenConfig config(Section root) {
        Optional<List<Role>> written = root.list("roles", name -> oneOf(name, Role.values(), Role::text));
        Set<Role> roles = rolesOverride.or(() -> written.map(Set::copyOf)).orElse(KeywardenConfig.DEFAULT_ROLES);
        CheckConfig check = check(root.section("check"));
        AdminConfig admin = admin(root.section("admin"));
        RequestsConfig requests = requests(root.section("requests"));
        MetricsConfig metrics = new MetricsConfig(
                root.section("metrics").value("listen", HostPort::parse).orElse(MetricsConfig.DEFAULT_LISTEN));
        CacheConfig cache = cache(root.section("cache"));
        RedisConfig redis = new RedisSection(problems, root.section("redis")).read();
        KeysConfig keys = keys(root.section("keys"));
        EnvoyConfig envoy = envoy(root.section("envoy"), check);
        return root.build(
                0,
                () -> new KeywardenConfig(roles, check, requests, admin, metrics, cache, redis, keys, envoy),
                () -> new KeywardenConfig(
                        KeywardenConfig.DEFAULT_ROLES,
                        CheckConfig.defaults(),
                        requests,
                        admin,
                        metrics,
                        cache,
                        redis,
                        keys,
                        EnvoyConfig.defaults()));
    }

    private CheckConfig check(Section section) {
        int before = problems.count();
        Optional<HostPort> listen =
                section.value("listen", ConfigLoader::hostPortOrNone).orElse(Optional.of(CheckConfig.DEFAULT_LISTEN));
        Optional<Path> socket = section.path("socket");
        Optional<TlsConfig> tls = tls(section);
        Optional<String> reason = section.section("plaintext").text("reason");
        Optional<Duration> lease = section.value("lease", Durations::parse);
        Optional<Path> countries = section.section("countries").file("database");
        return section.build(
                before, () -> new CheckConfig(listen, socket, tls, reason, lease, countries), CheckConfig::defaults);
    }

    private RequestsConfig requests(Section section) {
        int before = problems.count();
        List<HostPattern> patterns =
                section.list("host_patterns", RequestsConfig::hostPattern).orElse(List.of());
        Optional<String> header = section.value("tenant_header", RequestsConfig::header);
        List<String> peers = section.list("trusted_peers", RequestsConfig::cidr).orElse(List.of());
        List<OpenPath> open =
                section.list("open_paths", RequestsConfig::openPath).orElse(List.of());
        Section client = section.section("client_ip");
        RequestsConfig.ClientIp source = client.value(
                        "source", name -> oneOf(name, RequestsConfig.ClientIp.values(), RequestsConfig.ClientIp::text))
                .orElse(RequestsConfig.ClientIp.PEER);
        int hops = client.number("hops").orElse(0);
        return section.build(
                before,
                () -> new RequestsConfig(patterns, header, IpRanges.of(peers), source, hops, open),
                RequestsConfig::defaults);
    }

    private AdminConfig admin(Section section) {
        int before = problems.count();
        HostPort listen = section.value("listen", HostPort::parse).orElse(AdminConfig.DEFAULT_LISTEN);
        Path state = section.path("state_dir").orElse(problems.resolve(AdminConfig.DEFAULT_STATE_DIR));
        Path token =
                section.path("bootstrap_token_file").orElse(state.resolve(AdminConfig.DEFAULT_BOOTSTRAP_TOKEN_FILE));
        Optional<TlsConfig> tls = tls(section);
        Bounds bounds = bounds(section);
        AdminConfig.Durability durability = section.value(
                        "durability",
                        name -> oneOf(name, AdminConfig.Durability.values(), AdminConfig.Durability::text))
                .orElse(AdminConfig.Durability.REQUIRED);
        List<AdminConfig.Identity> identities = section.sections("identities").stream()
                .flatMap(item -> identity(item).stream())
                .toList();
        Optional<Path> audit = section.path("audit_log");
        return section.build(
                before,
                () -> new AdminConfig(listen, tls, state, token, bounds, durability, identities, audit),
                () -> new AdminConfig(
                        AdminConfig.DEFAULT_LISTEN,
                        Optional.empty(),
                        state,
                        token,
                        bounds,
                        durability,
                        List.of(),
                        audit));
    }

    private Optional<AdminConfig.Identity> identity(Section section) {
        int before = problems.count();
        Optional<String> san = section.text("san");
        List<String> operations = section.list("operations", text -> text).orElse(List.of());
        List<String> tenants = section.list("tenants", text -> text).orElse(List.of());
        List<String> tokens = section.list("tokens", text -> text).orElse(List.of());
        section.require("san", san.isPresent(), "a URI or a DNS name of the certificate");
        return section.build(
                before,
                () -> Optional.of(new AdminConfig.Identity(san.orElseThrow(), operations, tenants, tokens)),
                Optional::empty);
    }

    private Bounds bounds(Section section) {
        int before = problems.count();
        Duration lease = section.value("lease", Durations::parse).orElse(Bounds.DEFAULT.lease());
        Duration outage = section.value("longest_outage", Durations::parse).orElse(Bounds.DEFAULT.longestKnown());
        int replicas = section.number("replicas").orElse(Bounds.DEFAULT.replicas());
        return section.build(
                before,
                () -> {
                    new Rules()
                            .rejectOutside("admin.lease", lease, Bounds.MIN_LEASE, Bounds.MAX_LEASE)
                            .rejectOutside("admin.longest_outage", outage, Duration.ZERO, Bounds.MAX_KNOWN)
                            .rejectOutside("admin.replicas", replicas, 0, Bounds.MAX_REPLICAS)
                            .verify();
                    return new Bounds(lease, outage, replicas);
                },
                () -> Bounds.DEFAULT);
    }

    private CacheConfig cache(Section section) {
        int before = problems.count();
        CacheConfig unset = CacheConfig.defaults();
        long bytes = section.value("bytes", ByteSizes::parse).orElse(unset.bytes());
        int misses = section.number("misses").orElse(unset.misses());
        int reads = section.number("reads_per_second").orElse(unset.readsPerSecond());
        int perSource = section.number("reads_per_second_per_source").orElse(unset.readsPerSecondPerSource());
        return section.build(before, () -> new CacheConfig(bytes, misses, reads, perSource), CacheConfig::defaults);
    }

    private Optional<TlsConfig> tls(Section parent) {
        if (!parent.has("tls")) {
            return Optional.empty();
        }
        Section section = parent.section("tls");
        Optional<Path> certificate = section.file("certificate");
        Optional<Path> key = section.secretFile("private_key");
        Optional<Path> clientCa = section.file("client_ca");
        section.require("certificate", certificate.isPresent(), "the file of the certificate chain");
        section.require("private_key", key.isPresent(), "the file of its private key");
        return certificate.flatMap(chain -> key.map(secret -> new TlsConfig(chain, secret, clientCa)));
    }

    private KeysConfig keys(Section section) {
        Optional<Path> file = section.secretFile("file");
        section.require("file", file.isPresent(), "a file that 'keywarden init-keys --out DIR' makes");
        return new KeysConfig(file.orElse(Path.of("")));
    }

    private EnvoyConfig envoy(Section section, CheckConfig check) {
        int before = problems.count();
        EnvoyConfig.CheckOver fallback =
                check.listen().isPresent() ? EnvoyConfig.DEFAULT_CHECK_OVER : EnvoyConfig.CheckOver.SOCKET;
        HostPort gateway = address(section, "gateway_listen", EnvoyConfig.DEFAULT_GATEWAY_LISTEN);
        HostPort upstream = address(section, "upstream", EnvoyConfig.DEFAULT_UPSTREAM);
        HostPort rest = address(section, "admin_rest_listen", EnvoyConfig.DEFAULT_ADMIN_REST_LISTEN);
        HostPort pages = address(section, "envoy_admin_listen", EnvoyConfig.DEFAULT_ENVOY_ADMIN_LISTEN);
        List<String> headers =
                section.list("credential_headers", text -> text).orElse(EnvoyConfig.DEFAULT_CREDENTIAL_HEADERS);
        List<RateLimit> limits = section.list("rate_limits", RateLimit::parse).orElse(List.of());
        EnvoyConfig.CheckOver over = section.value(
                        "check_over", name -> oneOf(name, EnvoyConfig.CheckOver.values(), EnvoyConfig.CheckOver::text))
                .orElse(fallback);
        var timeout = section.value("check_timeout", Durations::parse).orElse(EnvoyConfig.DEFAULT_CHECK_TIMEOUT);
        var stream =
                section.value("max_stream_duration", Durations::parse).orElse(EnvoyConfig.DEFAULT_MAX_STREAM_DURATION);
        return section.build(
                before,
                () -> new EnvoyConfig(gateway, upstream, rest, pages, headers, limits, over, timeout, stream),
                EnvoyConfig::defaults);
    }

    private static HostPort address(Section section, String name, HostPort fallback) {
        return section.value(name, HostPort::parse).orElse(fallback);
    }

    private static Optional<HostPort> hostPortOrNone(String text) {
        return text.equals("none") ? Optional.empty() : Optional.of(HostPort.parse(text));
    }

    private static <T> T oneOf(String text, T[] values, Function<T, String> name) {
        List<String> names = Arrays.stream(values).map(name).toList();
        return Arrays.stream(values)
                .filter(value -> name.apply(value).equals(text))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("'" + text + "' (" + hint(text, names) + ")"));
    }

    private static String hint(String text, List<String> names) {
        return NearestName.of(text, names)
                .map(near -> "did you mean " + near + "?")
                .orElse("expected: " + String.join(" or ", names));
    }
}
