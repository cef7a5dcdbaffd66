package io.keywarden.redis;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.util.Timestamps;
import io.grpc.Channel;
import io.keywarden.admin.AdminInProcess;
import io.keywarden.admin.Upkeep;
import io.keywarden.admin.UpkeepObserver;
import io.keywarden.admin.v1.CatalogServiceGrpc;
import io.keywarden.admin.v1.CreateCatalogRequest;
import io.keywarden.admin.v1.CreateTenantRequest;
import io.keywarden.admin.v1.CreateTokenRequest;
import io.keywarden.admin.v1.CredentialSource;
import io.keywarden.admin.v1.DeleteTokenRequest;
import io.keywarden.admin.v1.ListTokensRequest;
import io.keywarden.admin.v1.Tenant;
import io.keywarden.admin.v1.TenantServiceGrpc;
import io.keywarden.admin.v1.Token;
import io.keywarden.admin.v1.TokenServiceGrpc;
import io.keywarden.admin.v1.TokenServiceGrpc.TokenServiceBlockingStub;
import io.keywarden.testkit.Eventually;
import io.keywarden.testkit.NeedsRedis7;
import io.keywarden.testkit.RedisProcess;
import io.keywarden.testkit.Threads;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What several Admins do at once, because time passes, with what is in a real Redis. */
@NeedsRedis7
final class UpkeepIT {
    private static final Duration LIMIT = Duration.ofSeconds(10);
    private static final String PARENT = "tenants/acme";
    private static final int TOKENS = 120;

    @TempDir
    @Nullable
    Path folder;

    private final AtomicInteger purged = new AtomicInteger();
    private final AtomicInteger noticed = new AtomicInteger();
    private final UpkeepObserver observer = new UpkeepObserver() {
        @Override
        public void purged() {
            purged.incrementAndGet();
        }

        @Override
        public void noticed() {
            noticed.incrementAndGet();
        }
    };

    @Test
    void tick_twoAdminsAtOnce_eachTokenPurgedAndNotedOnce() {
        try (RedisProcess redis = RedisProcess.inMemory();
                RedisStore store = RedisStore.connect(RedisSettings.local(redis.port()), () -> 0, RedisObserver.NONE)) {
            Eventually.within(LIMIT, () -> assertThat(store.obstacle()).isEmpty());
            AdminInProcess.Roles roles = new AdminInProcess.Roles(store, store, store, store);
            AdminInProcess.Identity identity = new AdminInProcess.Identity(Objects.requireNonNull(folder));
            try (AdminInProcess admin = AdminInProcess.start(roles, identity)) {
                TokenServiceBlockingStub tokens = TokenServiceGrpc.newBlockingStub(admin.channel());
                makeTenant(admin.channel());
                IntStream.range(0, TOKENS).forEach(i -> make(tokens, i, i % 2 == 0));

                Instant later = Instant.now().plus(Duration.ofDays(31));
                Upkeep one = AdminInProcess.upkeep(roles, identity, InstantSource.fixed(later), observer);
                Upkeep other = AdminInProcess.upkeep(roles, identity, InstantSource.fixed(later), observer);
                Thread beside = new Thread(other::tick);
                beside.start();
                one.tick();
                Threads.join(beside);

                assertThat(purged).hasValue(TOKENS / 2);
                assertThat(noticed).hasValue(TOKENS / 2);
                assertThat(list(tokens)).hasSize(TOKENS / 2).allMatch(token -> token.getState() == Token.State.ACTIVE);
                // Their names and ids are free.
                IntStream.iterate(0, i -> i < TOKENS, i -> i + 2).forEach(i -> make(tokens, i, false));
                assertThat(list(tokens)).hasSize(TOKENS);
            }
        }
    }

    private static void makeTenant(Channel channel) {
        var unused = CatalogServiceGrpc.newBlockingStub(channel)
                .createCatalog(CreateCatalogRequest.newBuilder()
                        .setCatalogId("shop")
                        .setWait(false)
                        .build());
        var unusedToo = TenantServiceGrpc.newBlockingStub(channel)
                .createTenant(CreateTenantRequest.newBuilder()
                        .setTenantId("acme")
                        .setWait(false)
                        .setTenant(Tenant.newBuilder()
                                .setCatalog("catalogs/shop")
                                .addExpiryNoticeDays(7)
                                .addCredentialSources(CredentialSource.newBuilder()
                                        .setAuthorizationScheme("SalureToken")
                                        .setForm(CredentialSource.Form.OPAQUE)))
                        .build());
    }

    private static void make(TokenServiceBlockingStub tokens, int number, boolean delete) {
        Token token = tokens.createToken(CreateTokenRequest.newBuilder()
                        .setParent(PARENT)
                        .setWait(false)
                        .setToken(Token.newBuilder()
                                .setDisplayName("token " + number)
                                .setCredentialId("SU-" + number)
                                .setExpireTime(Timestamps.fromSeconds(
                                        Instant.now().plus(Duration.ofDays(35)).getEpochSecond())))
                        .build())
                .getToken();
        if (delete) {
            var unused = tokens.deleteToken(
                    DeleteTokenRequest.newBuilder().setName(token.getName()).build());
        }
    }

    private static List<Token> list(TokenServiceBlockingStub tokens) {
        return tokens.listTokens(ListTokensRequest.newBuilder()
                        .setParent(PARENT)
                        .setPageSize(1_000)
                        .setShowDeleted(true)
                        .build())
                .getTokensList();
    }
}
