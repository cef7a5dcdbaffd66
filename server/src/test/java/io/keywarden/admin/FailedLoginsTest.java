package io.keywarden.admin;

import static io.keywarden.admin.Failures.failure;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Any;
import com.google.rpc.RetryInfo;
import io.keywarden.admin.v1.CatalogServiceGrpc;
import io.keywarden.admin.v1.ListCatalogsRequest;
import java.time.Duration;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

final class FailedLoginsTest {
    @RegisterExtension
    private final AdminHarness admin = new AdminHarness();

    private final FakeClock clock = new FakeClock();
    private final FailedLogins failed = new FailedLogins(clock);

    @Test
    void failed_asManyAsAllowed_noWaiting() {
        IntStream.range(0, FailedLogins.MOST)
                .forEach(i -> assertThat(failed.failed("192.0.2.1")).isEmpty());
        clock.advance(Duration.ofSeconds(20));
        assertThat(failed.failed("192.0.2.1")).contains(Duration.ofSeconds(40));
        assertThat(failed.failed("192.0.2.2")).isEmpty();
    }

    @Test
    void failed_afterTheWindow_countedAnew() {
        exhaust("192.0.2.1");
        clock.advance(CallWindows.LENGTH);
        assertThat(failed.failed("192.0.2.1")).isEmpty();
    }

    @Test
    void failed_clockSteppedBack_countedAnew() {
        exhaust("192.0.2.1");
        clock.advance(Duration.ofHours(-1));
        assertThat(failed.failed("192.0.2.1")).isEmpty();
    }

    @Test
    void failed_ipv6_countedByNetwork() {
        IntStream.rangeClosed(1, FailedLogins.MOST + 1).forEach(i -> failed.failed("2001:db8::" + i));
        assertThat(failed.failed("2001:db8::ffff")).isPresent();
        assertThat(failed.failed("2001:db8:0:1::1")).isEmpty();
    }

    @Test
    void failed_manyAddresses_boundedMemory() {
        IntStream.range(0, CallWindows.MOST_CALLERS + 500).forEach(i -> failed.failed("peer " + i));
        assertThat(failed.peers()).isEqualTo(CallWindows.MOST_CALLERS);
    }

    @Test
    void call_tooManyFailures_toldToWaitButARightCredentialPasses() {
        for (int i = 0; i < FailedLogins.MOST; i++) {
            assertThat(failure(() -> list("Bearer wrong")).what()).isEqualTo("UNAUTHENTICATED MALFORMED_CREDENTIAL");
        }
        Failures.Failure limited = failure(() -> list("Bearer wrong"));
        assertThat(limited.what()).isEqualTo("RESOURCE_EXHAUSTED RATE_LIMITED");
        assertThat(limited.details()).anySatisfy(FailedLoginsTest::saysWhen);
        assertThat(list("Bearer " + admin.bootstrapToken())).isNotNull();
        assertThat(failure(() -> list("Bearer wrong")).what()).isEqualTo("RESOURCE_EXHAUSTED RATE_LIMITED");
        assertThat(failure(() -> CatalogServiceGrpc.newBlockingStub(admin.anonymous())
                                .listCatalogs(ListCatalogsRequest.getDefaultInstance()))
                        .what())
                .isEqualTo("UNAUTHENTICATED MISSING_CREDENTIAL");
    }

    private static void saysWhen(Any detail) throws Exception {
        assertThat(detail.is(RetryInfo.class)).isTrue();
        assertThat(detail.unpack(RetryInfo.class).getRetryDelay().getSeconds()).isEqualTo(60);
    }

    private void exhaust(String peer) {
        IntStream.rangeClosed(0, FailedLogins.MOST).forEach(i -> failed.failed(peer));
        assertThat(failed.failed(peer)).isPresent();
    }

    private Object list(String authorization) {
        return CatalogServiceGrpc.newBlockingStub(admin.as(authorization))
                .listCatalogs(ListCatalogsRequest.getDefaultInstance());
    }
}
