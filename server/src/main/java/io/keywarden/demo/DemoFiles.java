package io.keywarden.demo;

import io.keywarden.cli.EnvoyConfigInputs;
import io.keywarden.config.ConfigLoader;
import io.keywarden.config.KeywardenConfig;
import io.keywarden.config.Loaded;
import io.keywarden.config.NewKeys;
import io.keywarden.envoyconfig.EnvoyConfigRenderer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Optional;

/** The files that a demo's programs read, written before they start. */
final class DemoFiles {
    static final String KEYWARDEN_YAML = "keywarden.yaml";
    static final String REDIS_CONF = "redis.conf";
    static final String ENVOY_YAML = "envoy.yaml";

    private DemoFiles() {}

    static void write(DemoFolder folder, ConfigFiles files) throws DemoProblem {
        try {
            Files.createDirectories(files.redisData());
            NewKeys.write(files.keys(), new SecureRandom());
            Files.writeString(folder.file(KEYWARDEN_YAML), files.keywarden(), StandardCharsets.UTF_8);
            Files.writeString(folder.file(REDIS_CONF), files.redis(), StandardCharsets.UTF_8);
            Files.writeString(folder.file(ENVOY_YAML), envoy(folder.file(KEYWARDEN_YAML)), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new DemoProblem("A file of the demo can't be written: " + e);
        }
    }

    /** The text that {@code envoy-config --admin-rest} prints for that configuration. */
    private static String envoy(Path keywardenYaml) throws DemoProblem {
        Loaded<KeywardenConfig> loaded = ConfigLoader.load(keywardenYaml, Optional.empty());
        Optional<KeywardenConfig> config = loaded.fold(Optional::of, problems -> Optional.empty());
        if (config.isEmpty()) {
            throw new DemoProblem(
                    "The demo's own configuration is wrong: " + loaded.<Object>fold(valid -> "", problems -> problems));
        }
        EnvoyConfigInputs inputs = new EnvoyConfigInputs(config.get(), Optional.empty());
        return EnvoyConfigRenderer.render(inputs.input("keywarden-gateway", false, true));
    }
}
