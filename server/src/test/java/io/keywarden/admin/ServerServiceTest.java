package io.keywarden.admin;

import static io.keywarden.admin.Failures.failure;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.util.Durations;
import io.keywarden.admin.v1.GetServerInfoRequest;
import io.keywarden.admin.v1.ServerInfo;
import io.keywarden.store.Bounds;
import io.keywarden.store.RecordKey;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

final class ServerServiceTest {
    @RegisterExtension
    private final AdminHarness admin = new AdminHarness(new Bounds(Duration.ofMillis(800), Duration.ofMinutes(5), 2));

    @Test
    void getServerInfo_nothingWrong_tellsAllAndGuaranteesTheBound() {
        ServerInfo info = get();
        assertThat(info.getVersion()).isEqualTo("1.2.3");
        assertThat(info.getRolesList()).containsExactly("admin", "check");
        assertThat(info.getIncarnation())
                .isEqualTo(admin.record(RecordKey.STORE).orElseThrow().uid().toString());
        assertThat(info.getLease()).isEqualTo(Durations.fromMillis(800));
        assertThat(info.getLongestOutage()).isEqualTo(Durations.fromMinutes(5));
        assertThat(info.getReplicas()).isEqualTo(2);
        assertThat(info.getBoundGuaranteed()).isTrue();
        assertThat(info.getReasonsList()).isEmpty();
        assertThat(info.getDurabilityMode()).isEqualTo(ServerInfo.DurabilityMode.REQUIRED);
    }

    @Test
    void getServerInfo_weaknesses_boundNotGuaranteed() {
        admin.condition.withoutFile("no append-only file", "no replica");
        ServerInfo info = get();
        assertThat(info.getBoundGuaranteed()).isFalse();
        assertThat(info.getReasonsList()).containsExactly("no append-only file", "no replica");
    }

    @Test
    void getServerInfo_serversOutOfSight_boundNotGuaranteed() {
        admin.condition.away();
        assertThat(get().getBoundGuaranteed()).isFalse();
        assertThat(get().getReasonsList()).hasSize(1);
    }

    @Test
    void getServerInfo_storeAway_unavailable() {
        admin.store.inner().setAway(true);
        assertThat(failure(this::get).what()).isEqualTo("UNAVAILABLE STORE_UNAVAILABLE");
        admin.store.inner().setAway(false);
    }

    private ServerInfo get() {
        return admin.servers()
                .getServerInfo(GetServerInfoRequest.getDefaultInstance())
                .getServerInfo();
    }
}
