package io.keywarden.redis;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.keywarden.store.RecordKey;
import io.keywarden.store.RecordReader.Fetched;
import io.keywarden.token.SlotTag;
import io.keywarden.token.Uid;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

class FetchPartsTest {
    private static final RecordKey A1 = RecordKey.tenant(new SlotTag("aaa"), new Uid(1, 1));
    private static final RecordKey A2 = RecordKey.tenant(new SlotTag("aaa"), new Uid(1, 2));
    private static final RecordKey B1 = RecordKey.tenant(new SlotTag("bbb"), new Uid(2, 1));

    private final List<List<RecordKey>> asked = new ArrayList<>();

    @Test
    void fetch_severalTags_onePartForEachAndValuesInTheOrderOfTheKeys() {
        Fetched fetched = fetch(FetchParts.of(List.of(A1, B1, A2), false));

        assertThat(asked).containsExactly(List.of(A1, A2), List.of(B1));
        assertThat(fetched).isEqualTo(new Fetched.Values(List.of(value(A1), value(B1), value(A2))));
    }

    @Test
    void fetch_inOneStep_onePart() {
        Fetched fetched = fetch(FetchParts.of(List.of(A1, B1, A1), true));

        assertThat(asked).containsExactly(List.of(A1, B1, A1));
        assertThat(fetched).isEqualTo(new Fetched.Values(List.of(value(A1), value(B1), value(A1))));
    }

    @Test
    void fetch_onePartFails_allFails() {
        Fetched.Unavailable away = new Fetched.Unavailable("away");

        assertThat(FetchParts.of(List.of(A1, B1, A2), false)
                        .fetch(part -> CompletableFuture.completedFuture(
                                part.contains(B1) ? away : new Fetched.Values(List.of(value(A1), value(A2)))))
                        .toCompletableFuture())
                .isCompletedWithValue(away);
    }

    private Fetched fetch(FetchParts parts) {
        return parts.fetch(this::answer).toCompletableFuture().join();
    }

    private CompletionStage<Fetched> answer(List<RecordKey> part) {
        asked.add(part);
        return CompletableFuture.completedFuture(
                new Fetched.Values(part.stream().map(FetchPartsTest::value).toList()));
    }

    private static Optional<ByteString> value(RecordKey key) {
        return Optional.of(ByteString.copyFromUtf8(key.text()));
    }
}
