package io.keywarden.config;

/** Writes {@code docs/configuration.md} from the table of all keys. */
public final class ConfigReference {
    private static final String HEAD = """
            # Configuration

            <!-- Made by `./keywarden config-reference`; a test fails where this file says something else. To renew it:
                 ./keywarden config-reference > docs/configuration.md -->

            `./keywarden serve --config FILE` reads one YAML file; `./keywarden check-config --config FILE` says what is wrong
            with it, all at once, with lines. A key that is not in this list is refused, and the nearest one is named.

            - Durations are a whole number and a unit: `150ms`, `1s`, `15m`, `24h`. Amounts of memory too: `512KiB`, `256MiB`, `2GiB`.
            - Addresses are `host:port`; an IPv6 address needs brackets, and so in YAML quotes: `"[::1]:9001"`. Port 0 takes a
              free one. Relative paths begin at the folder of the configuration file.
            - The file holds no secret, only names of files that do. A *secret file* that others than its owner may read or
              write is refused (`chmod 600`).

            The least that works, after `./keywarden init-keys --out keys`:

            ```yaml
            keys: {file: keys/admin.keys}
            ```

            A sidecar that only checks, over a Unix socket:

            ```yaml
            roles: [check]
            check: {listen: none, socket: /run/keywarden/check.sock}
            redis: {url: "rediss://redis.internal:6379", username: check, password_file: redis-password}
            keys: {file: keys/check.keys}
            ```

            The same with Sentinel, and with Redis Cluster, in place of `url`:

            ```yaml
            redis: {sentinel: {master: keywarden, nodes: ["s1:26379", "s2:26379", "s3:26379"]}, tls: true, username: check, password_file: redis-password}
            redis: {cluster: {nodes: ["r1:6379", "r2:6379", "r3:6379"]}, tls: true, username: check, password_file: redis-password}
            ```
            """;

    private ConfigReference() {}

    /** The whole file. */
    public static String markdown() {
        StringBuilder text = new StringBuilder(HEAD);
        String section = "";
        for (Settings.Setting setting : Settings.ALL) {
            String of = setting.key().split("\\.", 2)[0];
            if (!of.equals(section)) {
                section = of;
                text.append("\n## ")
                        .append(section)
                        .append("\n\n| key | what stands there | when not set | meaning |\n|---|---|---|---|\n");
            }
            text.append("| `")
                    .append(setting.key())
                    .append("` | ")
                    .append(setting.type())
                    .append(" | ");
            text.append(setting.fallback())
                    .append(" | ")
                    .append(setting.meaning())
                    .append(" |\n");
        }
        return text.toString();
    }
}
