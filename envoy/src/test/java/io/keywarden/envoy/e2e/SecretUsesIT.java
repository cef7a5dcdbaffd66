package io.keywarden.envoy.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.util.Durations;
import io.keywarden.admin.v1.GetTokenRequest;
import io.keywarden.admin.v1.ListOldSecretUsersRequest;
import io.keywarden.admin.v1.OldSecretUser;
import io.keywarden.admin.v1.RotateTokenRequest;
import io.keywarden.admin.v1.Secret;
import io.keywarden.envoy.e2e.fixture.Deployment;
import io.keywarden.envoy.e2e.fixture.IssuedToken;
import io.keywarden.envoy.e2e.fixture.RawRequest;
import io.keywarden.envoy.e2e.fixture.SharedDeployment;
import io.keywarden.envoy.e2e.fixture.Shop;
import io.keywarden.testkit.Eventually;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Who still uses a secret that was replaced is known while there is time to tell them. */
final class SecretUsesIT {
    private static final Duration KEPT = Duration.ofSeconds(20);

    @RegisterExtension
    static final SharedDeployment SHARED = new SharedDeployment();

    @Test
    void oldSecret_usedAfterItWasReplaced_isListedWithItsAddress() {
        Deployment deployment = SHARED.get();
        IssuedToken moved = deployment.admin().issue(Shop.ACME, Shop.READ_ORDERS);
        IssuedToken stays = deployment.admin().issue(Shop.ACME, Shop.READ_ORDERS);
        IssuedToken next = rotated(deployment, moved);
        rotated(deployment, stays);
        assertThat(deployment.gateway().send(list(next)).status()).isEqualTo(200);
        assertThat(deployment.gateway().send(list(stays)).status()).isEqualTo(200);

        Eventually.within(KEPT, () -> {
            assertThat(secrets(deployment, moved).get(0).hasLastUsedTime()).isTrue();
            assertThat(secrets(deployment, stays).get(1).hasLastUsedTime()).isTrue();
        });
        List<OldSecretUser> users = deployment
                .admin()
                .usage()
                .listOldSecretUsers(ListOldSecretUsersRequest.newBuilder()
                        .setParent("tenants/" + Shop.ACME)
                        .setPageSize(1000)
                        .build())
                .getUsersList();
        assertThat(users)
                .extracting(OldSecretUser::getToken)
                .contains(stays.name())
                .doesNotContain(moved.name());
        OldSecretUser user = users.stream()
                .filter(found -> found.getToken().equals(stays.name()))
                .findFirst()
                .orElseThrow();
        assertThat(user.getSecretNumber()).isEqualTo(1);
        assertThat(user.getUses(0).getAddress()).isEqualTo("203.0.113.7");
    }

    private static RawRequest list(IssuedToken token) {
        return RawRequest.get("/v1/orders")
                .host(Shop.ACME_HOST)
                .header("X-Forwarded-For", "203.0.113.7")
                .bearer(token);
    }

    private static List<Secret> secrets(Deployment deployment, IssuedToken token) {
        return deployment
                .admin()
                .tokens()
                .getToken(GetTokenRequest.newBuilder().setName(token.name()).build())
                .getToken()
                .getSecretsList();
    }

    private static IssuedToken rotated(Deployment deployment, IssuedToken token) {
        return new IssuedToken(
                token.name(),
                deployment
                        .admin()
                        .tokens()
                        .rotateToken(RotateTokenRequest.newBuilder()
                                .setName(token.name())
                                .setGracePeriod(Durations.fromHours(1))
                                .build())
                        .getPlain()
                        .getSecret());
    }
}
