package io.keywarden.config;

import java.util.Locale;

/** What one process can do. */
public enum Role {
    /** Answers Envoy's checks. */
    CHECK,
    /** Serves the Admin API. */
    ADMIN;

    /** The name in configuration, command line, health checks and probes. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }
}
