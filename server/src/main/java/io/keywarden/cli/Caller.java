package io.keywarden.cli;

import com.google.protobuf.Descriptors;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.util.JsonFormat;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ChannelCredentials;
import io.grpc.ClientInterceptors;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.StatusRuntimeException;
import io.grpc.TlsChannelCredentials;
import io.grpc.protobuf.ProtoUtils;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.MetadataUtils;
import java.io.IOException;
import java.util.concurrent.TimeUnit;

/** Makes calls as one caller. */
final class Caller {
    private static final Metadata.Key<String> AUTHORIZATION =
            Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);

    private final CallTarget target;

    Caller(CallTarget target) {
        this.target = target;
    }

    /**
     * Calls a method.
     *
     * @return the answer as JSON
     * @throws UserError if the request is not understood, or the call fails; the message says why in words
     */
    String call(Descriptors.MethodDescriptor method, String json) {
        JsonFormat.TypeRegistry types = CallMethods.types();
        DynamicMessage request = request(method, json, types);
        ManagedChannel channel = channel();
        try {
            DynamicMessage answer = ClientCalls.blockingUnaryCall(
                    withToken(channel),
                    grpcMethod(method),
                    CallOptions.DEFAULT.withDeadlineAfter(target.timeout().toMillis(), TimeUnit.MILLISECONDS),
                    request);
            return JsonFormat.printer().usingTypeRegistry(types).print(answer);
        } catch (StatusRuntimeException e) {
            throw new UserError(ExitCode.FAILED, CallFailure.words(e, target));
        } catch (InvalidProtocolBufferException e) {
            throw new UserError(ExitCode.FAILED, "the answer cannot be written as JSON: " + e.getMessage());
        } finally {
            channel.shutdownNow();
        }
    }

    private static DynamicMessage request(
            Descriptors.MethodDescriptor method, String json, JsonFormat.TypeRegistry types) {
        DynamicMessage.Builder request = DynamicMessage.newBuilder(method.getInputType());
        try {
            JsonFormat.parser().usingTypeRegistry(types).merge(json, request);
        } catch (InvalidProtocolBufferException e) {
            throw new UserError(
                    ExitCode.USAGE, "the request is no " + method.getInputType().getName() + ": " + e.getMessage());
        }
        return request.build();
    }

    /** A new channel, which its user ends. */
    ManagedChannel channel() {
        return Grpc.newChannelBuilderForAddress(
                        target.address().host(), target.address().port(), credentials())
                .userAgent("keywarden-call")
                .proxyDetector(address -> null)
                .build();
    }

    private ChannelCredentials credentials() {
        if (target.ca().isEmpty()) {
            return InsecureChannelCredentials.create();
        }
        try {
            return TlsChannelCredentials.newBuilder()
                    .trustManager(target.ca().get().toFile())
                    .build();
        } catch (IOException e) {
            throw new UserError(ExitCode.USAGE, target.ca().get() + " cannot be read: " + e);
        }
    }

    /** The same, with the caller's token in each call. */
    Channel withToken(Channel channel) {
        if (target.token().isEmpty()) {
            return channel;
        }
        Metadata headers = new Metadata();
        headers.put(AUTHORIZATION, "Bearer " + target.token().get());
        return ClientInterceptors.intercept(channel, MetadataUtils.newAttachHeadersInterceptor(headers));
    }

    private static MethodDescriptor<DynamicMessage, DynamicMessage> grpcMethod(Descriptors.MethodDescriptor method) {
        return MethodDescriptor.<DynamicMessage, DynamicMessage>newBuilder()
                .setType(MethodDescriptor.MethodType.UNARY)
                .setFullMethodName(MethodDescriptor.generateFullMethodName(
                        method.getService().getFullName(), method.getName()))
                .setRequestMarshaller(ProtoUtils.marshaller(DynamicMessage.getDefaultInstance(method.getInputType())))
                .setResponseMarshaller(ProtoUtils.marshaller(DynamicMessage.getDefaultInstance(method.getOutputType())))
                .build();
    }
}
