package io.keywarden.redis;

import io.lettuce.core.api.async.RedisAsyncCommands;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.output.NestedMultiOutput;
import io.lettuce.core.protocol.CommandArgs;
import io.lettuce.core.protocol.CommandType;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;

/**
 * What Redis says of tracking on a connection. Lettuce's own reading of it needs a codec of strings.
 *
 * @param flags such as {@code on} and {@code bcast}
 * @param prefixes of the keys whose writes are pushed
 */
record TrackingState(List<String> flags, List<String> prefixes) {
    /** Asks. */
    static CompletionStage<TrackingState> ask(RedisAsyncCommands<byte[], byte[]> commands) {
        ByteArrayCodec codec = ByteArrayCodec.INSTANCE;
        return commands.dispatch(
                        CommandType.CLIENT,
                        new NestedMultiOutput<>(codec),
                        new CommandArgs<>(codec).add("TRACKINGINFO"))
                .thenApply(TrackingState::of);
    }

    /** Whether all writes of records are pushed, this connection's own ones too. */
    boolean pushesRecords() {
        return flags.contains("on")
                && flags.contains("bcast")
                && !flags.contains("noloop")
                && !flags.contains("broken_redirect")
                && prefixes.contains(RedisKeys.RECORD_PREFIX);
    }

    /** Reads names and values by turns. */
    private static TrackingState of(List<Object> reply) {
        Map<String, List<String>> lists = new HashMap<>();
        for (int i = 0; i + 1 < reply.size(); i += 2) {
            if (reply.get(i) instanceof byte[] name && reply.get(i + 1) instanceof List<?> values) {
                lists.put(text(name), values.stream().map(TrackingState::text).toList());
            }
        }
        return new TrackingState(lists.getOrDefault("flags", List.of()), lists.getOrDefault("prefixes", List.of()));
    }

    private static String text(Object value) {
        return value instanceof byte[] bytes ? new String(bytes, StandardCharsets.US_ASCII) : String.valueOf(value);
    }
}
