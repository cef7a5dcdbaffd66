package io.keywarden.apispec;

import com.google.protobuf.ByteString;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorSet;
import com.google.protobuf.DescriptorProtos.MethodDescriptorProto;
import com.google.protobuf.DescriptorProtos.ServiceDescriptorProto;
import com.google.protobuf.InvalidProtocolBufferException;
import io.keywarden.token.Action;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Reads the services that protobuf descriptors describe. */
public final class DescriptorReader {
    private static final int MAX_BYTES = 4 * 1024 * 1024;

    private DescriptorReader() {}

    /**
     * Reads a serialized FileDescriptorSet.
     *
     * @param services the full names of the services to take; empty means all
     * @param words what methods amount to whose names begin with a word, in order, before the rules that are always there
     */
    public static ApiReading read(ByteString bytes, Set<String> services, List<Map.Entry<String, Action>> words) {
        if (bytes.size() > MAX_BYTES) {
            return ApiReading.Refused.of("", "at most 4 MiB");
        }
        FileDescriptorSet set;
        try {
            set = FileDescriptorSet.parseFrom(bytes);
        } catch (InvalidProtocolBufferException e) {
            return ApiReading.Refused.of("", "a serialized google.protobuf.FileDescriptorSet");
        }
        ActionWords actions = new ActionWords(words.stream()
                .map(word -> new ActionWords.Word(word.getKey(), word.getValue()))
                .toList());
        Set<String> missing = new HashSet<>(services);
        List<DescribedCall> calls = new ArrayList<>();
        for (FileDescriptorProto file : set.getFileList()) {
            for (ServiceDescriptorProto service : file.getServiceList()) {
                String name =
                        file.getPackage().isEmpty() ? service.getName() : file.getPackage() + "." + service.getName();
                missing.remove(name);
                if (services.isEmpty() || services.contains(name)) {
                    service.getMethodList().forEach(method -> calls.add(call(name, service, method, actions)));
                }
            }
        }
        if (!missing.isEmpty()) {
            String first = missing.stream().sorted().findFirst().orElseThrow();
            return ApiReading.Refused.of("", "a service " + first + ", or services without it");
        }
        return calls.isEmpty()
                ? ApiReading.Refused.of("", "a service with a method")
                : new ApiReading.Understood(calls);
    }

    private static DescribedCall call(
            String service, ServiceDescriptorProto proto, MethodDescriptorProto method, ActionWords actions) {
        String name = method.getName();
        return new DescribedCall(
                service + "." + name,
                List.of(service),
                new DescribedCall.Names(Optional.empty(), name, proto.getName() + "-" + name),
                actions.effect(name),
                new DescribedCall.Request(name, service, true));
    }
}
