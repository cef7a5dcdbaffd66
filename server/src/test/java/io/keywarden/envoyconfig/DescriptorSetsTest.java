package io.keywarden.envoyconfig;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorSet;
import com.google.rpc.StatusProto;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class DescriptorSetsTest {

    @Test
    void of_file_holdsItsImportsFirst() {
        FileDescriptorSet set = DescriptorSets.of(List.of(StatusProto.getDescriptor()));

        Set<String> seen = new HashSet<>();
        for (FileDescriptorProto file : set.getFileList()) {
            assertThat(seen).containsAll(file.getDependencyList());
            seen.add(file.getName());
        }
        assertThat(seen).contains("google/rpc/status.proto", "google/protobuf/any.proto");
    }

    @Test
    void of_anyFiles_holdsTheErrorDetails() {
        assertThat(DescriptorSets.of(List.of()).getFileList())
                .extracting(FileDescriptorProto::getName)
                .contains("google/rpc/error_details.proto");
    }
}
