package io.keywarden.check;

import com.google.protobuf.Any;
import com.google.rpc.ErrorInfo;
import com.google.rpc.Status;
import java.util.Base64;

/**
 * Writes the {@code grpc-status-details-bin} of a refused gRPC call: a {@code google.rpc.Status} with an {@code ErrorInfo}
 * whose reason is the check's, base64 without padding as gRPC's wire format has binary headers.
 */
final class GrpcStatusDetails {
    private static final String DOMAIN = "keywarden.io";

    private GrpcStatusDetails() {}

    static String of(Refusals.Told told) {
        Status.Builder status =
                Status.newBuilder().setCode(told.reason().group().grpcStatus()).setMessage(told.message());
        if (!told.terse()) {
            ErrorInfo.Builder info =
                    ErrorInfo.newBuilder().setReason(told.reason().name()).setDomain(DOMAIN);
            told.tokenId().ifPresent(id -> info.putMetadata("token_id", id));
            told.missing().ifPresent(id -> info.putMetadata("operation", id));
            status.addDetails(Any.pack(info.build()));
        }
        return Base64.getEncoder()
                .withoutPadding()
                .encodeToString(status.build().toByteArray());
    }
}
