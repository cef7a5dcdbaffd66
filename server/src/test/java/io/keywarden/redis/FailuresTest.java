package io.keywarden.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.RedisException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FailuresTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "OOM command not allowed when used memory > 'maxmemory'.",
                "OOM command not allowed when used memory > 'maxmemory'. script: 0a1b, on @user_script:83.",
                "ERR Error running script (call to f_0a1b): @user_script:83: @user_script: 83: -OOM command not allowed",
                "ERR Error running script (call to f_0a1b): @user_script:83: @user_script: 83: -READONLY You can't write",
                "MISCONF Errors writing to the AOF file",
                "NOREPLICAS Not enough good replicas to write.",
                "READONLY You can't write against a read only replica. script: 0a1b, on @user_script:83.",
                "NOPERM User check has no permissions to run the 'evalsha' command",
                "LOADING Redis is loading the dataset in memory"
            })
    void of_errorBeforeAnyWrite_refused(String text) {
        assertThat(outcome(new RedisCommandExecutionException(text))).isEqualTo(RedisObserver.Outcome.REFUSED);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "NOPERM User admin has no permissions to run the 'xadd' command script: 0a1b, on @user_script:91.",
                "ERR Error running script (call to f_0a1b): @user_script:91: @user_script: 91: -NOPERM no permissions",
                "ERR Error running script (call to f_0a1b): @user_script:91: user_script:91: attempt to index a nil value"
            })
    void of_errorInTheMidstOfAScript_noAnswer(String text) {
        assertThat(outcome(new RedisCommandExecutionException(text))).isEqualTo(RedisObserver.Outcome.NO_ANSWER);
    }

    @Test
    void of_timeoutOrBrokenConnection_noAnswer() {
        assertThat(outcome(new TimeoutException())).isEqualTo(RedisObserver.Outcome.NO_ANSWER);
        assertThat(outcome(new RedisException("Connection closed"))).isEqualTo(RedisObserver.Outcome.NO_ANSWER);
    }

    @Test
    void of_longText_cut() {
        assertThat(Failures.text(new RedisException("x".repeat(5_000)))).hasSize(200);
    }

    @Test
    void text_redisThatDoesNotKnowHello_withoutThePassword() {
        RedisCommandExecutionException unknown = new RedisCommandExecutionException(
                "ERR unknown command `HELLO`, with args beginning with: `3`, `AUTH`, `admin`, `geheim`, ");

        assertThat(Failures.text(unknown)).contains("unknown command `HELLO`").doesNotContain("geheim");
        assertThat(Failures.text(new RedisException("Unable to connect", unknown)))
                .contains("unknown command `HELLO`")
                .doesNotContain("geheim");
    }

    private static RedisObserver.Outcome outcome(Exception failure) {
        return RedisCalls.Failure.of(new CompletionException(failure)).outcome();
    }
}
