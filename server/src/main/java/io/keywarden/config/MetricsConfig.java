package io.keywarden.config;

/**
 * Where metrics and probes are served, in plaintext: they hold no secret.
 *
 * @param listen the HTTP listener
 */
public record MetricsConfig(HostPort listen) {
    /** Where metrics are served when nothing is said. */
    public static final HostPort DEFAULT_LISTEN = new HostPort("127.0.0.1", 9004);
}
