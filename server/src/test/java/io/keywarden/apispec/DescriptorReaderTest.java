package io.keywarden.apispec;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorSet;
import com.google.protobuf.DescriptorProtos.MethodDescriptorProto;
import com.google.protobuf.DescriptorProtos.ServiceDescriptorProto;
import io.keywarden.token.Action;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class DescriptorReaderTest {
    @ParameterizedTest
    @CsvSource({
        "GetOrder, READ, Get",
        "Get, READ, Get",
        "Get2, READ, Get",
        "ListOrders, READ, List",
        "SearchOrders, READ, Search",
        "WatchOrders, READ, Watch",
        "CreateOrder, CREATE, Create",
        "AddLine, CREATE, Add",
        "DeleteOrder, DELETE, Delete",
        "RemoveLine, DELETE, Remove",
        "UpdateOrder, EDIT, other",
        "SetState, EDIT, other",
        "Getaway, EDIT, other",
        "Listen, EDIT, other",
        "Address, EDIT, other",
        "ExportOrders, READ, Export",
        "getOrder, EDIT, other"
    })
    void read_name_saysTheAction(String method, Action action, String rule) {
        ApiReading reading = DescriptorReader.read(
                set("shop.v1", "Orders", method), Set.of(), List.of(Map.entry("Export", Action.READ)));
        assertThat(calls(reading))
                .extracting(DescribedCall::effect)
                .containsExactly(new DescribedCall.Effect(action, rule, rule.equals("Export"), Optional.empty()));
    }

    @Test
    void read_ruleOfTheCaller_comesFirst() {
        ApiReading reading = DescriptorReader.read(
                set("shop.v1", "Orders", "GetSecret"), Set.of(), List.of(Map.entry("Get", Action.EDIT)));
        assertThat(calls(reading)).extracting(call -> call.effect().action()).containsExactly(Action.EDIT);
    }

    @Test
    void read_services_onlyThose() {
        ByteString both = set("shop.v1", "Orders", "List").concat(set("", "Bills", "List"));
        assertThat(calls(DescriptorReader.read(both, Set.of("Bills"), List.of())))
                .extracting(DescribedCall::source)
                .containsExactly("Bills.List");
        assertThat(calls(DescriptorReader.read(both, Set.of(), List.of())))
                .extracting(call -> call.request().path())
                .containsExactly("shop.v1.Orders", "Bills");
        assertThat(problems(DescriptorReader.read(both, Set.of("shop.v1.Order"), List.of())))
                .containsExactly("a service shop.v1.Order, or services without it");
    }

    @Test
    void read_noDescriptors_refused() {
        assertThat(problems(
                        DescriptorReader.read(ByteString.copyFromUtf8("syntax = \"proto3\";"), Set.of(), List.of())))
                .containsExactly("a serialized google.protobuf.FileDescriptorSet");
        assertThat(problems(DescriptorReader.read(set("a", "B"), Set.of(), List.of())))
                .containsExactly("a service with a method");
        assertThat(problems(
                        DescriptorReader.read(ByteString.copyFrom(new byte[4 * 1024 * 1024 + 1]), Set.of(), List.of())))
                .containsExactly("at most 4 MiB");
    }

    private static ByteString set(String pkg, String service, String... methods) {
        ServiceDescriptorProto.Builder proto =
                ServiceDescriptorProto.newBuilder().setName(service);
        List.of(methods)
                .forEach(method ->
                        proto.addMethod(MethodDescriptorProto.newBuilder().setName(method)));
        return FileDescriptorSet.newBuilder()
                .addFile(FileDescriptorProto.newBuilder().setPackage(pkg).addService(proto))
                .build()
                .toByteString();
    }

    private static List<DescribedCall> calls(ApiReading reading) {
        return reading.fold(ApiReading.Understood::calls, refused -> {
            throw new AssertionError(refused.problems());
        });
    }

    private static List<String> problems(ApiReading reading) {
        return reading.fold(
                understood -> List.of(),
                refused -> refused.problems().stream().map(Object::toString).toList());
    }
}
