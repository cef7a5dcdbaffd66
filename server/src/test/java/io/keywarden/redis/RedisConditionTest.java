package io.keywarden.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.keywarden.redis.RedisCondition.Master;
import io.keywarden.redis.RedisSettings.Address;
import io.keywarden.store.StoreCondition.Condition;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RedisConditionTest {
    private static final String GOOD = """
            redis_version:7.0.15
            run_id:run
            aof_enabled:1
            maxmemory_policy:noeviction
            role:master
            master_replid:data
            connected_slaves:%d
            """;
    private static final Address ADDRESS = new Address("10.0.0.1", 6379, false);

    @Test
    void of_standaloneThatWritesEverythingToDisk_noWeakness() {
        Condition condition = standalone(server(GOOD.formatted(0)).withAppendFsync("always"));

        assertThat(condition.weaknesses()).isEmpty();
        assertThat(condition.appendOnly()).isTrue();
    }

    @Test
    void of_replicatedWithEnoughReplicas_noWeakness() {
        assertThat(replicated(server(GOOD.formatted(2)), 1).weaknesses()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            aof_enabled:1           | aof_enabled:0               | keeps no append-only file
            redis_version:7.0.15    | redis_version:6.2.6         | is 6.2 (expected: 7.0 or newer)
            maxmemory_policy:noevic | maxmemory_policy:volatile-l | maxmemory-policy is volatile-
            connected_slaves:0      | connected_slaves:1          | has 1 replicas, one of which may be promoted
            run_id:run              | x:y                         | does not let this user ask INFO
            """)
    void of_standaloneWithAFlaw_saysIt(String text, String flaw, String weakness) {
        RedisServer server = server(GOOD.formatted(0).replace(text, flaw)).withAppendFsync("always");

        assertThat(standalone(server).weaknesses())
                .singleElement()
                .asString()
                .startsWith("Redis at redis://10.0.0.1:6379")
                .contains(weakness);
    }

    @Test
    void of_standaloneThatWritesOncePerSecond_saysWhatIsLost() {
        assertThat(standalone(server(GOOD.formatted(0)).withAppendFsync("everysec"))
                        .weaknesses())
                .singleElement()
                .asString()
                .contains("appendfsync is everysec (expected: always)");
    }

    @Test
    void of_standaloneWhoseConfigurationMayNotBeRead_saysSo() {
        assertThat(standalone(server(GOOD.formatted(0))).weaknesses())
                .singleElement()
                .asString()
                .contains("does not let this user ask CONFIG GET");
    }

    @Test
    void of_fewerReplicasThanWanted_saysIt() {
        assertThat(replicated(server(GOOD.formatted(1)), 2).weaknesses())
                .singleElement()
                .asString()
                .contains("has 1 of 2 replicas connected (expected: 2 or more)");
    }

    @Test
    void of_noReplicaWanted_saysIt() {
        assertThat(replicated(server(GOOD.formatted(2)), 0).weaknesses())
                .singleElement()
                .asString()
                .contains("admin.replicas is 0");
    }

    @Test
    void of_oneMasterOfSeveralWithoutAFile_isNotAppendOnly() {
        Master good = master(ADDRESS, server(GOOD.formatted(1)), "c");
        Master bad = master(
                new Address("10.0.0.2", 6379, false),
                server(GOOD.formatted(1).replace("aof_enabled:1", "aof_enabled:0")),
                "c");

        Condition condition = RedisCondition.of(List.of(good, bad), false, 1);

        assertThat(condition.appendOnly()).isFalse();
        assertThat(condition.weaknesses()).singleElement().asString().startsWith("Redis at redis://10.0.0.2:6379");
    }

    @Nested
    class Epoch {
        private final String before = epoch(ADDRESS, GOOD.formatted(1), "c");

        @Test
        void sameServers_same() {
            assertThat(epoch(ADDRESS, GOOD.formatted(2), "another")).isEqualTo(before);
        }

        @Test
        void anotherRun_another() {
            assertThat(epoch(ADDRESS, GOOD.formatted(1).replace("run_id:run", "run_id:other"), "c"))
                    .isNotEqualTo(before);
        }

        @Test
        void anotherData_another() {
            assertThat(epoch(ADDRESS, GOOD.formatted(1).replace("replid:data", "replid:other"), "c"))
                    .isNotEqualTo(before);
        }

        @Test
        void anotherMaster_another() {
            assertThat(epoch(new Address("10.0.0.2", 6379, false), GOOD.formatted(1), "c"))
                    .isNotEqualTo(before);
        }

        @Test
        void serverThatSaysNothing_anotherWithEachConnection() {
            String silent = "redis_version:7.0.0\nrole:master\n";

            assertThat(epoch(ADDRESS, silent, "one")).isEqualTo(epoch(ADDRESS, silent, "one"));
            assertThat(epoch(ADDRESS, silent, "one")).isNotEqualTo(epoch(ADDRESS, silent, "two"));
        }

        private String epoch(Address address, String info, String connection) {
            return RedisCondition.of(List.of(master(address, server(info), connection)), false, 1)
                    .epoch();
        }
    }

    private static Condition standalone(RedisServer server) {
        return RedisCondition.of(List.of(master(ADDRESS, server, "c")), true, 1);
    }

    private static Condition replicated(RedisServer server, int wanted) {
        return RedisCondition.of(List.of(master(ADDRESS, server, "c")), false, wanted);
    }

    private static Master master(Address address, RedisServer server, String connection) {
        return new Master(Topology.Master.ofAll(address, 2), server, connection);
    }

    private static RedisServer server(String info) {
        return RedisServer.parse(info);
    }
}
