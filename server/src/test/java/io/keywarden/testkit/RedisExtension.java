package io.keywarden.testkit;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;

/**
 * One Redis for all tests of the JVM, empty at the start of each class.
 *
 * <p>A test that ends, fills or reconfigures Redis takes a {@link RedisProcess} of its own. Classes that share this one
 * must not run at the same time.
 */
public final class RedisExtension implements BeforeAllCallback {
    private @Nullable RedisProcess redis;

    @Override
    public void beforeAll(ExtensionContext context) {
        redis = context.getRoot()
                .getStore(Namespace.create(RedisExtension.class))
                .computeIfAbsent(RedisProcess.class, key -> RedisProcess.inMemory(), RedisProcess.class);
        redis.flushAll();
    }

    /** The running server. */
    public RedisProcess redis() {
        if (redis == null) {
            throw new IllegalStateException("Redis is not started (expected: a static field with @RegisterExtension)");
        }
        return redis;
    }
}
