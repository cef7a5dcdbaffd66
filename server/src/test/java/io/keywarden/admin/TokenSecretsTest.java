package io.keywarden.admin;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.Timestamp;
import io.keywarden.store.v1.SecretDigest;
import io.keywarden.store.v1.TenantRecord;
import io.keywarden.token.Token;
import java.util.List;
import org.junit.jupiter.api.Test;

final class TokenSecretsTest {
    private static final TenantRecord TENANT =
            TenantRecord.newBuilder().setMaxLiveSecrets(TokenSecrets.MOST_LIVE).build();

    @Test
    void again_rotationWasLostOfATokenWithAsManySecretsAsCanBe_isOneThatCanBeRead() {
        List<SecretDigest> before = List.of();
        for (int number = 1; number <= 20; number++) {
            before = rotated(before, number);
        }
        assertThat(before).hasSize(Token.MAX_SECRETS);
        List<SecretDigest> lost = rotated(before, 21);

        List<SecretDigest> again = TokenSecrets.again(before, lost);
        assertThat(again).hasSize(Token.MAX_SECRETS);
        assertThat(again.get(0)).isEqualTo(lost.get(0));
        assertThat(again.subList(1, 5)).isEqualTo(lost.subList(1, 5));
    }

    private static List<SecretDigest> rotated(List<SecretDigest> before, int number) {
        SecretDigest next = SecretDigest.newBuilder()
                .setNumber(number)
                .setDigest(ByteString.copyFromUtf8("digest " + number))
                .setCreateTime(at(number))
                .build();
        return TokenSecrets.rotated(TENANT, before, next, at(1_000)).kept();
    }

    private static Timestamp at(long seconds) {
        return Timestamp.newBuilder().setSeconds(seconds).build();
    }
}
