package io.keywarden.store;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.keywarden.policy.CompiledCatalog;
import io.keywarden.policy.RequestPath;
import io.keywarden.store.v1.ModuleRecord;
import io.keywarden.store.v1.OperationRecord;
import io.keywarden.store.v1.StoredAction;
import io.keywarden.token.Uid;
import java.security.SecureRandom;
import java.util.List;
import org.junit.jupiter.api.Test;

class OperationCompilerTest {
    private static final String METHOD = "/shop.v1.Orders/List";

    private final Uid module = Uid.random(new SecureRandom());

    @Test
    void routes_grpcMethod_postWithoutSlashAtTheEnd() {
        ModuleRecord record = ModuleRecord.newBuilder()
                .setId("orders")
                .addOperations(OperationRecord.newBuilder()
                        .setId("list")
                        .setUid(ByteString.copyFrom(module.toBytes()))
                        .setAction(StoredAction.READ)
                        .setPathTemplate(METHOD))
                .build();

        CompiledCatalog catalog = CompiledCatalog.compile(List.of(OperationCompiler.routes(module, record)));
        assertThat(catalog.match("api.example", "POST", path(METHOD))).isPresent();
        assertThat(catalog.match("api.example", "POST", path(METHOD + "/"))).isEmpty();
        assertThat(catalog.match("api.example", "PUT", path(METHOD))).isEmpty();
    }

    private static RequestPath path(String target) {
        return RequestPath.parse(target).orElseThrow();
    }
}
