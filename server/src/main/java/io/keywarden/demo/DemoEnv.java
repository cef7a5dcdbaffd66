package io.keywarden.demo;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * {@code demo.env}: what a script has to know of a demo that is ready, one {@code NAME=value} a line.
 *
 * <p>Its being there means ready. What is not served has no line.
 */
final class DemoEnv {
    static final String NAME = "demo.env";

    private DemoEnv() {}

    static Map<String, String> values(DemoWorld world) {
        DemoPorts ports = world.ports();
        Map<String, String> values = new LinkedHashMap<>();
        if (world.withEnvoy()) {
            values.put("KEYWARDEN_GATEWAY", "http://" + ports.address(DemoPort.GATEWAY));
        }
        values.put("KEYWARDEN_CHECK", ports.address(DemoPort.CHECK));
        values.put("KEYWARDEN_ADMIN", ports.address(DemoPort.ADMIN));
        if (world.withEnvoy()) {
            values.put("KEYWARDEN_ADMIN_REST", "http://" + ports.address(DemoPort.ADMIN_REST));
        }
        values.put("KEYWARDEN_ADMIN_TOKEN_FILE", world.adminTokenFile().toString());
        values.put("KEYWARDEN_TENANT", Shop.TENANT);
        values.put("KEYWARDEN_HOST", Shop.HOST);
        values.put("KEYWARDEN_TOKEN", world.seeded().token());
        values.put("KEYWARDEN_TOKEN_ID", world.seeded().tokenId());
        values.put("KEYWARDEN_ALLOWED_PATH", Shop.ALLOWED_PATH);
        values.put("KEYWARDEN_FORBIDDEN_PATH", Shop.FORBIDDEN_PATH);
        values.put("KEYWARDEN_METRICS", "http://" + ports.address(DemoPort.METRICS) + "/metrics");
        values.put("KEYWARDEN_REDIS", "redis://" + ports.address(DemoPort.REDIS));
        return values;
    }

    static String text(Map<String, String> values) {
        return values.entrySet().stream()
                .map(entry -> entry.getKey() + "=" + entry.getValue() + "\n")
                .collect(Collectors.joining());
    }

    /** The file appears whole or not at all, and only its owner can read it: a token stands in it. */
    static void write(Path file, Map<String, String> values) throws IOException {
        Path fresh = file.resolveSibling(NAME + ".new");
        Files.deleteIfExists(fresh);
        Files.createFile(fresh, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(fresh, text(values), StandardCharsets.UTF_8);
        Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }
}
