package io.keywarden.demo;

import io.keywarden.config.NewKeys;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.security.SecureRandom;

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
            Files.writeString(folder.file(ENVOY_YAML), files.envoy(), StandardCharsets.UTF_8);
            Files.write(files.adminDescriptor(), ConfigFiles.adminDescriptors().toByteArray());
        } catch (IOException e) {
            throw new DemoProblem("A file of the demo can't be written: " + e);
        }
    }
}
