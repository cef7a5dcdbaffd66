package io.keywarden.demo;

import java.nio.file.Path;

/** Demos that are ready, made up for tests. */
final class Worlds {
    static final Path ROOT = Path.of("/project");
    static final Path TOKEN_FILE = ROOT.resolve("target/demo/state/bootstrap-token");
    static final String TOKEN = "kw_id_no-real-secret";

    private Worlds() {}

    static DemoWorld with(boolean envoy, boolean grpcurl) {
        Seeded seeded = new Seeded(TOKEN, "id", "tenants/acme/tokens/one", "tenants/acme/tokens/two");
        return new DemoWorld(new DemoPorts(100), TOKEN_FILE, seeded, envoy, grpcurl);
    }

    static Installation startedFrom(String workingFolder) {
        return new Installation(
                ROOT, ROOT.resolve("server/target/keywarden.jar"), Path.of("java"), Path.of(workingFolder));
    }
}
