package io.keywarden.testkit;

import io.keywarden.process.BinaryLookup.Located;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Whether the Redis that serves the tests is new enough for {@link NeedsRedis7}. */
final class Redis7Condition implements ExecutionCondition {
    private static final int NEEDED_MAJOR = 7;

    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
        Located redis = Binaries.redis();
        if (redis.majorVersion() >= NEEDED_MAJOR) {
            return ConditionEvaluationResult.enabled("Redis " + redis.version());
        }
        String reason = context.getDisplayName() + " needs Redis 7, and this is " + redis.version();
        if (Binaries.inCi()) {
            throw new AssertionError(reason + " (CI=true: nothing is left out)");
        }
        System.out.println("LEFT OUT: " + reason);
        return ConditionEvaluationResult.disabled(reason);
    }
}
