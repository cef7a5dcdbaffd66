package io.keywarden.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.keywarden.redis.RedisSettings.Minimum;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RedisServerTest {
    @ParameterizedTest
    @CsvSource({
        "7.0.15, true, true",
        "8.2.1, true, true",
        "10.0.0, true, true",
        "6.2.11, false, true",
        "6.0.16, false, false",
        "5.0.14.1, false, false",
        "'', false, false",
        "x.y, false, false"
    })
    void refusal_byVersion_onlyBelowTheMinimum(String version, boolean enough, boolean enoughForDemo) {
        RedisServer server = RedisServer.parse("# Server\r\nredis_version:" + version + "\r\nrole:master\r\n");

        assertThat(server.refusal(Minimum.REDIS_7_0).isEmpty()).isEqualTo(enough);
        assertThat(server.refusal(Minimum.REDIS_6_2).isEmpty()).isEqualTo(enoughForDemo);
    }

    @Test
    void refusal_tooOld_saysWhatIsWanted() {
        assertThat(RedisServer.parse("redis_version:6.0.16").refusal(Minimum.REDIS_7_0))
                .contains("it is Redis 6.0 (expected: 7.0 or newer)");
    }

    @Test
    void refusal_replica_refused() {
        assertThat(RedisServer.parse("redis_version:7.2.0\r\nrole:slave").refusal(Minimum.REDIS_7_0))
                .isPresent();
    }

    @ParameterizedTest
    @CsvSource({
        "0, noeviction, false, false",
        "100, noeviction, false, false",
        "100, allkeys-lru, true, true",
        "0, allkeys-lru, false, true",
        "100, volatile-ttl, false, true"
    })
    void evictionPolicy_thatLosesRecords_refusedAndOthersAdvised(
            long maxMemory, String policy, boolean refused, boolean advised) {
        RedisServer server = RedisServer.parse(
                "redis_version:7.0.0\r\nmaxmemory:" + maxMemory + "\r\nmaxmemory_policy:" + policy + "\r\n");

        assertThat(server.refusal(Minimum.REDIS_7_0).isPresent()).isEqualTo(refused);
        assertThat(server.advice().isPresent()).isEqualTo(advised);
    }
}
