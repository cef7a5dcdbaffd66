package io.keywarden.envoyconfig;

import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import com.google.rpc.Status;
import io.envoyproxy.envoy.config.core.v3.HeaderValue;
import io.envoyproxy.envoy.config.core.v3.HeaderValueOption;
import io.envoyproxy.envoy.service.auth.v3.AuthorizationGrpc;
import io.envoyproxy.envoy.service.auth.v3.CheckRequest;
import io.envoyproxy.envoy.service.auth.v3.CheckResponse;
import io.envoyproxy.envoy.service.auth.v3.DeniedHttpResponse;
import io.envoyproxy.envoy.service.auth.v3.OkHttpResponse;
import io.envoyproxy.envoy.type.v3.HttpStatus;
import io.envoyproxy.envoy.type.v3.StatusCode;
import io.grpc.Status.Code;
import io.grpc.stub.StreamObserver;
import java.nio.charset.StandardCharsets;

/** A check server that knows a few credentials: for one it oversteps what it may change of a request, two have a priority. */
final class StandInCheck extends AuthorizationGrpc.AuthorizationImplBase {

    @Override
    public void check(CheckRequest request, StreamObserver<CheckResponse> responses) {
        String credential = request.getAttributes().getRequest().getHttp().getHeaderMap().getHeadersList().stream()
                .filter(header -> header.getKey().equals("authorization"))
                .map(header -> header.getRawValue().toString(StandardCharsets.UTF_8))
                .findFirst()
                .orElse("");
        responses.onNext(
                switch (credential) {
                    case "Bearer good" -> allow("authorization");
                    case "Bearer low-1", "Bearer low-2" -> allowToken(credential.substring("Bearer ".length()));
                    case "Bearer elsewhere" -> allow("x-elsewhere");
                    default -> deny();
                });
        responses.onCompleted();
    }

    private static CheckResponse allow(String removed) {
        return CheckResponse.newBuilder()
                .setStatus(Status.getDefaultInstance())
                .setOkResponse(OkHttpResponse.newBuilder()
                        .addHeaders(header("x-keywarden-token-id", "t1"))
                        .addHeadersToRemove(removed))
                .build();
    }

    private static CheckResponse allowToken(String id) {
        return allow("authorization").toBuilder()
                .setDynamicMetadata(Struct.newBuilder()
                        .putFields(
                                "priority",
                                Value.newBuilder().setStringValue("low").build())
                        .putFields(
                                "token_id",
                                Value.newBuilder().setStringValue(id).build()))
                .build();
    }

    private static CheckResponse deny() {
        Value decision = Value.newBuilder().setStringValue("DENY").build();
        return CheckResponse.newBuilder()
                .setStatus(Status.newBuilder().setCode(Code.UNAUTHENTICATED.value()))
                .setDeniedResponse(DeniedHttpResponse.newBuilder()
                        .setStatus(HttpStatus.newBuilder().setCode(StatusCode.Unauthorized))
                        .addHeaders(header("www-authenticate", "Bearer")))
                .setDynamicMetadata(Struct.newBuilder().putFields("decision", decision))
                .build();
    }

    private static HeaderValueOption header(String key, String value) {
        return HeaderValueOption.newBuilder()
                .setHeader(HeaderValue.newBuilder().setKey(key).setValue(value))
                .build();
    }
}
