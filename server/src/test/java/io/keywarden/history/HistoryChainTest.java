package io.keywarden.history;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.keywarden.history.HistoryChain.Checked;
import io.keywarden.store.RecordKey;
import io.keywarden.store.StoredRecord.ChainHead;
import io.keywarden.store.v1.EventRecord;
import io.keywarden.token.SlotTag;
import io.keywarden.token.Uid;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class HistoryChainTest {
    private static final int ROUNDS = 200;

    private final Random random = new Random(20260101);
    private final RecordKey key = RecordKey.tenant(new SlotTag("a8Z"), new Uid(1, 2));
    private final HistoryChain chain = new HistoryChain(key);

    /** A chain as it would be stored. */
    private record Written(ChainHead head, List<ByteString> events) {}

    @Test
    void append_first_hasNumberOneAndNoPrevious() throws Exception {
        HistoryChain.Appended appended = chain.append(ChainHead.EMPTY, event());
        EventRecord event = EventRecord.parseFrom(appended.event().bytes());

        assertThat(appended.event().sequence()).isEqualTo(1);
        assertThat(appended.event().key()).isEqualTo(key);
        assertThat(event.getSequence()).isEqualTo(1);
        assertThat(event.getPreviousHash()).isEqualTo(ByteString.EMPTY);
        assertThat(appended.head().count()).isEqualTo(1);
        assertThat(appended.head().hash().size()).isEqualTo(32);
    }

    @Test
    void verify_asWritten_whole() {
        for (int i = 0; i < ROUNDS; i++) {
            Written written = write(random.nextInt(20));
            assertThat(chain.verify(written.head(), written.events())).isEqualTo(new Checked.Whole(written.head()));
        }
    }

    @Test
    void check_inStretches_whole() {
        Written written = write(10);
        ChainHead middle = chain.check(ChainHead.EMPTY, written.events().subList(0, 4))
                .fold(head -> head, broken -> ChainHead.EMPTY);

        assertThat(chain.check(middle, written.events().subList(4, 10))).isEqualTo(new Checked.Whole(written.head()));
    }

    @Test
    void verify_anyByteEdited_broken() {
        for (int i = 0; i < ROUNDS; i++) {
            Written written = write(1 + random.nextInt(10));
            List<ByteString> events = new ArrayList<>(written.events());
            int at = random.nextInt(events.size());
            byte[] bytes = events.get(at).toByteArray();
            bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
            events.set(at, ByteString.copyFrom(bytes));

            assertBroken(written, events);
        }
    }

    @Test
    void verify_anyEventDropped_broken() {
        for (int i = 0; i < ROUNDS; i++) {
            Written written = write(1 + random.nextInt(10));
            List<ByteString> events = new ArrayList<>(written.events());
            ByteString dropped = events.remove(random.nextInt(events.size()));

            assertThat(dropped.isEmpty()).isFalse();
            assertBroken(written, events);
        }
    }

    @Test
    void verify_lastEventDropped_brokenThere() {
        Written written = write(5);

        assertThat(chain.verify(written.head(), written.events().subList(0, 4)))
                .isInstanceOfSatisfying(
                        Checked.Broken.class,
                        broken -> assertThat(broken.sequence()).isEqualTo(5));
    }

    @Test
    void verify_allEventsDropped_broken() {
        Written written = write(3);

        assertBroken(written, List.of());
    }

    @Test
    void verify_twoEventsExchanged_broken() {
        for (int i = 0; i < ROUNDS; i++) {
            Written written = write(2 + random.nextInt(9));
            List<ByteString> events = new ArrayList<>(written.events());
            int at = random.nextInt(events.size() - 1);
            Collections.swap(events, at, at + 1 + random.nextInt(events.size() - at - 1));

            assertBroken(written, events);
        }
    }

    @Test
    void verify_eventPutIn_broken() {
        for (int i = 0; i < ROUNDS; i++) {
            Written written = write(random.nextInt(10));
            List<ByteString> events = new ArrayList<>(written.events());
            int at = random.nextInt(events.size() + 1);
            ChainHead before =
                    chain.check(ChainHead.EMPTY, events.subList(0, at)).fold(head -> head, broken -> ChainHead.EMPTY);
            events.add(at, chain.append(before, event()).event().bytes());

            assertBroken(written, events);
        }
    }

    @Test
    void verify_wholeTailWrittenAnew_broken() {
        Written written = write(5);
        Written other = write(5);

        assertBroken(written, other.events());
    }

    @Test
    void verify_chainOfAnotherResource_broken() {
        Written written = write(1);
        HistoryChain other = new HistoryChain(RecordKey.tenant(new SlotTag("a8Z"), new Uid(1, 3)));

        assertThat(other.verify(written.head(), written.events())).isInstanceOf(Checked.Broken.class);
    }

    private void assertBroken(Written written, List<ByteString> events) {
        assertThat(chain.verify(written.head(), events)).isInstanceOf(Checked.Broken.class);
    }

    private Written write(int count) {
        ChainHead head = ChainHead.EMPTY;
        List<ByteString> events = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            HistoryChain.Appended appended = chain.append(head, event());
            head = appended.head();
            events.add(appended.event().bytes());
        }
        return new Written(head, events);
    }

    private EventRecord.Builder event() {
        return EventRecord.newBuilder()
                .setPrincipal("bootstrap")
                .setKind("UpdateTenant")
                .setRequestId(Long.toString(random.nextLong()));
    }
}
