package io.keywarden.redis;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.util.Durations;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.keywarden.admin.AdminInProcess;
import io.keywarden.admin.Shops;
import io.keywarden.admin.StoredChecks;
import io.keywarden.admin.v1.CreateTokenResponse;
import io.keywarden.admin.v1.RotateTokenRequest;
import io.keywarden.admin.v1.RotateTokenResponse;
import io.keywarden.admin.v1.Secret;
import io.keywarden.admin.v1.Token;
import io.keywarden.admin.v1.VerifyHistoryResponse;
import io.keywarden.testkit.NeedsRedis7;
import io.keywarden.testkit.RedisProcess;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two Admins, each with connections of its own to one Redis, that rotate the same token at the same moment. */
@NeedsRedis7
final class RotationRaceIT {
    private static final int ROUNDS = 100;
    private static final int MOST_LIVE = 2;
    private static final int MOST_ENDED = 3;

    @TempDir
    private Path folder = Path.of("");

    private final List<AutoCloseable> opened = new ArrayList<>();
    private final ExecutorService callers = Executors.newFixedThreadPool(2);
    private final CyclicBarrier together = new CyclicBarrier(2);
    private final List<Shops> admins = new ArrayList<>();
    private final List<StoredChecks> checks = new ArrayList<>();

    @BeforeEach
    void start() {
        RedisProcess redis = opened(RedisProcess.inMemory());
        AdminInProcess.Identity identity = new AdminInProcess.Identity(folder);
        for (int i = 0; i < 2; i++) {
            RedisStore store = opened(Stores.connected(redis));
            AdminInProcess.Roles roles = new AdminInProcess.Roles(store, store, store, store);
            admins.add(new Shops(opened(AdminInProcess.start(roles, identity)).channel()));
            checks.add(StoredChecks.of(roles, identity, InstantSource.system()));
        }
        admins.get(0).open();
    }

    @AfterEach
    void stop() throws Exception {
        callers.shutdownNow();
        for (int i = opened.size() - 1; i >= 0; i--) {
            opened.get(i).close();
        }
    }

    private <T extends AutoCloseable> T opened(T part) {
        opened.add(part);
        return part;
    }

    @Test
    void rotate_twoAdminsWithTheSameEtag_oneWinsEachTime() throws Exception {
        CreateTokenResponse made = admins.get(0).tokens().createToken(Shops.create("raced"));
        String name = made.getToken().getName();
        for (int round = 1; round <= ROUNDS; round++) {
            RotateTokenRequest request =
                    request(name).setEtag(admins.get(0).get(name).getEtag()).build();
            List<Answered> answers = both(request);

            assertThat(answers).as("round %s", round).extracting(Answered::code).containsOnlyOnce(Status.Code.OK);
            assertThat(answers).extracting(Answered::code).containsOnlyOnce(Status.Code.ABORTED);
            assertThat(requireConsistent(name, round + 1).getSecrets(0).getNumber())
                    .isEqualTo(round + 1);
            assertThatSecretsAreAsTold(name, answers);
        }
    }

    @Test
    void rotate_twoAdminsWithoutEtag_bothOneAfterTheOther() throws Exception {
        CreateTokenResponse made = admins.get(0).tokens().createToken(Shops.create("raced"));
        String name = made.getToken().getName();
        for (int round = 1; round <= ROUNDS; round++) {
            List<Answered> answers = both(request(name).build());

            assertThat(answers).as("round %s", round).extracting(Answered::code).containsOnly(Status.Code.OK);
            assertThat(answers.stream().map(Answered::number).sorted()).containsExactly(2 * round, 2 * round + 1);
            requireConsistent(name, 2 * round + 1);
            assertThatSecretsAreAsTold(name, answers);
        }
    }

    private static RotateTokenRequest.Builder request(String name) {
        return RotateTokenRequest.newBuilder()
                .setName(name)
                .setGracePeriod(Durations.fromHours(1))
                .setWait(false);
    }

    /** What a caller was told; a number of 0 where nothing was. */
    private record Answered(Status.Code code, int number, String secret) {}

    private List<Answered> both(RotateTokenRequest request) throws Exception {
        List<Callable<Answered>> calls = admins.stream()
                .<Callable<Answered>>map(admin -> () -> rotate(admin, request))
                .toList();
        List<Answered> answers = new ArrayList<>();
        for (Future<Answered> one : callers.invokeAll(calls)) {
            answers.add(one.get());
        }
        return answers;
    }

    private Answered rotate(Shops admin, RotateTokenRequest request) throws Exception {
        together.await();
        try {
            RotateTokenResponse rotated = admin.tokens().rotateToken(request);
            return new Answered(
                    Status.Code.OK,
                    rotated.getToken().getSecrets(0).getNumber(),
                    rotated.getPlain().getSecret());
        } catch (StatusRuntimeException e) {
            return new Answered(e.getStatus().getCode(), 0, "");
        }
    }

    /** Both Admins say the same of a token, which has had so many secrets. */
    private Token requireConsistent(String name, int secrets) {
        Token token = admins.get(0).get(name);
        assertThat(admins.get(1).get(name)).isEqualTo(token);
        int kept = Math.min(secrets, MOST_LIVE + MOST_ENDED);
        assertThat(token.getSecretsList())
                .extracting(Secret::getNumber)
                .isEqualTo(
                        IntStream.range(0, kept).map(i -> secrets - i).boxed().toList());
        assertThat(token.getSecretsList())
                .extracting(Secret::getState)
                .containsOnlyOnce(Secret.State.CURRENT)
                .startsWith(Secret.State.CURRENT);
        assertThat(token.getSecretsList()).filteredOn(RotationRaceIT::works).hasSizeLessThanOrEqualTo(MOST_LIVE);
        VerifyHistoryResponse verified = admins.get(1).verify(name);
        assertThat(verified.getProblemsList()).isEmpty();
        assertThat(verified.getEventCount()).isEqualTo(secrets);
        return token;
    }

    /** Each secret that was told works, or does not, as the record says; none is one that the record does not know. */
    private void assertThatSecretsAreAsTold(String name, List<Answered> answers) {
        Token token = admins.get(0).get(name);
        for (Answered told : answers) {
            if (told.code() == Status.Code.OK) {
                Secret secret = token.getSecretsList().stream()
                        .filter(known -> known.getNumber() == told.number())
                        .findFirst()
                        .orElseThrow();
                String expected = works(secret) ? StoredChecks.ALLOW : "SECRET_ROTATED";
                assertThat(checks)
                        .as("secret %s of %s", told.number(), token)
                        .allSatisfy(
                                check -> assertThat(check.orders(told.secret())).isEqualTo(expected));
            }
        }
    }

    private static boolean works(Secret secret) {
        return secret.getState() == Secret.State.CURRENT || secret.getState() == Secret.State.GRACE;
    }
}
