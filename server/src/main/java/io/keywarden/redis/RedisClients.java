package io.keywarden.redis;

import io.lettuce.core.ClientOptions;
import io.lettuce.core.MaintNotificationsConfig;
import io.lettuce.core.RedisChannelWriter;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.SocketOptions;
import io.lettuce.core.SslOptions;
import io.lettuce.core.SslVerifyMode;
import io.lettuce.core.StatefulRedisConnectionImpl;
import io.lettuce.core.api.sync.RedisCommands;
import io.lettuce.core.codec.RedisCodec;
import io.lettuce.core.protocol.ProtocolVersion;
import io.lettuce.core.protocol.PushHandler;
import java.time.Duration;
import java.util.Optional;

/** Makes Lettuce's client as Keywarden needs it. */
final class RedisClients {
    /** How long a peer may leave sent bytes unacknowledged before its connection counts as broken. */
    private static final Duration PEER_GONE = Duration.ofSeconds(2);

    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(1);
    private static final Duration KEEP_ALIVE_IDLE = Duration.ofSeconds(5);
    private static final Duration KEEP_ALIVE_INTERVAL = Duration.ofSeconds(1);
    private static final int KEEP_ALIVE_PROBES = 3;

    private RedisClients() {}

    /**
     * Makes a client that never sends a command again: whoever waits for an answer when a connection breaks is told so.
     *
     * @param queue how many commands can wait for their answers at most
     */
    static RedisClient create(RedisSettings settings, int queue) {
        RedisClient client = new AsynchronousClient();
        ClientOptions.Builder options = ClientOptions.builder()
                .autoReconnect(false)
                .disconnectedBehavior(ClientOptions.DisconnectedBehavior.REJECT_COMMANDS)
                .protocolVersion(ProtocolVersion.RESP3)
                .requestQueueSize(queue)
                .maintNotificationsConfig(MaintNotificationsConfig.disabled())
                .socketOptions(socketOptions());
        settings.ca()
                .ifPresent(ca -> options.sslOptions(
                        SslOptions.builder().trustManager(ca.toFile()).build()));
        client.setOptions(options.build());
        return client;
    }

    /** The address of a server that holds records, with the credentials; not to be printed. */
    static RedisURI uri(RedisSettings settings, RedisSettings.Address address) {
        return uri(address, settings.username(), settings.password());
    }

    /** The address of a Sentinel, with its own credentials; not to be printed. */
    static RedisURI uri(RedisSettings.Location.Sentinel sentinel, RedisSettings.Address address) {
        return uri(address, sentinel.username(), sentinel.password());
    }

    private static RedisURI uri(
            RedisSettings.Address address, Optional<String> username, Optional<RedisPassword> secret) {
        RedisURI.Builder uri = RedisURI.builder()
                .withHost(address.host())
                .withPort(address.port())
                .withSsl(address.tls())
                .withTimeout(CONNECT_TIMEOUT)
                .withClientName("keywarden");
        if (address.tls()) {
            uri.withVerifyPeer(SslVerifyMode.FULL);
        }
        secret.ifPresent(password -> username.ifPresentOrElse(
                user -> uri.withAuthentication(user, password.reveal()), () -> uri.withPassword(password.reveal())));
        return uri.build();
    }

    /**
     * Makes connections that nobody can block on. Those commands would be a proxy of 900 methods, which Java would have to make at
     * each start, for a quarter of a second.
     */
    private static final class AsynchronousClient extends RedisClient {
        @Override
        protected <K, V> StatefulRedisConnectionImpl<K, V> newStatefulRedisConnection(
                RedisChannelWriter writer, PushHandler pushes, RedisCodec<K, V> codec, Duration timeout) {
            return new StatefulRedisConnectionImpl<>(
                    writer, pushes, codec, timeout, getOptions().getJsonParser()) {
                @Override
                @SuppressWarnings("NullAway") // what nobody asks for
                protected RedisCommands<K, V> newRedisSyncCommandsImpl() {
                    return null;
                }
            };
        }
    }

    private static SocketOptions socketOptions() {
        return SocketOptions.builder()
                .connectTimeout(CONNECT_TIMEOUT)
                .tcpNoDelay(true)
                .keepAlive(SocketOptions.KeepAliveOptions.builder()
                        .enable()
                        .idle(KEEP_ALIVE_IDLE)
                        .interval(KEEP_ALIVE_INTERVAL)
                        .count(KEEP_ALIVE_PROBES)
                        .build())
                .tcpUserTimeout(SocketOptions.TcpUserTimeoutOptions.builder()
                        .enable()
                        .tcpUserTimeout(PEER_GONE)
                        .build())
                .build();
    }
}
