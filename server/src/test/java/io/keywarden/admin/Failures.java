package io.keywarden.admin;

import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.rpc.BadRequest;
import com.google.rpc.ErrorInfo;
import com.google.rpc.PreconditionFailure;
import com.google.rpc.ResourceInfo;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/** Calls that fail, as their caller sees them. */
final class Failures {
    private Failures() {}

    /** What a caller sees of a failed call. */
    record Failure(Status.Code code, String reason, String message, Map<String, String> metadata, List<Any> details) {
        String what() {
            return code + " " + reason;
        }

        List<String> fields() {
            return detail(BadRequest.class).stream()
                    .flatMap(bad -> bad.getFieldViolationsList().stream())
                    .map(BadRequest.FieldViolation::getField)
                    .toList();
        }

        String resource() {
            return detail(ResourceInfo.class)
                    .map(info -> info.getResourceType() + " " + info.getResourceName())
                    .orElse("");
        }

        String precondition() {
            return detail(PreconditionFailure.class)
                    .map(failure -> failure.getViolations(0).getType() + " "
                            + failure.getViolations(0).getSubject())
                    .orElse("");
        }

        private <T extends Message> Optional<T> detail(Class<T> type) {
            return find(details, type);
        }
    }

    /** Makes a call that is expected to fail. */
    static Failure failure(ThrowingCallable call) {
        StatusRuntimeException thrown = catchThrowableOfType(StatusRuntimeException.class, call);
        if (thrown == null) {
            throw new AssertionError("the call succeeded (expected: a failure)");
        }
        return of(thrown);
    }

    /** Reads what a call failed with. */
    static Failure of(StatusRuntimeException thrown) {
        com.google.rpc.Status status = StatusProto.fromThrowable(thrown);
        List<Any> details = status == null ? List.of() : status.getDetailsList();
        ErrorInfo info = find(details, ErrorInfo.class).orElse(ErrorInfo.getDefaultInstance());
        if (!details.isEmpty() && !info.getDomain().equals("keywarden.io")) {
            throw new AssertionError("domain " + info.getDomain() + " (expected: keywarden.io)");
        }
        return new Failure(
                thrown.getStatus().getCode(),
                info.getReason(),
                String.valueOf(thrown.getStatus().getDescription()),
                info.getMetadataMap(),
                details);
    }

    private static <T extends Message> Optional<T> find(List<Any> details, Class<T> type) {
        return details.stream().filter(detail -> detail.is(type)).findFirst().map(detail -> {
            try {
                return detail.unpack(type);
            } catch (InvalidProtocolBufferException e) {
                throw new AssertionError(e);
            }
        });
    }
}
