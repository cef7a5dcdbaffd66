package io.keywarden.bench.compare;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * One Envoy with a listener for each server, all on its one worker. The auth filter is set as in the configuration that we
 * ship; the route answers by itself, so that no upstream costs anything.
 */
final class Gateway {
    private final Map<String, Integer> ports;
    private final String yaml;

    private Gateway(Map<String, Integer> ports, String yaml) {
        this.ports = ports;
        this.yaml = yaml;
    }

    /** Makes one with a listener at each of the free ports. */
    static Gateway before(List<Contender> servers, List<Integer> freePorts) {
        Map<String, Integer> ports = new LinkedHashMap<>();
        StringBuilder listeners = new StringBuilder();
        StringBuilder clusters = new StringBuilder();
        for (int i = 0; i < servers.size(); i++) {
            Contender server = servers.get(i);
            ports.put(server.name(), freePorts.get(i));
            listeners.append(fill("envoy-listener.yaml", i, freePorts.get(i), server));
            clusters.append(fill("envoy-cluster.yaml", i, freePorts.get(i), server));
        }
        return new Gateway(ports, "static_resources:\n  listeners:\n" + listeners + "  clusters:\n" + clusters);
    }

    /** Envoy's configuration. */
    String yaml() {
        return yaml;
    }

    /** Where requests are checked by a server. */
    int port(Contender server) {
        Integer port = ports.get(server.name());
        if (port == null) {
            throw new IllegalArgumentException(server.name() + " (expected: one of " + ports.keySet() + ")");
        }
        return port;
    }

    /** The port that is opened last. */
    int lastPort() {
        return ports.values().stream().reduce((first, second) -> second).orElseThrow();
    }

    private static String fill(String resource, int number, int port, Contender server) {
        try (InputStream in = Gateway.class.getResourceAsStream(resource)) {
            if (in == null) {
                throw new IllegalStateException(resource + " is not there (expected: in the jar)");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .replace("${number}", Integer.toString(number))
                    .replace("${port}", Integer.toString(port))
                    .replace("${server_host}", server.host())
                    .replace("${server_port}", Integer.toString(server.port()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
