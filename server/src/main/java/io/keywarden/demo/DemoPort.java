package io.keywarden.demo;

/** What the demo listens for on a port of its own, and which port that is when nothing moves it. */
enum DemoPort {
    REDIS(6390, "redis"),
    CHECK(9001, "check"),
    ADMIN(9002, "admin"),
    METRICS(9004, "metrics"),
    ENVOY_ADMIN(9901, "Envoy's admin pages"),
    GATEWAY(10_000, "gateway"),
    ADMIN_REST(10_001, "admin REST");

    private final int port;
    private final String use;

    DemoPort(int port, String use) {
        this.port = port;
        this.use = use;
    }

    int port() {
        return port;
    }

    /** What it is for, as messages say it. */
    String use() {
        return use;
    }
}
