package io.keywarden.admin;

import static io.keywarden.admin.Failures.failure;
import static io.keywarden.admin.Fixtures.createToken;
import static io.keywarden.admin.Fixtures.token;
import static org.assertj.core.api.Assertions.assertThat;

import io.keywarden.admin.Failures.Failure;
import io.keywarden.admin.v1.GetTokenRequest;
import io.keywarden.store.RecordKey;
import io.keywarden.store.StoredRecord;
import io.keywarden.token.TokenId;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

final class StoreFailureTest {
    @RegisterExtension
    private final AdminHarness admin = new AdminHarness();

    private String name = "";
    private RecordKey key = RecordKey.STORE;

    @BeforeEach
    void makeToken() {
        Fixtures.shop(admin);
        name = Fixtures.make(admin, createToken(token("CI"))).getToken().getName();
        key = RecordKey.token(new TokenId(name.substring("tenants/acme/tokens/".length())));
    }

    @Test
    void call_storeAway_unavailable() {
        admin.store.inner().setAway(true);
        Failure failed = failure(this::get);
        assertThat(failed.what()).isEqualTo("UNAVAILABLE STORE_UNAVAILABLE");
        assertThat(failed.metadata()).containsEntry("written", "no");
        admin.store.inner().setAway(false);
        assertThat(get()).isNotNull();
    }

    @Test
    void call_storeEmptied_staleState() {
        admin.store.inner().clear();
        assertThat(failure(this::get).what()).isEqualTo("UNAVAILABLE STALE_STATE");
    }

    @Test
    void call_recordPutBack_tampered() {
        StoredRecord before = admin.record(key).orElseThrow();
        admin.tokens()
                .revokeToken(io.keywarden.admin.v1.RevokeTokenRequest.newBuilder()
                        .setName(name)
                        .build());
        StoredRecord after = admin.record(key).orElseThrow();
        assertThat(get()).isNotNull();
        admin.store.inner().overwrite(key, Optional.of(before.bytes()));
        assertThat(failure(this::get).what()).isEqualTo("UNAVAILABLE RECORD_TAMPERED");
        admin.store.inner().overwrite(key, Optional.of(after.bytes()));
    }

    @Test
    void call_recordOfAnotherPutThere_tampered() {
        StoredRecord own = admin.record(key).orElseThrow();
        String other = Fixtures.make(admin, createToken(token("CD"))).getToken().getName();
        RecordKey otherKey = RecordKey.token(new TokenId(other.substring("tenants/acme/tokens/".length())));
        admin.store
                .inner()
                .overwrite(key, Optional.of(admin.record(otherKey).orElseThrow().bytes()));
        assertThat(failure(this::get).what()).isEqualTo("UNAVAILABLE RECORD_TAMPERED");
        admin.store.inner().overwrite(key, Optional.of(own.bytes()));
    }

    @Test
    void call_bug_internalWithoutDetails() {
        admin.store.beforeNextCommit(() -> {
            throw new IllegalStateException("holds a part of the request");
        });
        Failure failed = failure(() -> Fixtures.make(admin, createToken(token("CD"))));
        assertThat(failed.code()).isEqualTo(io.grpc.Status.Code.INTERNAL);
        assertThat(failed.message()).isEqualTo("internal error");
        assertThat(failed.details()).isEmpty();
    }

    private Object get() {
        return admin.tokens()
                .getToken(GetTokenRequest.newBuilder().setName(name).build());
    }
}
