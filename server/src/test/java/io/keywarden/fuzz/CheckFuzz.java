package io.keywarden.fuzz;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.envoyproxy.envoy.config.core.v3.HeaderValueOption;
import io.envoyproxy.envoy.service.auth.v3.CheckResponse;
import io.keywarden.check.BytesWorld;
import io.keywarden.check.Readings;
import io.keywarden.policy.Decision;
import io.keywarden.policy.Reason;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * From the bytes of a CheckRequest to the answer: one that means one thing, and lets nobody in who did not bring the secret.
 * What begins as a CheckRequest does are its bytes; all else is a {@link Wire} text of one, in which TOKEN stands for the token.
 */
class CheckFuzz {
    private static final BytesWorld WORLD = new BytesWorld();
    private static final int ERROR_RESPONSE = 5;

    static Stream<byte[]> seeds() {
        return new CheckSeeds(WORLD).all();
    }

    @MethodSource("seeds")
    @FuzzTest
    void check_anyBytes_letsNobodyInWithoutTheSecret(byte[] input) {
        byte[] bytes = input.length > 0 && input[0] == '\n'
                ? input
                : Wire.bytes(new String(input, ISO_8859_1).replace("TOKEN", WORLD.token()));
        Readings.agree(bytes);
        WORLD.check(bytes).ifPresent(answer -> {
            CheckResponse response = answer.response();
            if (answer.decision() instanceof Decision.Allow allow) {
                assertAllow(response, allow, SentBytes.of(bytes));
            } else {
                assertRefusal(response, answer.decision());
            }
            assertThat(response.getDynamicMetadata()
                            .getFieldsOrThrow("decision")
                            .getStringValue())
                    .isEqualTo(word(answer.decision()));
            assertThat(ours(response)).doesNotContain(WORLD.secret());
        });
    }

    /** An answer without what Envoy is told as it came: names of headers that claim something, and what others put beside. */
    private static String ours(CheckResponse response) {
        CheckResponse.Builder ours = response.toBuilder();
        List<HeaderValueOption> set = response.getOkResponse().getHeadersList().stream()
                .filter(header -> header.getHeader().getKey().startsWith("x-"))
                .toList();
        ours.getOkResponseBuilder().clearHeadersToRemove().clearHeaders().addAllHeaders(set);
        return ours.build().toByteString().toString(ISO_8859_1);
    }

    private static void assertAllow(CheckResponse response, Decision.Allow allow, SentBytes sent) {
        assertThat(response.getStatus().getCode()).isZero();
        assertThat(response.hasOkResponse()).isTrue();
        assertThat(response.getUnknownFields().asMap()).isEmpty();
        List<String> names = response.getOkResponse().getHeadersList().stream()
                .map(header -> header.getHeader().getKey())
                .toList();
        if (allow.identity().isPresent()) {
            assertThat(sent.contain(WORLD.secret())).as("the secret was sent").isTrue();
            assertThat(names).contains("x-keywarden-token-id", "x-keywarden-tenant");
        } else {
            assertThat(Stream.of("/probe", "PUBLIC", "OPTIONAL", "access-control-request-method")
                            .anyMatch(sent::contain))
                    .as("nobody is let in here")
                    .isTrue();
            assertThat(names).noneMatch(name -> name.startsWith("x-keywarden-"));
        }
    }

    private static void assertRefusal(CheckResponse response, Decision decision) {
        boolean unknown = decision instanceof Decision.CannotTell;
        assertThat(response.getStatus().getCode()).isIn(7, 14, 16);
        assertThat(response.hasOkResponse()).isFalse();
        int status = response.getDeniedResponse().getStatus().getCodeValue();
        assertThat(status).isIn(401, 403, 503);
        assertThat(status == 503).isEqualTo(unknown);
        assertThat(response.getUnknownFields().hasField(ERROR_RESPONSE)).isEqualTo(unknown);
        // Something of ours was thrown on the way.
        assertThat(response.getStatus().getMessage()).isNotEqualTo(Reason.INTERNAL.name());
    }

    private static String word(Decision decision) {
        return decision.fold(allow -> "ALLOW", deny -> "DENY", unknown -> "ERROR");
    }
}
