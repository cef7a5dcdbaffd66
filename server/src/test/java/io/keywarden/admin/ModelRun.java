package io.keywarden.admin;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.FieldMask;
import io.keywarden.admin.v1.DisableTenantRequest;
import io.keywarden.admin.v1.EnableTenantRequest;
import io.keywarden.admin.v1.Tenant;
import io.keywarden.admin.v1.UpdateTenantRequest;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/**
 * Several writers who do at random what can be done to owners and tokens, all at the same time, and a simple model of each that
 * says what has to become of it. Between rounds time passes, and what it makes due is done. The same seed does the same again.
 */
public final class ModelRun {
    private static final int PLAYERS = 4;
    private static final int ACTS_IN_A_ROUND = 10;
    private static final int TICKS = 5;
    private static final List<String> KINDS = List.of(
            "CreateToken",
            "DeleteToken",
            "DisableOwner",
            "DisableToken",
            "EnableOwner",
            "EnableToken",
            "EndGracePeriod",
            "PurgeToken",
            "RevokeToken",
            "RotateToken",
            "UndeleteToken",
            "UpdateToken");
    private static final List<Duration> STEPS = List.of(
            Duration.ofMillis(1),
            Duration.ofSeconds(1),
            Duration.ofMinutes(10),
            Duration.ofHours(1),
            Duration.ofDays(1),
            Duration.ofDays(3),
            Duration.ofDays(29),
            Duration.ofDays(30));

    private final World world;
    private final Random random;
    private final List<ModelPlayer> players;
    private final AtomicBoolean tenantActive = new AtomicBoolean(true);

    /**
     * What it is played on.
     *
     * @param shops an Admin, with a shop that is open
     * @param checks how checks are decided
     * @param time the time of both
     * @param upkeep does what time makes due
     * @param told is told each secret
     */
    public record World(Shops shops, StoredChecks checks, Time time, Upkeep upkeep, Consumer<String> told) {}

    /**
     * A time that stands still.
     *
     * @param clock tells it
     * @param advance moves it
     */
    public record Time(InstantSource clock, Consumer<Duration> advance) {}

    private ModelRun(World world, long seed) {
        this.world = world;
        this.random = new Random(seed);
        this.players = IntStream.range(0, PLAYERS)
                .mapToObj(i -> new ModelPlayer(world, tenantActive, "player" + i, random.nextLong()))
                .toList();
    }

    /** Plays so many acts: with the seed that {@code -Dkeywarden.model.seed} says, or with a new one. */
    public static void play(World world, int acts) throws InterruptedException {
        long seed = Long.getLong("keywarden.model.seed", System.nanoTime());
        try {
            ModelRun run = new ModelRun(world, seed);
            for (int i = 0; i < acts; i += PLAYERS * ACTS_IN_A_ROUND) {
                run.round();
            }
            run.players.forEach(ModelPlayer::requireAllAsPredicted);
            run.requireThatAllWasDone(acts);
        } catch (AssertionError e) {
            throw new AssertionError("-Dkeywarden.model.seed=" + seed + ": " + e.getMessage(), e);
        }
    }

    private void requireThatAllWasDone(int acts) {
        Map<String, Integer> done = new TreeMap<>();
        players.forEach(player -> player.done().forEach((what, times) -> done.merge(what, times, Integer::sum)));
        System.out.println(acts + " acts, of which were done: " + done);
        assertThat(done).containsOnlyKeys(KINDS);
        int lost = players.stream().mapToInt(ModelPlayer::lost).sum();
        assertThat(lost).as("acts that were given up").isLessThan(1 + acts / 100);
    }

    private void round() throws InterruptedException {
        List<Runnable> all = new ArrayList<>();
        players.forEach(player -> all.add(() -> {
            for (int i = 0; i < ACTS_IN_A_ROUND; i++) {
                player.act();
            }
        }));
        // Every commit of the others compares the tenant's record.
        all.add(this::disturb);
        together(all);
        world.time().advance().accept(STEPS.get(random.nextInt(STEPS.size())));
        if (random.nextInt(5) == 0) {
            switchTenant();
        }
        for (int i = 0; i < TICKS; i++) {
            world.upkeep().tick();
        }
        players.forEach(player -> player.upkeep(world.time().clock().instant()));
        if (random.nextInt(4) == 0) {
            players.forEach(ModelPlayer::requireAllAsPredicted);
        }
    }

    private static void together(List<Runnable> all) throws InterruptedException {
        ExecutorService threads = Executors.newFixedThreadPool(all.size());
        try {
            List<Future<?>> running = new ArrayList<>();
            all.forEach(one -> running.add(threads.submit(one)));
            for (Future<?> one : running) {
                one.get();
            }
        } catch (ExecutionException e) {
            throw new AssertionError(e);
        } finally {
            threads.shutdownNow();
        }
    }

    private void disturb() {
        var unused = world.shops()
                .tenants()
                .updateTenant(UpdateTenantRequest.newBuilder()
                        .setTenant(
                                Tenant.newBuilder().setName("tenants/acme").setDisplayName("Acme " + System.nanoTime()))
                        .setUpdateMask(FieldMask.newBuilder().addPaths("display_name"))
                        .setWait(false)
                        .build());
    }

    private void switchTenant() {
        boolean active = !tenantActive.get();
        if (active) {
            var unused = world.shops()
                    .tenants()
                    .enableTenant(EnableTenantRequest.newBuilder()
                            .setName("tenants/acme")
                            .setWait(false)
                            .build());
        } else {
            var unused = world.shops()
                    .tenants()
                    .disableTenant(DisableTenantRequest.newBuilder()
                            .setName("tenants/acme")
                            .build());
        }
        tenantActive.set(active);
    }
}
