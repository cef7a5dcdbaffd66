package io.keywarden.redis;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.util.Durations;
import io.grpc.StatusRuntimeException;
import io.keywarden.admin.AdminInProcess;
import io.keywarden.admin.Shops;
import io.keywarden.admin.StoredChecks;
import io.keywarden.admin.v1.CreateTokenResponse;
import io.keywarden.admin.v1.DeleteTokenRequest;
import io.keywarden.admin.v1.EndGracePeriodRequest;
import io.keywarden.admin.v1.ListTokensRequest;
import io.keywarden.admin.v1.RevokeTokenRequest;
import io.keywarden.admin.v1.RotateTokenRequest;
import io.keywarden.admin.v1.RotateTokenResponse;
import io.keywarden.admin.v1.Secret;
import io.keywarden.admin.v1.Token;
import io.keywarden.admin.v1.VerifyHistoryResponse;
import io.keywarden.testkit.CommandLink;
import io.keywarden.testkit.CommandLink.Moment;
import io.keywarden.testkit.Eventually;
import io.keywarden.testkit.NeedsRedis7;
import io.keywarden.testkit.RedisProcess;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Admin is killed before, and after, each command that a write sends to a real Redis. */
@NeedsRedis7
final class KilledAdminIT {
    private static final Duration LIMIT = Duration.ofSeconds(10);
    /** More than any write sends. */
    private static final int MOST_COMMANDS = 50;

    @TempDir
    private Path folder = Path.of("");

    private Optional<RedisProcess> redis = Optional.empty();
    private Optional<RedisStore> store = Optional.empty();
    private Optional<AdminInProcess.Identity> identity = Optional.empty();

    @BeforeEach
    void start() {
        RedisProcess started = RedisProcess.inMemory();
        redis = Optional.of(started);
        store = Optional.of(Stores.connected(started));
        identity = Optional.of(new AdminInProcess.Identity(folder));
        try (AdminInProcess admin = admin(store.orElseThrow())) {
            new Shops(admin.channel()).open();
        }
    }

    @AfterEach
    void stop() {
        store.ifPresent(RedisStore::close);
        redis.ifPresent(RedisProcess::close);
    }

    private AdminInProcess admin(RedisStore on) {
        return AdminInProcess.start(roles(on), identity.orElseThrow());
    }

    private static AdminInProcess.Roles roles(RedisStore on) {
        return new AdminInProcess.Roles(on, on, on, on);
    }

    @ParameterizedTest
    @EnumSource
    void write_killedAtEachCommand_isDoneOrNotAndItsRepeatKnows(Write write) {
        int done = 0;
        int kills = 0;
        for (Moment moment : Moment.values()) {
            int number = 1;
            while (kill(write, moment, number) instanceof Fate.Killed killed) {
                kills++;
                done += killed.isDone() ? 1 : 0;
                number++;
                assertThat(number).isLessThan(MOST_COMMANDS);
            }
        }
        System.out.println(write + ": killed at " + kills + " commands, done " + done + " times");
        assertThat(done).as("times that it was done of %s", kills).isBetween(1, kills - 2);
    }

    /** What became of an Admin. */
    private sealed interface Fate {
        /** It was killed. */
        record Killed(boolean isDone) implements Fate {}

        /** It was through before. */
        record Survived() implements Fate {}
    }

    private Fate kill(Write write, Moment moment, int number) {
        String what = write + " " + moment + " " + number;
        String secret;
        Known before;
        try (AdminInProcess admin = admin(store.orElseThrow())) {
            Shops shops = new Shops(admin.channel());
            secret = write.prepare(shops, what);
            before = Known.of(shops, what);
        }
        boolean ended = sendAndKill(write, moment, number, what, before);
        try (AdminInProcess admin = admin(store.orElseThrow())) {
            Shops shops = new Shops(admin.channel());
            Known now = Known.of(shops, what);
            boolean done = now.events() != before.events();
            if (done) {
                requireDone(write, what, secret, before, now);
            } else {
                assertThat(ended).as(what).isTrue();
                assertThat(now).as(what).isEqualTo(before);
                requireCheck(what, secret, StoredChecks.ALLOW);
            }
            boolean knew = write.send(shops, before.name(), what);
            assertThat(knew).as("%s is known to be done", what).isEqualTo(done || !write.tellsRepeats());
            requireDone(write, what, secret, before, Known.of(shops, what));
            return ended ? new Fate.Killed(done) : new Fate.Survived();
        }
    }

    /** Answers whether it was killed before it was through. */
    private boolean sendAndKill(Write write, Moment moment, int number, String what, Known before) {
        try (CommandLink link = CommandLink.to(redis.orElseThrow().port());
                RedisStore through = Stores.connecting(link.port())) {
            Eventually.within(LIMIT, () -> assertThat(through.obstacle()).isEmpty());
            try (AdminInProcess admin = admin(through)) {
                Shops shops = new Shops(admin.channel());
                link.endAt(number, moment);
                write.send(shops, before.name(), what);
            } catch (StatusRuntimeException e) {
                assertThat(link.hasEnded()).as("%s was killed: %s", what, e).isTrue();
            }
            return link.hasEnded();
        }
    }

