package io.keywarden.admin;

import com.google.protobuf.ByteString;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorSet;
import com.google.protobuf.DescriptorProtos.MethodDescriptorProto;
import com.google.protobuf.DescriptorProtos.ServiceDescriptorProto;

/** Descriptions of APIs. */
final class Descriptions {
    /** Orders and bills, with a server's path, and an operation that says what it is. */
    static final String SHOP = """
            openapi: 3.0.3
            info: {title: Shop, version: "1"}
            servers: [{url: "https://shop.example/v1/"}]
            paths:
              /orders:
                get: {operationId: list, tags: [Orders], responses: {"200": {description: ok}}}
                post: {operationId: placeOrder, tags: [Orders], responses: {"201": {description: made}}}
              /orders/{order-id}:
                get: {operationId: get, tags: [Orders], responses: {"200": {description: ok}}}
                delete:
                  tags: [Orders]
                  x-keywarden-operation: cancel
                  x-keywarden-action: EDIT
                  x-keywarden-restricted: true
                  responses: {"200": {description: ok}}
              /bills:
                get: {tags: [Bills], responses: {"200": {description: ok}}}
            """;

    private Descriptions() {}

    /** Descriptors of one service. */
    static ByteString descriptors(String pkg, String service, String... methods) {
        ServiceDescriptorProto.Builder proto =
                ServiceDescriptorProto.newBuilder().setName(service);
        for (String method : methods) {
            proto.addMethod(MethodDescriptorProto.newBuilder()
                    .setName(method)
                    .setInputType(".google.protobuf.Empty")
                    .setOutputType(".google.protobuf.Empty"));
        }
        return FileDescriptorSet.newBuilder()
                .addFile(FileDescriptorProto.newBuilder()
                        .setName("shop.proto")
                        .setPackage(pkg)
                        .addService(proto))
                .build()
                .toByteString();
    }
}
