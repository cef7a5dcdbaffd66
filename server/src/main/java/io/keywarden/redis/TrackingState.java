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
 * @param resp3 whether it was said in RESP3: in RESP2 tracking can be armed, and nothing is pushed
 * @param flags such as {@code on} and {@code bcast}
 * @param prefixes of the keys whose writes are pushed
 */
record TrackingState(boolean resp3, List<String> flags, List<String> prefixes) {
    /** Asks. */
    static CompletionStage<TrackingState> ask(RedisAsyncCommands<byte[], byte[]> commands) {
        Reply reply = new Reply();
        return commands.dispatch(
                        CommandType.CLIENT, reply, new CommandArgs<>(ByteArrayCodec.INSTANCE).add("TRACKINGINFO"))
                .thenApply(content -> of(reply.isMap, content));
    }

    /** Notes whether the reply is a map, which RESP2 does not have. */
    private static final class Reply extends NestedMultiOutput<byte[], byte[]> {
        /** Written by the connection's thread before the reply is complete. */
        private boolean isMap;

        Reply() {
            super(ByteArrayCodec.INSTANCE);
        }

        @Override
        public void multiMap(int count) {
            isMap = true;
            super.multiMap(count);
        }
    }

    /** Whether all writes of records are pushed, this connection's own ones too. */
    boolean pushesRecords() {
        return resp3
                && flags.contains("on")
                && flags.contains("bcast")
                && !flags.contains("noloop")
                && !flags.contains("broken_redirect")
                && prefixes.contains(RedisKeys.RECORD_PREFIX);
    }

    /** Reads names and values by turns. */
    private static TrackingState of(boolean resp3, List<Object> reply) {
        Map<String, List<String>> lists = new HashMap<>();
        for (int i = 0; i + 1 < reply.size(); i += 2) {
            if (reply.get(i) instanceof byte[] name && reply.get(i + 1) instanceof List<?> values) {
                lists.put(text(name), values.stream().map(TrackingState::text).toList());
            }
        }
        return new TrackingState(
                resp3, lists.getOrDefault("flags", List.of()), lists.getOrDefault("prefixes", List.of()));
    }

    private static String text(Object value) {
        return value instanceof byte[] bytes ? new String(bytes, StandardCharsets.US_ASCII) : String.valueOf(value);
    }
}
