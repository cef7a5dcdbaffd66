package io.keywarden.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.util.Durations;
import io.keywarden.admin.AdminInProcess;
import io.keywarden.admin.AutomaticRotation;
import io.keywarden.admin.RotationObserver;
import io.keywarden.admin.Shops;
import io.keywarden.admin.StoredChecks;
import io.keywarden.admin.v1.CreateTokenRequest;
import io.keywarden.admin.v1.RevealSecretRequest;
import io.keywarden.admin.v1.RevealSecretResponse;
import io.keywarden.admin.v1.RotationPolicy;
import io.keywarden.admin.v1.Secret;
import io.keywarden.admin.v1.Token;
import io.keywarden.admin.v1.VerifyHistoryResponse;
import io.keywarden.testkit.CommandLink;
import io.keywarden.testkit.CommandLink.Moment;
import io.keywarden.testkit.Eventually;
import io.keywarden.testkit.NeedsRedis7;
import io.keywarden.testkit.RedisProcess;
import io.keywarden.token.SlotTag;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Three Admins on one Redis that replace secrets by themselves, by a clock that is moved; the one at work is killed. */
@NeedsRedis7
final class AutomaticRotationIT {
    private static final Duration LIMIT = Duration.ofSeconds(10);
    private static final Duration NEXT_TURN = AutomaticRotation.TURN.plusSeconds(20);
    private static final int TOKENS = 30;
    /** In the middle of a turn: each token takes some commands. */
    private static final int KILLED_AT = 40;

    @TempDir
    private Path folder = Path.of("");

    private final AtomicReference<Duration> ahead = new AtomicReference<>(Duration.ZERO);
    private final InstantSource clock = () -> Instant.now().plus(ahead.get());
    private final List<AutoCloseable> opened = new ArrayList<>();
    private final RedisProcess redis = opened(RedisProcess.inMemory());

    /** What replaces secrets in one Admin, on connections of its own. */
    private record Rotating(CommandLink link, AutomaticRotation rotation, AtomicInteger rotated) {}

    @AfterEach
    void stop() throws Exception {
        for (int i = opened.size() - 1; i >= 0; i--) {
            opened.get(i).close();
        }
    }

    private <T extends AutoCloseable> T opened(T part) {
        opened.add(part);
        return part;
    }

    private Rotating rotating(AdminInProcess.Identity identity) {
        CommandLink link = opened(CommandLink.to(redis.port()));
        RedisStore store = opened(Stores.connecting(link.port()));
        Eventually.within(LIMIT, () -> assertThat(store.obstacle()).isEmpty());
        AtomicInteger rotated = new AtomicInteger();
        AutomaticRotation rotation = AdminInProcess.rotation(roles(store), identity, clock, outcome -> {
            if (outcome == RotationObserver.Outcome.ROTATED) {
                rotated.incrementAndGet();
            }
        });
        return new Rotating(link, rotation, rotated);
    }

    private static AdminInProcess.Roles roles(RedisStore store) {
        return new AdminInProcess.Roles(store, store, store, store);
    }

    @Test
    void look_theOneAtWorkIsKilled_othersGoOnAndEachTokenIsRotatedOncePerPeriod() {
        AdminInProcess.Identity identity = new AdminInProcess.Identity(folder);
        RedisStore store = opened(Stores.connected(redis));
        Shops shops = new Shops(
                opened(AdminInProcess.start(roles(store), identity, clock)).channel());
        shops.open();
        shops.keepSecrets();
        List<String> names =
                IntStream.range(0, TOKENS).mapToObj(i -> make(shops, i)).toList();
        List<Rotating> admins =
                IntStream.range(0, 3).mapToObj(i -> rotating(identity)).toList();

        Rotating first = admins.get(0);
        killInItsTurn(first, Moment.AFTER);
        int second = rotate(shops, names, admins.subList(1, 3), 2);
        // The last answer of the one that was killed never came.
        assertThat(first.rotated().get() + second).isBetween(TOKENS - 1, TOKENS);
        // The rest of the test does not wait for turns to end.
        endTurn();
        killInItsTurn(admins.get(1), Moment.BEFORE);
        endTurn();
        rotate(shops, names, admins.subList(2, 3), 3);

        StoredChecks checks = StoredChecks.of(roles(store), identity, clock);
        for (String name : names) {
            RevealSecretResponse newest = shops.tokens()
                    .revealSecret(RevealSecretRequest.newBuilder().setName(name).build());
            assertThat(newest.getSecretNumber()).isEqualTo(3);
            assertThat(checks.orders(newest.getPlain().getSecret())).isEqualTo(StoredChecks.ALLOW);
        }
    }

    private static String make(Shops shops, int number) {
        CreateTokenRequest.Builder request = Shops.create("token " + number).toBuilder();
        request.getTokenBuilder()
                .setRotationPolicy(RotationPolicy.newBuilder()
                        .setPeriod(Durations.fromMinutes(5))
                        .setGracePeriod(Durations.fromHours(1)));
        return shops.tokens().createToken(request.build()).getToken().getName();
    }

    /** Lets a period pass, and an Admin take its turn, which it does not live to the end of. */
    private void killInItsTurn(Rotating admin, Moment moment) {
        ahead.updateAndGet(before -> before.plus(Duration.ofMinutes(6)));
        admin.link().endAt(KILLED_AT, moment);
        assertThatThrownBy(() -> admin.rotation().look()).isInstanceOf(RuntimeException.class);
        assertThat(admin.link().hasEnded()).isTrue();
    }

    private void endTurn() {
        String turn = new String(RedisKeys.mark(new SlotTag("rotation"), "rotation"), StandardCharsets.UTF_8);
        assertThat(redis.command("DEL", turn)).isEqualTo("1");
    }

    /** Lets those that are left look until all is done, and answers how many they did since they were started. */
    private static int rotate(Shops shops, List<String> names, List<Rotating> left, int secrets) {
        List<Token> half = names.stream().map(shops::get).toList();
        assertThat(half).anyMatch(token -> newest(token) == secrets).anyMatch(token -> newest(token) == secrets - 1);
        Eventually.within(NEXT_TURN, () -> {
            left.stream()
                    .map(admin -> CompletableFuture.runAsync(admin.rotation()::look))
                    .toList()
                    .forEach(CompletableFuture::join);
            assertThat(names).allMatch(name -> newest(shops.get(name)) >= secrets);
        });
        for (String name : names) {
            assertThat(newest(shops.get(name))).isEqualTo(secrets);
            assertThat(shops.get(name).getSecretsList())
                    .extracting(Secret::getState)
                    .containsOnlyOnce(Secret.State.CURRENT);
            VerifyHistoryResponse verified = shops.verify(name);
            assertThat(verified.getProblemsList()).isEmpty();
            // Made, and rotated once in each period.
            assertThat(verified.getEventCount()).isEqualTo(secrets);
        }
        return left.stream().mapToInt(admin -> admin.rotated().get()).sum();
    }

    private static int newest(Token token) {
        return token.getSecrets(0).getNumber();
    }
}
