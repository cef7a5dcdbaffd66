package io.keywarden.admin;

import io.keywarden.store.HighWater;
import io.keywarden.store.VerifiedReader;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** With {@code -Dkeywarden.model=20000} it is the long form. */
final class ModelTest {
    private static final int ACTS = Integer.getInteger("keywarden.model", 1_200);
    /** Each is looked for in every commit. */
    private static final int LOOKED_FOR = 20;

    @RegisterExtension
    private final AdminHarness admin = new AdminHarness();

    private final AtomicInteger told = new AtomicInteger();

    @Test
    void play_inMemory_everythingIsAsTheModelSays() throws InterruptedException {
        Shops shops = new Shops(admin.as("Bearer " + admin.bootstrapToken()));
        shops.open();
        VerifiedReader reader = VerifiedReader.of(admin.store, admin.opener, new HighWater(10_000), Optional.empty());
        ModelRun.play(
                new ModelRun.World(
                        shops,
                        new StoredChecks(reader, admin.keys.tagKeys(), admin.keys.hasher(), admin.clock),
                        new ModelRun.Time(admin.clock, admin.clock::advance),
                        admin.upkeep(),
                        this::tell),
                ACTS);
    }

    private void tell(String secret) {
        if (told.incrementAndGet() <= LOOKED_FOR) {
            admin.told(secret);
        }
    }
}
