package io.keywarden.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.keywarden.redis.RedisSettings.Address;
import io.keywarden.testkit.Eventually;
import io.keywarden.testkit.RedisProcess;
import io.lettuce.core.RedisClient;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class NodeConnectionsIT {
    private static final Duration LIMIT = Duration.ofSeconds(5);
    private static final String NAME = "name=keywarden";

    private final RedisProcess one = RedisProcess.durable();
    private final RedisProcess other = RedisProcess.durable();
    private final RedisClient client = RedisClients.create(RedisSettings.local(one.port()), 16);
    private final NodeConnections nodes =
            new NodeConnections(client, address -> RedisClients.uri(RedisSettings.local(address.port()), address));

    @AfterEach
    void end() {
        client.shutdown(0, 1, TimeUnit.SECONDS);
        one.close();
        other.close();
    }

    private void ask(RedisProcess... servers) {
        List<Address> addresses = List.of(servers).stream()
                .map(server -> new Address("127.0.0.1", server.port(), false))
                .toList();
        // Not at once: the first connection of a process takes its time.
        Eventually.within(LIMIT, () -> {
            var answers = nodes.askAll(
                            addresses, (address, commands) -> commands.ping().toCompletableFuture())
                    .join();
            assertThat(answers.found()).containsOnlyKeys(addresses);
        });
    }

    @Test
    void askAll_kept() {
        ask(one, other);
        String before = one.command("CLIENT", "LIST");
        ask(one, other);

        assertThat(ids(one.command("CLIENT", "LIST"))).isEqualTo(ids(before)).hasSize(1);
    }

    @Test
    void askAll_notAskedAnyMore_closed() {
        ask(one, other);
        ask(one);

        Eventually.within(
                LIMIT, () -> assertThat(other.command("CLIENT", "LIST")).doesNotContain(NAME));
        assertThat(one.command("CLIENT", "LIST")).contains(NAME);
        ask(one, other);
    }

    private static List<String> ids(String clients) {
        return clients.lines()
                .filter(client -> client.contains(NAME))
                .map(client -> client.split(" ", 2)[0])
                .toList();
    }
}
