package io.keywarden.cli;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.rpc.BadRequest;
import com.google.rpc.ErrorInfo;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import java.util.StringJoiner;

/** Puts a failed call into words. */
final class CallFailure {
    private CallFailure() {}

    static String words(StatusRuntimeException failure, CallTarget target) {
        Status status = failure.getStatus();
        com.google.rpc.Status details = StatusProto.fromThrowable(failure);
        if (details == null || details.getDetailsCount() == 0) {
            return status.getCode() + ": " + message(status) + hint(status, target, false);
        }
        String reason = "";
        StringJoiner lines = new StringJoiner(System.lineSeparator());
        for (Any detail : details.getDetailsList()) {
            try {
                if (detail.is(ErrorInfo.class)) {
                    reason = " (" + detail.unpack(ErrorInfo.class).getReason() + ")";
                } else if (detail.is(BadRequest.class)) {
                    detail.unpack(BadRequest.class)
                            .getFieldViolationsList()
                            .forEach(field -> lines.add("  " + field.getField() + ": " + field.getDescription()));
                }
            } catch (InvalidProtocolBufferException e) {
                lines.add("  a detail that cannot be read: " + detail.getTypeUrl());
            }
        }
        String head = status.getCode() + reason + ": " + message(status) + hint(status, target, true);
        return lines.length() == 0 ? head : head + System.lineSeparator() + lines;
    }

    private static String message(Status status) {
        String description = status.getDescription();
        if (status.getCause() == null) {
            return description == null ? "no more is known" : description;
        }
        Throwable cause = status.getCause();
        while (cause.getCause() != null) {
            cause = cause.getCause();
        }
        return (description == null ? "" : description + ": ") + cause.getMessage();
    }

    /** What may help. A server that can be reached explains itself by a detail. */
    private static String hint(Status status, CallTarget target, boolean explained) {
        if (status.getCode() == Status.Code.UNAVAILABLE && !explained) {
            return System.lineSeparator() + "  nothing usable answers at " + target.address()
                    + (target.ca().isPresent()
                            ? " over TLS (is it running, and does it speak TLS?)"
                            : " in plaintext (is it running? does it want TLS: --ca FILE?)");
        }
        if (status.getCode() == Status.Code.UNAUTHENTICATED && target.token().isEmpty()) {
            return System.lineSeparator()
                    + "  no token was sent (expected: --token-file FILE, or $KEYWARDEN_ADMIN_TOKEN_FILE)";
        }
        return "";
    }
}
