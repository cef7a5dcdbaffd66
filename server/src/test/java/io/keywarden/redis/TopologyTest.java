package io.keywarden.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.keywarden.redis.ClusterTopology.Families;
import io.keywarden.redis.RedisSettings.Address;
import io.keywarden.redis.SentinelTopology.Opinion;
import io.keywarden.token.SlotTag;
import java.util.List;
import org.junit.jupiter.api.Test;

class TopologyTest {
    private static final Address ASKED = new Address("10.0.0.9", 7000, false);
    private static final Address ONE = new Address("10.0.0.1", 7001, false);
    private static final Address TWO = new Address("10.0.0.2", 7002, false);

    @Test
    void masterOf_tag_isOfTheKeysInItsBraces() {
        // Whatever CLUSTER KEYSLOT says of a tag, it says of the whole key.
        Topology topology = Topology.of(List.of(
                new Topology.Master(ONE, 1, List.of(new Topology.SlotRange(0, 8_000))),
                new Topology.Master(TWO, 1, List.of(new Topology.SlotRange(8_001, 16_000)))));
        for (String text : List.of("a8Z", "store", "zzz", "000")) {
            int slot = io.lettuce.core.cluster.SlotHash.getSlot("kw:r:{" + text + "}:t:x");
            int expected = slot <= 8_000 ? 0 : slot <= 16_000 ? 1 : Topology.NONE;
            assertThat(topology.masterOf(new SlotTag(text))).as(text).isEqualTo(expected);
        }
        assertThat(topology.tagsOf(0, 8))
                .hasSize(8)
                .allSatisfy(tag -> assertThat(topology.masterOf(tag)).isZero());
        assertThat(topology.tagsOf(1, 1))
                .allSatisfy(tag -> assertThat(topology.masterOf(tag)).isEqualTo(1));
    }

    @Test
    void masterOf_oneMaster_isOfWhatItHasAlone() {
        Topology all = Topology.of(List.of(Topology.Master.ofAll(ONE, 0)));
        int slot = io.lettuce.core.cluster.SlotHash.getSlot("store");
        Topology part = Topology.of(List.of(new Topology.Master(ONE, 0, List.of(new Topology.SlotRange(0, slot - 1)))));

        assertThat(all.masterOf(new SlotTag("store"))).isZero();
        assertThat(part.masterOf(new SlotTag("store"))).isEqualTo(Topology.NONE);
    }

    @Test
    void sentinels_disagree_newestEpochNamesTheMasterAndTheMostReplicasCount() {
        Topology topology =
                SentinelTopology.agree(List.of(new Opinion(3, ONE, 2), new Opinion(4, TWO, 0), new Opinion(3, ONE, 2)));

        assertThat(topology.masters()).containsExactly(Topology.Master.ofAll(TWO, 2));
    }

    @Test
    void cluster_nodes_mastersWithSlotsAndDeadReplicas() {
        Topology topology = new Families().topology(view("""
                aa 10.0.0.1:7001@17001,host-1 master - 0 0 1 connected 0-8191
                bb 10.0.0.2:7002@17002,,tls-port=0 myself,master - 0 0 2 connected 8192-16382 16383 [5-<-aa]
                cc 10.0.0.3:7003@17003 slave aa 0 0 1 connected
                dd 10.0.0.4:7004@17004 slave,fail aa 0 0 1 disconnected
                ee :0@0 slave,noaddr bb 0 0 2 disconnected
                ff 10.0.0.6:7006@17006 master - 0 0 0 connected
                """));

        assertThat(topology.masters())
                .containsExactly(
                        new Topology.Master(ONE, 2, List.of(new Topology.SlotRange(0, 8_191))),
                        new Topology.Master(
                                TWO,
                                1,
                                List.of(
                                        new Topology.SlotRange(8_192, 16_382),
                                        new Topology.SlotRange(16_383, 16_383))));
    }

    @Test
    void cluster_failedOver_theDeadMasterCountsAsAReplica() {
        Families families = new Families();
        var unused = families.topology(view("""
                aa 10.0.0.1:7001@17001 master - 0 0 1 connected 0-16383
                bb 10.0.0.2:7002@17002 slave aa 0 0 1 connected
                cc 10.0.0.3:7003@17003 slave aa 0 0 1 connected
                """));
        Topology after = families.topology(view("""
                aa 10.0.0.1:7001@17001 master,fail - 0 0 1 disconnected
                bb 10.0.0.2:7002@17002 master - 0 0 2 connected 0-16383
                cc 10.0.0.3:7003@17003 slave bb 0 0 2 connected
                """));
        Topology back = families.topology(view("""
                aa 10.0.0.1:7001@17001 slave bb 0 0 2 connected
                bb 10.0.0.2:7002@17002 master - 0 0 2 connected 0-16383
                cc 10.0.0.3:7003@17003 slave bb 0 0 2 connected
                """));

        assertThat(after.masters()).containsExactly(Topology.Master.ofAll(TWO, 2));
        assertThat(back).isEqualTo(after);
    }

    @Test
    void cluster_hostNamesAndTls_hostNameIsUsed() {
        Address asked = new Address("10.0.0.9", 7000, true);

        assertThat(ClusterTopology.parse(
                        "aa 10.0.0.1:7001@17001,node-1.example master - 0 0 1 connected 0-1\n"
                                + "bb :7002@17002 myself,master - 0 0 1 connected 2",
                        asked))
                .extracting(ClusterNode::address)
                .containsExactly(new Address("node-1.example", 7001, true), new Address("10.0.0.9", 7002, true));
    }

    private static List<ClusterNode> view(String text) {
        return ClusterTopology.parse(text, ASKED);
    }
}
