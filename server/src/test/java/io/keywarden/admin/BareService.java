package io.keywarden.admin;

import io.grpc.MethodDescriptor;
import io.grpc.ServerServiceDefinition;
import io.grpc.protobuf.ProtoUtils;
import io.grpc.stub.ServerCalls;
import io.keywarden.admin.v1.ListCatalogsRequest;

/** A service whose RPC does not say what a caller needs for it. */
final class BareService {
    static final MethodDescriptor<ListCatalogsRequest, ListCatalogsRequest> METHOD =
            MethodDescriptor.<ListCatalogsRequest, ListCatalogsRequest>newBuilder()
                    .setType(MethodDescriptor.MethodType.UNARY)
                    .setFullMethodName("keywarden.admin.v1.BareService/Do")
                    .setRequestMarshaller(ProtoUtils.marshaller(ListCatalogsRequest.getDefaultInstance()))
                    .setResponseMarshaller(ProtoUtils.marshaller(ListCatalogsRequest.getDefaultInstance()))
                    .build();

    private BareService() {}

    static ServerServiceDefinition definition() {
        return ServerServiceDefinition.builder("keywarden.admin.v1.BareService")
                .addMethod(
                        METHOD,
                        ServerCalls.<ListCatalogsRequest, ListCatalogsRequest>asyncUnaryCall((request, observer) -> {
                            observer.onNext(request);
                            observer.onCompleted();
                        }))
                .build();
    }
}
