package io.keywarden.history;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.keywarden.store.Commit;
import io.keywarden.store.RecordKey;
import io.keywarden.store.StoredRecord.ChainHead;
import io.keywarden.store.v1.EventRecord;
import io.keywarden.token.Sha256;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.List;
import java.util.function.Function;

/**
 * The chain of one resource's history events. Each event holds the hash of the one before, and the resource's signed record
 * holds the hash of the last, so an event that was edited, dropped, moved or put in is found. The hash also covers the
 * record's key: an event of another resource does not fit.
 */
public final class HistoryChain {
    private static final byte[] DOMAIN = "keywarden event 1".getBytes(StandardCharsets.US_ASCII);

    private final RecordKey key;

    /** Takes the key of the record that the events are about. */
    public HistoryChain(RecordKey key) {
        this.key = key;
    }

    /**
     * What has to be written so that a chain is longer by one.
     *
     * @param event goes into the commit
     * @param head goes into the record
     */
    public record Appended(Commit.NewEvent event, ChainHead head) {}

    /**
     * Adds an event.
     *
     * @param head the end of the chain so far
     * @param event all but its sequence and previous_hash
     */
    public Appended append(ChainHead head, EventRecord.Builder event) {
        long sequence = head.count() + 1;
        ByteString bytes = event.clone()
                .setSequence(sequence)
                .setPreviousHash(head.hash())
                .build()
                .toByteString();
        return new Appended(
                new Commit.NewEvent(key, sequence, bytes, event.getDropped().getSequence()),
                new ChainHead(sequence, hash(bytes)));
    }

    /**
     * Checks a stretch of the chain.
     *
     * @param from the end of what comes before it; {@link ChainHead#EMPTY} for a stretch from the start
     * @param events the events as they are stored, oldest first
     */
    public Checked check(ChainHead from, List<ByteString> events) {
        ChainHead head = from;
        for (ByteString bytes : events) {
            long sequence = head.count() + 1;
            EventRecord event;
            try {
                event = EventRecord.parseFrom(bytes);
            } catch (InvalidProtocolBufferException e) {
                return new Checked.Broken(sequence, "cannot be read");
            }
            if (event.getSequence() != sequence) {
                return new Checked.Broken(sequence, "says that it is number " + event.getSequence());
            }
            if (!MessageDigest.isEqual(
                    event.getPreviousHash().toByteArray(), head.hash().toByteArray())) {
                return new Checked.Broken(sequence, "does not follow the one before");
            }
            head = new ChainHead(sequence, hash(bytes));
        }
        return new Checked.Whole(head);
    }

    /**
     * Checks a whole chain against the end that its record names.
     *
     * @param head the end, from the record
     * @param events all events, oldest first
     */
    public Checked verify(ChainHead head, List<ByteString> events) {
        return check(ChainHead.EMPTY, events)
                .fold(
                        end -> end.equals(head)
                                ? new Checked.Whole(end)
                                : new Checked.Broken(
                                        Math.min(end.count(), head.count()) + (end.count() == head.count() ? 0 : 1),
                                        "is not the end that the record names: number " + head.count()),
                        broken -> broken);
    }

    /** The hash of one of the resource's events: 32 bytes. */
    public ByteString hash(ByteString event) {
        MessageDigest sha256 = Sha256.begin();
        for (byte[] part : new byte[][] {DOMAIN, key.text().getBytes(StandardCharsets.US_ASCII)}) {
            sha256.update(ByteBuffer.allocate(Integer.BYTES).putInt(part.length).flip());
            sha256.update(part);
        }
        sha256.update(event.asReadOnlyByteBuffer());
        return ByteString.copyFrom(sha256.digest());
    }

    /** What checking came to. */
    public sealed interface Checked {
        /** Turns each outcome into something. */
        <R> R fold(Function<ChainHead, R> onWhole, Function<Broken, R> onBroken);

        /**
         * Every event follows the one before.
         *
         * @param head the end of what was checked
         */
        record Whole(ChainHead head) implements Checked {
            @Override
            public <R> R fold(Function<ChainHead, R> onWhole, Function<Broken, R> onBroken) {
                return onWhole.apply(head);
            }
        }

        /**
         * The chain is not as it was written.
         *
         * @param sequence the number of the first event that does not fit, or that is missing
         * @param detail what is wrong with it
         */
        record Broken(long sequence, String detail) implements Checked {
            @Override
            public <R> R fold(Function<ChainHead, R> onWhole, Function<Broken, R> onBroken) {
                return onBroken.apply(this);
            }
        }
    }
}
