package io.keywarden.redis;

import io.keywarden.admin.AdminInProcess;
import io.keywarden.admin.ModelRun;
import io.keywarden.admin.Shops;
import io.keywarden.admin.StoredChecks;
import io.keywarden.admin.UpkeepObserver;
import io.keywarden.testkit.NeedsRedis7;
import io.keywarden.testkit.RedisProcess;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** With {@code -Dkeywarden.model=20000} it is the long form. */
@NeedsRedis7
final class ModelIT {
    private static final int ACTS = Integer.getInteger("keywarden.model", 600);

    @TempDir
    private Path folder = Path.of("");

    @Test
    void play_onRedis_everythingIsAsTheModelSays() throws InterruptedException {
        AtomicReference<Instant> now = new AtomicReference<>(Instant.now());
        InstantSource clock = now::get;
        AdminInProcess.Identity identity = new AdminInProcess.Identity(folder);
        try (RedisProcess redis = RedisProcess.inMemory();
                RedisStore store = Stores.connected(redis)) {
            AdminInProcess.Roles roles = new AdminInProcess.Roles(store, store, store, store);
            try (AdminInProcess admin = AdminInProcess.start(roles, identity, clock)) {
                Shops shops = new Shops(admin.channel());
                shops.open();
                ModelRun.play(
                        new ModelRun.World(
                                shops,
                                StoredChecks.of(roles, identity, clock),
                                new ModelRun.Time(clock, step -> now.updateAndGet(before -> before.plus(step))),
                                AdminInProcess.upkeep(roles, identity, clock, UpkeepObserver.NONE),
                                secret -> {}),
                        ACTS);
            }
        }
    }
}
