package io.keywarden.redis;

import com.google.protobuf.ByteString;
import io.keywarden.store.Commit;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A commit as the keys and arguments of {@code commit.lua}, which describes them. */
final class CommitArguments {
    private static final byte[] NOTHING = {};

    private final Map<ByteBuffer, Integer> keys = new LinkedHashMap<>();
    private final List<byte[]> arguments = new ArrayList<>();

    private CommitArguments() {}

    static CommitArguments of(Commit commit) {
        CommitArguments all = new CommitArguments();
        commit.mark()
                .ifPresent(mark -> all.add(
                        "mark",
                        RedisKeys.mark(commit.slot(), mark.id()),
                        mark.bytes().toByteArray(),
                        RedisKeys.bytes(Long.toString(mark.lifetime().toMillis()))));
        for (Commit.RecordChange change : commit.records()) {
            all.add(
                    "record",
                    RedisKeys.record(change.key()),
                    change.before().map(ByteString::toByteArray).orElse(NOTHING),
                    change.after().map(ByteString::toByteArray).orElse(NOTHING));
            all.flag(change.remove(), "remove");
        }
        for (Commit.NameClaim claim : commit.names()) {
            all.add(
                    claim.release() ? "give" : "take",
                    RedisKeys.index(claim.index()),
                    RedisKeys.bytes(claim.name()),
                    RedisKeys.bytes(claim.holder()));
        }
        commit.events().forEach(event -> all.event(event, commit.urgency()));
        for (Commit.Listing listing : commit.listings()) {
            all.add(
                    listing.present() ? "add" : "drop",
                    RedisKeys.index(listing.index()),
                    RedisKeys.bytes(listing.member()),
                    NOTHING);
        }
        return all;
    }

    private void event(Commit.NewEvent event, Commit.Urgency urgency) {
        byte[] history = RedisKeys.history(event.key());
        add(
                "event",
                history,
                RedisKeys.bytes(Long.toString(event.sequence())),
                event.bytes().toByteArray());
        flag(urgency == Commit.Urgency.NARROWS, "restart");
        if (event.dropped() > 0) {
            add("trim", history, RedisKeys.bytes(Long.toString(event.dropped() + 1)), NOTHING);
        }
    }

    byte[][] keys() {
        return keys.keySet().stream().map(ByteBuffer::array).toArray(byte[][]::new);
    }

    byte[][] arguments() {
        return arguments.toArray(byte[][]::new);
    }

    /** Sets the last argument of the operation added last. */
    private void flag(boolean isSet, String flag) {
        arguments.set(arguments.size() - 1, isSet ? RedisKeys.bytes(flag) : NOTHING);
    }

    private void add(String kind, byte[] key, byte[] one, byte[] other) {
        int index = keys.computeIfAbsent(ByteBuffer.wrap(key), newKey -> keys.size() + 1);
        arguments.addAll(List.of(RedisKeys.bytes(kind), RedisKeys.bytes(Integer.toString(index)), one, other, NOTHING));
    }
}
