package io.keywarden.redis;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class ReplicaWaitsTest {
    private final List<CompletableFuture<Long>> sent = new ArrayList<>();
    private final ReplicaWaits waits = new ReplicaWaits(replicas -> {
        CompletableFuture<Long> answer = new CompletableFuture<>();
        sent.add(answer);
        return answer;
    });

    @Test
    void count_nothingUnderWay_sentAtOnce() {
        CompletableFuture<Long> count = waits.count(1);
        sent.get(0).complete(2L);

        assertThat(count).isCompletedWithValue(2L);
    }

    @Test
    void count_oneUnderWay_waitsForOneBehindIt() {
        CompletableFuture<Long> first = waits.count(1);
        CompletableFuture<Long> second = waits.count(1);
        CompletableFuture<Long> third = waits.count(1);
        assertThat(sent)
                .as("a count that began before a write does not speak for it")
                .hasSize(1);

        sent.get(0).complete(0L);
        assertThat(first).isCompletedWithValue(0L);
        assertThat(second).isNotDone();
        assertThat(sent).as("shared by those who came meanwhile").hasSize(2);

        sent.get(1).complete(1L);
        assertThat(second).isCompletedWithValue(1L);
        assertThat(third).isCompletedWithValue(1L);
    }

    @Test
    void count_comesWhenTheSharedOneWasSent_getsTheNext() {
        CompletableFuture<Long> unused = waits.count(1);
        CompletableFuture<Long> second = waits.count(1);
        sent.get(0).complete(0L);
        CompletableFuture<Long> third = waits.count(1);

        sent.get(1).complete(1L);
        assertThat(second).isDone();
        assertThat(third).isNotDone();
        assertThat(sent).hasSize(3);
    }

    @Test
    void count_failed_failsThoseWhoSharedItAndNoOther() {
        CompletableFuture<Long> first = waits.count(1);
        CompletableFuture<Long> second = waits.count(1);

        sent.get(0).completeExceptionally(new IllegalStateException("gone"));
        assertThat(first).isCompletedExceptionally();
        sent.get(1).complete(1L);
        assertThat(second).isCompletedWithValue(1L);
    }

    @Test
    void count_sendingThrows_failed() {
        ReplicaWaits broken = new ReplicaWaits(replicas -> {
            throw new IllegalStateException("closed");
        });

        assertThat(broken.count(1)).isCompletedExceptionally();
        assertThat(broken.count(1)).isCompletedExceptionally();
    }
}
