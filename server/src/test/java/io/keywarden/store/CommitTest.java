package io.keywarden.store;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.keywarden.token.SlotTag;
import io.keywarden.token.Uid;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class CommitTest {
    private final SlotTag slot = new SlotTag("a8Z");
    private final RecordKey key = RecordKey.tenant(slot, new Uid(1, 2));

    @Test
    void constructor_keyOfAnotherSlot_refused() {
        Commits commits = new Commits(new SlotTag("b"));
        commits.event(new Commit.NewEvent(key, 1, ByteString.EMPTY));

        assertThatThrownBy(commits::build)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("a change in slot a8Z (expected: b)");
    }

    @Test
    void constructor_oneRecordTwice_refused() {
        Commits commits = new Commits(slot);
        commits.record(Commit.RecordChange.write(key, Optional.empty(), ByteString.EMPTY));
        commits.record(Commit.RecordChange.write(key, Optional.empty(), ByteString.EMPTY));

        assertThatThrownBy(commits::build).isInstanceOf(IllegalArgumentException.class);
    }
}
