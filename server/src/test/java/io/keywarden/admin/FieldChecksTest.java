package io.keywarden.admin;

import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import io.keywarden.policy.PathTemplate;
import org.junit.jupiter.api.Test;

class FieldChecksTest {
    @Test
    void finish_manyLongMistakes_fitInTheTrailers() {
        FieldChecks checks = new FieldChecks();
        for (int i = 0; i < 500; i++) {
            String field = "module.operations[" + i + "].http.path_template";
            PathTemplate.problem("/" + "*".repeat(1_000)).ifPresent(problem -> checks.reject(field, problem));
        }

        assertThatThrownBy(checks::finish)
                .asInstanceOf(type(AdminException.class))
                .extracting(e -> sizeOf(AdminErrors.toStatus(e.failure())))
                .satisfies(
                        size -> org.assertj.core.api.Assertions.assertThat(size).isLessThan(8_192 * 3 / 4));
    }

    /** Trailers are 8 KiB at most for many clients, and base64 takes four bytes for three. */
    private static int sizeOf(StatusRuntimeException status) {
        com.google.rpc.Status details = StatusProto.fromThrowable(status);
        return details == null ? 0 : details.getSerializedSize();
    }
}
