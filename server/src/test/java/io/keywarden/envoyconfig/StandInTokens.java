package io.keywarden.envoyconfig;

import com.google.protobuf.Any;
import com.google.rpc.Code;
import com.google.rpc.ErrorInfo;
import com.google.rpc.Status;
import io.grpc.protobuf.StatusProto;
import io.grpc.stub.StreamObserver;
import io.keywarden.admin.v1.GetTokenRequest;
import io.keywarden.admin.v1.GetTokenResponse;
import io.keywarden.admin.v1.TokenServiceGrpc;

/** A token service that has no token, and says so in full. */
final class StandInTokens extends TokenServiceGrpc.TokenServiceImplBase {

    @Override
    public void getToken(GetTokenRequest request, StreamObserver<GetTokenResponse> responses) {
        ErrorInfo info = ErrorInfo.newBuilder()
                .setReason("TOKEN_NOT_FOUND")
                .setDomain("keywarden")
                .build();
        responses.onError(StatusProto.toStatusRuntimeException(Status.newBuilder()
                .setCode(Code.NOT_FOUND_VALUE)
                .setMessage("no such token")
                .addDetails(Any.pack(info))
                .build()));
    }
}
