package io.keywarden.admin;

import io.keywarden.admin.AdminFailure.StoreFailed.Effect;
import io.keywarden.admin.v1.GetServerInfoResponse;
import io.keywarden.admin.v1.ServerInfo;
import io.keywarden.policy.Reason;
import io.keywarden.store.Bounds;
import io.keywarden.store.RecordKey;
import io.keywarden.store.StoreCondition;
import io.keywarden.store.StoreMarker;
import io.keywarden.store.v1.StoreRecord;
import io.keywarden.token.Uid;
import java.util.List;

/** Tells what this process and its store are, and whether the bound on revocation is guaranteed. */
final class GetServerInfo {
    private static final String AWAY = "the servers of Redis were not seen yet, or are away";

    private final AdminStore store;
    private final StoreCondition condition;
    private final ServerFacts facts;

    GetServerInfo(AdminStore store, StoreCondition condition, ServerFacts facts) {
        this.store = store;
        this.condition = condition;
        this.facts = facts;
    }

    GetServerInfoResponse run() {
        StoreRecord marker = store.read(RecordKey.STORE)
                .map(stored -> Entry.of(stored, StoreRecord.parser()).payload())
                .orElseThrow(() -> AdminStore.failed(Reason.STALE_STATE, Effect.NOTHING_WRITTEN));
        Bounds bounds = StoreMarker.bounds(marker);
        List<String> reasons =
                condition.now().map(StoreCondition.Condition::weaknesses).orElse(List.of(AWAY));
        ServerInfo info = ServerInfo.newBuilder()
                .setVersion(facts.version())
                .addAllRoles(facts.roles())
                .setIncarnation(Uid.of(marker.getIncarnation().toByteArray()).toString())
                .setLease(StoreBounds.duration(bounds.lease()))
                .setLongestOutage(StoreBounds.duration(bounds.longestKnown()))
                .setReplicas(bounds.replicas())
                .setBoundGuaranteed(reasons.isEmpty())
                .addAllReasons(reasons)
                .setDurabilityMode(facts.demo() ? ServerInfo.DurabilityMode.DEMO : ServerInfo.DurabilityMode.REQUIRED)
                .build();
        return GetServerInfoResponse.newBuilder().setServerInfo(info).build();
    }
}
