package io.keywarden.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.keywarden.token.SlotTag;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class InMemoryStoreTest extends RecordStoreContract<InMemoryStore> {
    private final AtomicReference<Instant> now = new AtomicReference<>(Instant.parse("2026-01-01T00:00:00Z"));
    private final InMemoryStore store = new InMemoryStore(now::get);

    @Override
    protected InMemoryStore store() {
        return store;
    }

    @Override
    protected void letPass(Duration lifetime) {
        now.updateAndGet(instant -> instant.plus(lifetime));
    }

    @Test
    void away_everyCall_cannotTell() {
        store.setAway(true);

        assertThat(now(store.fetch(List.of(RecordKey.STORE), LIMIT)))
                .isInstanceOf(RecordReader.Fetched.Unavailable.class);
        assertThat(now(store.commit(new Commits(new SlotTag("a")).build(), LIMIT)))
                .isInstanceOf(RecordWriter.Outcome.Refused.class);
        assertThat(now(store.list(IndexKey.TENANTS, "", 1, LIMIT))).isInstanceOf(Lookup.CannotTell.class);
    }
}