    private void requireDone(Write write, String what, String secret, Known before, Known now) {
        assertThat(now.events()).as(what).isEqualTo(before.events() + 1);
        assertThat(now.token()).as(what).hasSize(1).allMatch(write::isDone);
        requireCheck(what, secret, write.check());
    }

    /** Of the secret that was told before; of none where there is none. */
    private void requireCheck(String what, String secret, String expected) {
        if (!secret.isEmpty()) {
            StoredChecks checks =
                    StoredChecks.of(roles(store.orElseThrow()), identity.orElseThrow(), InstantSource.system());
            assertThat(checks.orders(secret)).as(what).isEqualTo(expected);
        }
    }

    /**
     * What Admin tells of the token of a display name.
     *
     * @param token the token; none, or one
     * @param events how many events it has
     */
    private record Known(List<Token> token, long events) {
        static Known of(Shops shops, String displayName) {
            List<Token> listed = shops
                    .tokens()
                    .listTokens(ListTokensRequest.newBuilder()
                            .setParent("tenants/acme")
                            .setPageSize(1_000)
                            .setShowDeleted(true)
                            .build())
                    .getTokensList()
                    .stream()
                    .filter(token -> token.getDisplayName().equals(displayName))
                    .toList();
            if (listed.isEmpty()) {
                return new Known(listed, 0);
            }
            String name = listed.get(0).getName();
            assertThat(shops.get(name)).isEqualTo(listed.get(0));
            VerifyHistoryResponse verified = shops.verify(name);
            assertThat(verified.getProblemsList()).as(displayName).isEmpty();
            assertThat(verified.getVerifiedCount()).isEqualTo(verified.getEventCount());
            return new Known(listed, verified.getEventCount());
        }

        String name() {
            return token.isEmpty() ? "" : token.get(0).getName();
        }
    }

    /** The writes. */
    private enum Write {
        CREATE("") {
            @Override
            String prepare(Shops shops, String what) {
                return "";
            }

            @Override
            boolean send(Shops shops, String name, String what) {
                CreateTokenResponse made = shops.tokens()
                        .createToken(Shops.create(what).toBuilder()
                                .setRequestId(what)
                                .build());
                return made.getSecretWithheld();
            }

            @Override
            boolean isDone(Token token) {
                return token.getState() == Token.State.ACTIVE && token.getSecretsCount() == 1;
            }

            @Override
            boolean tellsRepeats() {
                return true;
            }
        },
        ROTATE(StoredChecks.ALLOW) {
            @Override
            boolean send(Shops shops, String name, String what) {
                RotateTokenResponse rotated = shops.tokens()
                        .rotateToken(rotation(name).setRequestId(what).build());
                return rotated.getSecretWithheld();
            }

            @Override
            boolean isDone(Token token) {
                return states(token).equals(List.of(Secret.State.CURRENT, Secret.State.GRACE));
            }

            @Override
            boolean tellsRepeats() {
                return true;
            }
        },
        END_GRACE("SECRET_ROTATED") {
            @Override
            String prepare(Shops shops, String what) {
                String secret = super.prepare(shops, what);
                var unused = shops.tokens()
                        .rotateToken(rotation(Known.of(shops, what).name()).build());
                return secret;
            }

            @Override
            boolean send(Shops shops, String name, String what) {
                var unused = shops.tokens()
                        .endGracePeriod(
                                EndGracePeriodRequest.newBuilder().setName(name).build());
                return true;
            }

            @Override
            boolean isDone(Token token) {
                return states(token).equals(List.of(Secret.State.CURRENT, Secret.State.ENDED));
            }
        },
        REVOKE("REVOKED") {
            @Override
            boolean send(Shops shops, String name, String what) {
                var unused = shops.tokens()
                        .revokeToken(
                                RevokeTokenRequest.newBuilder().setName(name).build());
                return true;
            }

            @Override
            boolean isDone(Token token) {
                return token.getState() == Token.State.REVOKED;
            }
        },
        DELETE("DELETED") {
            @Override
            boolean send(Shops shops, String name, String what) {
                var unused = shops.tokens()
                        .deleteToken(
                                DeleteTokenRequest.newBuilder().setName(name).build());
                return true;
            }

            @Override
            boolean isDone(Token token) {
                return token.getState() == Token.State.DELETED;
            }
        };

        private final String check;

        Write(String check) {
            this.check = check;
        }

        /** Makes what is written to, and answers its first secret; empty text where it makes nothing. */
        String prepare(Shops shops, String what) {
            return shops.tokens().createToken(Shops.create(what)).getPlain().getSecret();
        }

        /** Sends it, and answers whether Admin said that it was done before; always true where Admin does not say so. */
        abstract boolean send(Shops shops, String name, String what);

        abstract boolean isDone(Token token);

        /** Whether a repeat is told that it is one. */
        boolean tellsRepeats() {
            return false;
        }

        /** How a check of the secret of before is decided once it is done. */
        String check() {
            return check;
        }

        private static RotateTokenRequest.Builder rotation(String name) {
            return RotateTokenRequest.newBuilder()
                    .setName(name)
                    .setGracePeriod(Durations.fromHours(1))
                    .setWait(false);
        }

        private static List<Secret.State> states(Token token) {
            return token.getSecretsList().stream().map(Secret::getState).toList();
        }
    }
}
