package io.keywarden.envoyconfig;

import com.google.protobuf.DescriptorProtos.FileDescriptorSet;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.rpc.ErrorDetailsProto;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Compiled descriptor sets for Envoy's JSON transcoder, made from the generated code itself. */
public final class DescriptorSets {

    private DescriptorSets() {}

    /**
     * The given files with all that they import, each after its imports.
     *
     * <p>The standard error details are always in it: Envoy answers an error with an empty body when it meets a detail
     * whose type it does not know.
     */
    public static FileDescriptorSet of(List<FileDescriptor> files) {
        Map<String, FileDescriptor> ordered = new LinkedHashMap<>();
        files.forEach(file -> collect(file, ordered));
        collect(ErrorDetailsProto.getDescriptor(), ordered);
        FileDescriptorSet.Builder set = FileDescriptorSet.newBuilder();
        ordered.values().forEach(file -> set.addFile(file.toProto()));
        return set.build();
    }

    private static void collect(FileDescriptor file, Map<String, FileDescriptor> ordered) {
        if (ordered.containsKey(file.getFullName())) {
            return;
        }
        file.getDependencies().forEach(dependency -> collect(dependency, ordered));
        ordered.put(file.getFullName(), file);
    }
}
