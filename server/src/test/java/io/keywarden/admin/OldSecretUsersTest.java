package io.keywarden.admin;

import static io.keywarden.admin.Failures.failure;
import static io.keywarden.admin.Fixtures.createToken;
import static io.keywarden.admin.Fixtures.token;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.groups.Tuple.tuple;

import com.google.protobuf.util.Durations;
import io.keywarden.admin.v1.GetTokenRequest;
import io.keywarden.admin.v1.ListOldSecretUsersRequest;
import io.keywarden.admin.v1.ListOldSecretUsersResponse;
import io.keywarden.admin.v1.OldSecretUser;
import io.keywarden.admin.v1.RotateTokenRequest;
import io.keywarden.admin.v1.Secret;
import io.keywarden.admin.v1.Token;
import io.keywarden.admin.v1.UsageServiceGrpc;
import io.keywarden.store.SecretUse;
import io.keywarden.token.IpAddress;
import io.keywarden.token.TokenId;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

final class OldSecretUsersTest {
    @RegisterExtension
    private final AdminHarness admin = new AdminHarness();

    private String name = "";

    @BeforeEach
    void makeToken() {
        Fixtures.shop(admin);
        name = make("CI");
    }

    @Test
    void list_oldSecretUsedAfterItWasReplaced_isToldWithItsAddresses() {
        use(name, 1, "192.0.2.9");
        pass(60);
        rotate(name, 3600);
        pass(60);
        Instant first = use(name, 1, "192.0.2.1");
        pass(60);
        Instant second = use(name, 1, "192.0.2.2");
        use(name, 2, "192.0.2.3");

        OldSecretUser user = list().getUsers(0);
        assertThat(list().getUsersList()).hasSize(1);
        assertThat(user.getToken()).isEqualTo(name);
        assertThat(user.getDisplayName()).isEqualTo("CI");
        assertThat(user.getSecretNumber()).isEqualTo(1);
        assertThat(user.getLastUsedTime()).isEqualTo(RecordWrites.timestamp(second));
        assertThat(user.getGraceEndTime()).isEqualTo(get().getSecrets(1).getGraceEndTime());
        assertThat(user.getUsesList())
                .extracting(io.keywarden.admin.v1.SecretUse::getAddress)
                .containsExactly("192.0.2.2", "192.0.2.1");
        assertThat(user.getUses(1).getLastUsedTime()).isEqualTo(RecordWrites.timestamp(first));
    }

    @Test
    void list_oldSecretNotUsedSince_orEnded_isNotThere() {
        use(name, 1, "192.0.2.1");
        rotate(name, 600);
        assertThat(list().getUsersList()).isEmpty();

        pass(60);
        use(name, 1, "192.0.2.1");
        assertThat(list().getUsersList()).hasSize(1);
        pass(600);
        assertThat(list().getUsersList()).isEmpty();
    }

    @Test
    void list_pages_goThroughAllTokens() {
        for (int i = 0; i < 6; i++) {
            String other = make("other " + i);
            if (i % 2 == 0) {
                rotate(other, 3600);
                pass(1);
                use(other, 1, "192.0.2.1");
            }
        }
        int users = 0;
        int pages = 0;
        String page = "";
        do {
            ListOldSecretUsersResponse response = UsageServiceGrpc.newBlockingStub(
                            admin.tokens().getChannel())
                    .listOldSecretUsers(ListOldSecretUsersRequest.newBuilder()
                            .setParent("tenants/acme")
                            .setPageSize(2)
                            .setPageToken(page)
                            .build());
            users += response.getUsersCount();
            page = response.getNextPageToken();
            pages++;
        } while (!page.isEmpty());

        assertThat(users).isEqualTo(3);
        assertThat(pages).isEqualTo(4);
    }

    @Test
    void list_wrongRequest_refused() {
        assertThat(failure(() -> list("tenants/none", 0)).reason()).isEqualTo("TENANT_NOT_FOUND");
        assertThat(failure(() -> list("acme", 0)).fields()).containsExactly("parent");
        assertThat(failure(() -> list("tenants/acme", 1001)).fields()).containsExactly("page_size");
    }

    @Test
    void get_token_tellsWhenEachSecretWasUsed() {
        assertThat(get().hasLastUsedTime()).isFalse();
        rotate(name, 3600);
        pass(60);
        Instant first = use(name, 1, "192.0.2.1");
        pass(60);
        Instant second = use(name, 2, "192.0.2.1");

        Token token = get();
        assertThat(token.getSecretsList())
                .extracting(Secret::getNumber, Secret::getLastUsedTime)
                .containsExactly(tuple(2, RecordWrites.timestamp(second)), tuple(1, RecordWrites.timestamp(first)));
        assertThat(token.getLastUsedTime()).isEqualTo(RecordWrites.timestamp(second));
    }

    private String make(String displayName) {
        return Fixtures.make(admin, createToken(token(displayName))).getToken().getName();
    }

    private Token get() {
        return admin.tokens()
                .getToken(GetTokenRequest.newBuilder().setName(name).build())
                .getToken();
    }

    private void rotate(String token, int grace) {
        admin.told(admin.tokens()
                .rotateToken(RotateTokenRequest.newBuilder()
                        .setName(token)
                        .setGracePeriod(Durations.fromSeconds(grace))
                        .build())
                .getPlain()
                .getSecret());
    }

    /** As a replica that checks keeps it. */
    private Instant use(String token, int number, String address) {
        SecretUse.Of of = new SecretUse.Of(new TokenId(token.substring("tenants/acme/tokens/".length())), number);
        Instant now = admin.clock.instant();
        SecretUse use = new SecretUse(of, IpAddress.parse(address), now);
        assertThat(admin.store
                        .inner()
                        .use(of, List.of(use), Duration.ofSeconds(1))
                        .toCompletableFuture()
                        .join())
                .isTrue();
        return now;
    }

    private void pass(int seconds) {
        admin.clock.advance(Duration.ofSeconds(seconds));
    }

    private ListOldSecretUsersResponse list() {
        return list("tenants/acme", 0);
    }

    private ListOldSecretUsersResponse list(String parent, int size) {
        return UsageServiceGrpc.newBlockingStub(admin.tokens().getChannel())
                .listOldSecretUsers(ListOldSecretUsersRequest.newBuilder()
                        .setParent(parent)
                        .setPageSize(size)
                        .build());
    }
}
