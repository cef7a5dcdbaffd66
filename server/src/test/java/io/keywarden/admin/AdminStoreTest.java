package io.keywarden.admin;

import static org.assertj.core.api.Assertions.assertThat;

import io.keywarden.store.HighWater;
import io.keywarden.store.RecordKey;
import io.keywarden.store.StoredRecord;
import io.keywarden.store.VerifiedReader;
import io.keywarden.token.Base62;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

final class AdminStoreTest {
    @RegisterExtension
    private final AdminHarness admin = new AdminHarness();

    @Test
    void read_moreKeysThanTheStoreTakesAtOnce_oneAnswerForEach() {
        Fixtures.shop(admin);
        VerifiedReader reader = VerifiedReader.of(admin.store, admin.opener, new HighWater(10), Optional.empty());
        AdminStore store =
                new AdminStore(reader, admin.store, admin.store, AuditLog.WITHOUT_FILE, Duration.ofSeconds(1));
        RecordKey there = admin.records().get(1).key();
        List<RecordKey> keys = new ArrayList<>();
        for (int i = 0; i < 1_100; i++) {
            keys.add(RecordKey.alias(Base62.encode((long) i, 22)));
        }
        keys.add(there);
        List<Optional<StoredRecord>> found = store.read(keys);
        assertThat(found).hasSize(keys.size());
        assertThat(found.subList(0, 1_100)).allMatch(Optional::isEmpty);
        assertThat(found.get(1_100).map(StoredRecord::key)).contains(there);
    }
}
