package io.keywarden.admin;

import com.google.protobuf.Any;
import com.google.protobuf.Message;
import com.google.rpc.Code;
import com.google.rpc.ErrorInfo;
import com.google.rpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;

/** The one place that turns failures into gRPC statuses with {@code google.rpc} details. */
final class AdminErrors {
    /** The domain of every reason. */
    static final String DOMAIN = "keywarden.io";

    private AdminErrors() {}

    /** The status of a failure. */
    static StatusRuntimeException toStatus(AdminFailure failure) {
        Status.Builder status = Status.newBuilder()
                .setCode(failure.code().getNumber())
                .setMessage(failure.message())
                .addDetails(Any.pack(ErrorInfo.newBuilder()
                        .setReason(failure.reasonName())
                        .setDomain(DOMAIN)
                        .putAllMetadata(failure.metadata())
                        .build()));
        for (Message detail : failure.details()) {
            status.addDetails(Any.pack(detail));
        }
        return StatusProto.toStatusRuntimeException(status.build());
    }

    /** The status of what should not happen: it tells nothing. */
    static StatusRuntimeException internal() {
        return StatusProto.toStatusRuntimeException(Status.newBuilder()
                .setCode(Code.INTERNAL.getNumber())
                .setMessage("internal error")
                .build());
    }
}
