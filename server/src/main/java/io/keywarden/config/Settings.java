package io.keywarden.config;

import io.keywarden.store.Bounds;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** The table of all keys of the configuration file: what the loader accepts, and what the documentation says. */
final class Settings {
    private static final String ADDRESS = "host:port";
    private static final String DURATION = "duration";
    private static final String FILE = "file";
    private static final String NUMBER = "number";
    private static final String NONE = "none";

    /** All keys, in the order of the documentation. */
    static final List<Setting> ALL = List.of(
            new Setting(
                    "roles",
                    "list of `check`, `admin`",
                    roles(),
                    "What this process does. `serve --roles` overrides it."),
            new Setting(
                    "check.listen",
                    ADDRESS + " or `none`",
                    CheckConfig.DEFAULT_LISTEN.toString(),
                    "Where Envoy's checks are answered over TCP. Off loopback it needs `check.tls` or `check.plaintext.reason`."),
            new Setting(
                    "check.socket",
                    "path",
                    NONE,
                    "A Unix socket on which checks are answered too, mode 0660: who may open it may ask. At most 107 characters."),
            new Setting("check.tls.certificate", FILE, NONE, "TLS for `check.listen`: the certificate chain, PEM."),
            new Setting("check.tls.private_key", "secret file", NONE, "Its private key, PEM (PKCS #8)."),
            new Setting(
                    "check.tls.client_ca",
                    FILE,
                    NONE,
                    "Who must have signed a client's certificate, PEM. Without it no client certificate is asked for."),
            new Setting(
                    "check.plaintext.reason",
                    "text",
                    NONE,
                    "Why plaintext off loopback is right here, such as `mesh-mtls`. Without a reason it is refused."),
            new Setting(
                    "check.lease",
                    DURATION,
                    NONE,
                    "The longest lease (`admin.lease`) that this replica accepts: where the store says more, it ends at"
                            + " its start and says so. 100ms to 60s."),
            new Setting(
                    "check.countries.database",
                    FILE,
                    NONE,
                    "Countries of IPv4 and IPv6 addresses in MaxMind's format (`.mmdb`), for allowlists of countries;"
                            + " without it no country is known, and such a list refuses. Looked at every 10s: to"
                            + " replace it, move another file there. At most 256MiB."),
            new Setting(
                    "requests.host_patterns",
                    "list of hosts",
                    NONE,
                    "Hosts that name their tenant, such as `{tenant}.platform.com`; `*` is a label that may be anything. A"
                            + " host that a tenant has claimed counts beside: where they disagree, nobody is let in."),
            new Setting(
                    "requests.tenant_header",
                    "header name",
                    NONE,
                    "A header in which `requests.trusted_peers` name the tenant by its id."),
            new Setting(
                    "requests.trusted_peers",
                    "list of addresses and CIDRs",
                    NONE,
                    "The peers of Envoy, such as load balancers, whose headers are believed about the tenant, the client of"
                            + " the tenant, and the client's address."),
            new Setting(
                    "requests.client_ip.source",
                    "`peer`, `x-keywarden-client-ip`, `x-envoy-external-address` or `x-forwarded-for`",
                    RequestsConfig.ClientIp.PEER.text(),
                    "Where the client's address stands, for the allowlists of tokens: what connects to Envoy, or a header of"
                            + " `requests.trusted_peers`. Our configuration of Envoy computes the first header and overwrites it."),
            new Setting(
                    "requests.client_ip.hops",
                    NUMBER,
                    "0",
                    "With `x-forwarded-for`: which entry it is, counted from 1 at the end. 1 is what the last proxy wrote."),
            new Setting(
                    "requests.open_paths",
                    "list of methods and path templates",
                    NONE,
                    "Requests that need no credential at any host, such as `GET /healthz` for the probes of a load balancer."),
            new Setting(
                    "admin.listen",
                    ADDRESS,
                    AdminConfig.DEFAULT_LISTEN.toString(),
                    "Where the Admin API is served. Off loopback it needs `admin.tls`, without exception."),
            new Setting("admin.tls.certificate", FILE, NONE, "TLS for `admin.listen`: the certificate chain, PEM."),
            new Setting("admin.tls.private_key", "secret file", NONE, "Its private key, PEM (PKCS #8)."),
            new Setting(
                    "admin.tls.client_ca",
                    FILE,
                    NONE,
                    "Who must have signed a client's certificate, PEM: nobody connects without one. A certificate that"
                            + " `admin.identities` does not list never replaces the caller's token."),
            new Setting(
                    "admin.identities.san",
                    "text",
                    NONE,
                    "`admin.identities` is a list of client certificates that may call without a token; it needs"
                            + " `admin.tls.client_ca`. This is the certificate's subject alternative name: a URI, such as"
                            + " `spiffe://mesh/ns/ops/sa/issuer`, or a DNS name, without a wildcard. **Never list a proxy's**,"
                            + " such as the one of Envoy's REST listener: everyone who reaches it would be that caller."),
            new Setting(
                    "admin.identities.operations",
                    "list of operations, or `*`",
                    "required",
                    "What its holder may call, such as `[GetToken, RevokeToken]`. `*` is all that is not restricted."),
            new Setting(
                    "admin.identities.tenants",
                    "list of ids, or `*`",
                    "required",
                    "The tenants that it may be called for. `*` is all but `system`, which counts only beside"
                            + " operations that are named."),
            new Setting(
                    "admin.identities.tokens",
                    "list of names",
                    NONE,
                    "The tokens whose secrets it may watch (`WatchSecret`), such as `[tenants/acme/tokens/…]`: for who uses"
                            + " them. Beside it, `operations` and `tenants` need not be there."),
            new Setting(
                    "admin.state_dir",
                    "folder",
                    "`" + AdminConfig.DEFAULT_STATE_DIR + "`",
                    "What Admin must not forget: which store it founded, the bootstrap token's digest, its journal. Made"
                            + " when missing; for one Admin alone."),
            new Setting(
                    "admin.audit_log",
                    "path",
                    NONE,
                    "A file that gets a line of JSON for each event of each history, mode 0600; made when missing, and made"
                            + " again when it was moved away. While it cannot be written, only what takes rights away is."
                            + " Keep it where nobody who can write to Redis can. One for each Admin."),
            new Setting(
                    "admin.bootstrap_token_file",
                    "path",
                    "`" + AdminConfig.DEFAULT_BOOTSTRAP_TOKEN_FILE + "` in `admin.state_dir`",
                    "Where the bootstrap token is written when the store is founded, mode 0600."),
            new Setting(
                    "admin.durability",
                    "`required` or `demo`",
                    AdminConfig.Durability.REQUIRED.text(),
                    "`required`: Admin refuses a Redis without an append-only file, where a restart brings back what was"
                            + " revoked. `demo`: any will do."),
            new Setting(
                    "admin.lease",
                    DURATION,
                    Durations.text(Bounds.DEFAULT.lease()),
                    "How long replicas may believe what they know without a proof that it is current; so, how late a"
                            + " revocation may be. For all replicas: it is kept in Redis. 100ms to 60s."),
            new Setting(
                    "admin.longest_outage",
                    DURATION,
                    "0s",
                    "The longest that a tenant may let decisions go on from what was known while Redis is away. 0s to 24h."),
            new Setting(
                    "admin.replicas",
                    NUMBER,
                    Integer.toString(Bounds.DEFAULT.replicas()),
                    "How many replicas of a master have to confirm a write before it counts as durable, with Sentinel and"
                            + " Cluster: 0 to " + Bounds.MAX_REPLICAS + ". For all replicas: it is kept in Redis."),
            new Setting(
                    "metrics.listen",
                    ADDRESS,
                    MetricsConfig.DEFAULT_LISTEN.toString(),
                    "Where `/metrics`, `/livez` and `/readyz/ROLE` are served over plain HTTP. No secret is among them."),
            new Setting(
                    "cache.bytes",
                    "amount of memory",
                    ByteSizes.text(CacheConfig.defaults().bytes()),
                    "How much the records that check keeps in memory may weigh together, by estimate: `1MiB` to `64GiB`."
                            + " The estimate takes in what is remembered beside, of a verified record for each 1,000 bytes,"
                            + " and of 100,000 at least."),
            new Setting(
                    "cache.misses",
                    NUMBER,
                    Integer.toString(CacheConfig.defaults().misses()),
                    "How many ids are remembered as not being there: 0 to " + CacheConfig.MAX_MISSES + "."),
            new Setting(
                    "cache.reads_per_second",
                    NUMBER,
                    Integer.toString(CacheConfig.defaults().readsPerSecond()),
                    "How many reads of Redis all checks may cause a second; above it they are answered STORE_UNAVAILABLE."
                            + " 1 to " + CacheConfig.MAX_READS + "."),
            new Setting(
                    "cache.reads_per_second_per_source",
                    NUMBER,
                    Integer.toString(CacheConfig.defaults().readsPerSecondPerSource()),
                    "How many of them one source may cause."),
            new Setting(
                    "redis.url",
                    "`redis://host:port` or `rediss://…`",
                    RedisConfig.DEFAULT_URL.toString(),
                    "Which Redis holds the state; `rediss` is TLS. A password may not stand here. In its place"
                            + " `redis.sentinel` or `redis.cluster` can be given: one of the three."),
            new Setting(
                    "redis.sentinel.master",
                    "text",
                    NONE,
                    "The name by which the Sentinels know the master. Needs `redis.sentinel.nodes`."),
            new Setting(
                    "redis.sentinel.nodes",
                    "list of host:port",
                    NONE,
                    "The Sentinels: all of them, so that one that answers is found."),
            new Setting(
                    "redis.sentinel.username",
                    "text",
                    NONE,
                    "The user at the Sentinels; needs `redis.sentinel.password_file`."),
            new Setting("redis.sentinel.password_file", "secret file", NONE, "The file that holds its password."),
            new Setting(
                    "redis.cluster.nodes",
                    "list of host:port",
                    NONE,
                    "Some nodes of a Redis Cluster: the others are found through them."),
            new Setting(
                    "redis.tls",
                    "`true` or `false`",
                    "false",
                    "Whether the connections are encrypted, with `redis.sentinel` (Sentinels too) and `redis.cluster`."),
            new Setting("redis.username", "text", NONE, "The Redis user; needs `redis.password_file`."),
            new Setting("redis.password_file", "secret file", NONE, "The file that holds the password."),
            new Setting(
                    "redis.ca",
                    FILE,
                    NONE,
                    "Who signed Redis's certificate, PEM, where the platform does not know it."),
            new Setting(
                    "redis.timeout",
                    DURATION,
                    Durations.text(RedisConfig.DEFAULT_TIMEOUT),
                    "How long a read or write waits for Redis: " + Durations.text(RedisConfig.MIN_TIMEOUT) + " to "
                            + Durations.text(RedisConfig.MAX_TIMEOUT)
                            + ". A check waits no longer than its caller does."),
            new Setting(
                    "redis.minimum_version",
                    "`7.0` or `6.2`",
                    RedisConfig.DEFAULT_MINIMUM_VERSION,
                    "The oldest Redis that will do. 6.2 is enough for a demo: when it is full it refuses a revocation too."),
            new Setting(
                    "keys.file",
                    "secret file",
                    "required",
                    "A file that `keywarden init-keys` made: `admin.keys` with the role admin, `check.keys` for check alone."),
            new Setting(
                    "envoy.gateway_listen",
                    ADDRESS,
                    EnvoyConfig.DEFAULT_GATEWAY_LISTEN.toString(),
                    "Where tenants' requests arrive. This section is read by `envoy-config` only."),
            new Setting("envoy.upstream", ADDRESS, EnvoyConfig.DEFAULT_UPSTREAM.toString(), "What is protected."),
            new Setting(
                    "envoy.admin_rest_listen",
                    ADDRESS,
                    EnvoyConfig.DEFAULT_ADMIN_REST_LISTEN.toString(),
                    "Where the Admin API is served as REST."),
            new Setting(
                    "envoy.envoy_admin_listen",
                    ADDRESS,
                    EnvoyConfig.DEFAULT_ENVOY_ADMIN_LISTEN.toString(),
                    "Where Envoy's own admin pages are."),
            new Setting(
                    "envoy.credential_headers",
                    "list of header names",
                    String.join(", ", EnvoyConfig.DEFAULT_CREDENTIAL_HEADERS),
                    "The headers in which tenants' credentials may stand, lower case: `cookie` where one takes them from cookies, `sec-websocket-protocol` for WebSockets. Query parameters need nothing here."),
            new Setting(
                    "envoy.rate_limits",
                    "list of limits",
                    NONE,
                    "How many requests in a second each token of a priority may make through one Envoy, such as `[low=50/s]`; more is answered 429. A priority that is not named has no limit."),
            new Setting(
                    "envoy.check_over",
                    "`tcp` or `socket`",
                    EnvoyConfig.DEFAULT_CHECK_OVER.text(),
                    "How Envoy reaches check. `socket` where `check.listen` is `none`."),
            new Setting(
                    "envoy.check_timeout",
                    DURATION,
                    Durations.text(EnvoyConfig.DEFAULT_CHECK_TIMEOUT),
                    "How long Envoy waits for a check: 10ms to 10s."),
            new Setting(
                    "envoy.max_stream_duration",
                    DURATION,
                    Durations.text(EnvoyConfig.DEFAULT_MAX_STREAM_DURATION),
                    "How long a stream may live: it is checked once, when it begins. 1s to 24h."));

    private Settings() {}

    /** The next steps of the keys that begin with a dotted path; empty text is the root. */
    static Set<String> namesBelow(String path) {
        String prefix = path.isEmpty() ? "" : path + ".";
        return ALL.stream()
                .map(Setting::key)
                .filter(key -> key.startsWith(prefix))
                .map(key -> key.substring(prefix.length()).split("\\.", 2)[0])
                .collect(Collectors.toCollection(LinkedHashSet::new));
    }

    /** The key that somebody probably meant: one that is near in this section, or of this name in another. */
    static Optional<String> nearest(String section, String typed) {
        String prefix = section.isEmpty() ? "" : section + ".";
        Optional<String> here = NearestName.of(typed, namesBelow(section)).map(prefix::concat);
        return here.or(() -> ALL.stream()
                .map(Setting::key)
                .filter(key -> key.endsWith("." + typed))
                .findFirst());
    }

    private static String roles() {
        return KeywardenConfig.DEFAULT_ROLES.stream().map(Role::text).collect(Collectors.joining(", "));
    }

    /**
     * One key.
     *
     * @param key the dotted key
     * @param type what stands there
     * @param fallback what holds when it is not there
     * @param meaning what it does
     */
    record Setting(String key, String type, String fallback, String meaning) {}
}
