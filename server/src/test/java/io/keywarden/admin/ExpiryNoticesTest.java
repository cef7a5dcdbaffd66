package io.keywarden.admin;

import static io.keywarden.admin.Failures.failure;
import static io.keywarden.admin.Fixtures.createToken;
import static io.keywarden.admin.Fixtures.token;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.FieldMask;
import com.google.protobuf.Timestamp;
import com.google.protobuf.util.Durations;
import io.keywarden.admin.v1.DisableTokenRequest;
import io.keywarden.admin.v1.EnableTokenRequest;
import io.keywarden.admin.v1.GetTenantRequest;
import io.keywarden.admin.v1.RevokeTokenRequest;
import io.keywarden.admin.v1.RevokeTokensRequest;
import io.keywarden.admin.v1.Tenant;
import io.keywarden.admin.v1.Token;
import io.keywarden.admin.v1.TokenPolicy;
import io.keywarden.admin.v1.UpdateTenantRequest;
import io.keywarden.admin.v1.UpdateTokenRequest;
import io.keywarden.store.RecordCompiler;
import io.keywarden.store.RecordKey;
import io.keywarden.store.RecordWriter;
import io.keywarden.store.v1.EventRecord;
import io.keywarden.store.v1.RecordKind;
import io.keywarden.token.TokenId;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

final class ExpiryNoticesTest {
    @RegisterExtension
    private final AdminHarness admin = new AdminHarness();

    private final Watcher watcher = new Watcher();
    private String name = "";

    private static final class Watcher implements UpkeepObserver {
        private int noticed;
        private int expiring = -1;

        @Override
        public void noticed() {
            noticed++;
        }

        @Override
        public void expiring(int tokens) {
            expiring = tokens;
        }
    }

    @BeforeEach
    void makeShop() {
        Fixtures.shop(admin);
    }

    @Test
    void tick_dayByDay_eachDayOfTheTenantNotedOnce() {
        notice(7, 1, 30);
        make(40);
        for (int day = 0; day < 45; day++) {
            tick();
            tick();
            admin.clock.advance(Duration.ofDays(1));
        }
        assertThat(notices()).containsExactly("30", "7", "1");
        assertThat(watcher.noticed).isEqualTo(3);
        assertThat(watcher.expiring).isZero();
        EventRecord first = history().get(1);
        assertThat(first.getKind()).isEqualTo("ExpiryNotice");
        assertThat(first.getPrincipal()).isEqualTo("keywarden");
        assertThat(first.getTime().getSeconds())
                .isEqualTo(history().get(0).getTime().getSeconds()
                        + Duration.ofDays(10).toSeconds());
    }

    @Test
    void tick_severalDaysDueAtOnce_theFewestNoted() {
        notice(30, 7, 1);
        make(5);
        tick();
        assertThat(notices()).containsExactly("7");
        assertThat(watcher.expiring).isEqualTo(1);
    }

    @Test
    void tick_atTheMomentAndNotBefore_noted() {
        notice(7);
        make(8);
        admin.clock.advance(Duration.ofDays(1).minusNanos(1));
        tick();
        assertThat(notices()).isEmpty();
        assertThat(watcher.expiring).isZero();
        admin.clock.advance(Duration.ofNanos(1));
        tick();
        assertThat(notices()).containsExactly("7");
    }

    @Test
    void tick_anotherEndSince_notedAgain() {
        notice(7);
        make(5);
        tick();
        var unused = admin.tokens()
                .updateToken(UpdateTokenRequest.newBuilder()
                        .setToken(Token.newBuilder().setName(name).setExpireTime(inDays(6)))
                        .build());
        tick();
        tick();
        assertThat(notices()).containsExactly("7", "7");
    }

    @Test
    void tick_tenantsLongestLifetime_countsAsAnEnd() {
        notice(7);
        make(30);
        update(
                Tenant.newBuilder().setTokenPolicy(TokenPolicy.newBuilder().setMaxLifetime(Durations.fromDays(7))),
                "token_policy.max_lifetime");
        tick();
        assertThat(notices()).containsExactly("7");
    }

    @Test
    void tick_nothingWanted_nothingNoted() {
        make(1);
        tick();
        assertThat(notices()).isEmpty();
        assertThat(watcher.expiring).isZero();
    }

    @Test
    void tick_doesNotWork_notNotedUntilItDoes() {
        notice(7);
        make(5);
        admin.tokens()
                .disableToken(DisableTokenRequest.newBuilder().setName(name).build());
        tick();
        assertThat(notices()).isEmpty();
        admin.tokens().enableToken(EnableTokenRequest.newBuilder().setName(name).build());
        tick();
        assertThat(notices()).containsExactly("7");
        make("other", 5);
        admin.tokens()
                .revokeTokens(RevokeTokensRequest.newBuilder()
                        .setParent("tenants/acme")
                        .setAllTenant(true)
                        .build());
        tick();
        assertThat(notices()).isEmpty();
    }

    @Test
    void tick_twoAdminsAtOnce_notedOnce() {
        notice(7);
        make(5);
        admin.store.beforeNextCommit(() -> admin.upkeep(watcher).tick());
        tick();
        assertThat(notices()).containsExactly("7");
        assertThat(watcher.noticed).isEqualTo(1);
    }

    @Test
    void tick_revokedBetween_staysRevoked() {
        notice(7);
        make(5);
        admin.store.beforeNextCommit(() -> admin.tokens()
                .revokeToken(RevokeTokenRequest.newBuilder().setName(name).build()));
        tick();
        assertThat(notices()).isEmpty();
        assertThat(history()).extracting(EventRecord::getKind).containsExactly("CreateToken", "RevokeToken");
    }

    @Test
    void tick_oneCannotBeWritten_theOthersOfItsPageAre() {
        notice(7);
        make("one", 5);
        String one = name;
        make("two", 5);
        Upkeep upkeep = admin.upkeep(watcher);
        admin.store.breakCommits(
                commit -> commit.records().get(0).key().id().equals(one.substring(one.lastIndexOf('/') + 1)),
                new RecordWriter.Outcome.Refused("no"),
                false);
        upkeep.tick();
        admin.clock.advance(Upkeep.RETRY);
        upkeep.tick();
        assertThat(notices()).containsExactly("7");
        admin.store.repair();
    }

    @Test
    void updateTenant_days_storedAndSeenByChecks() {
        notice(1, 30, 7);
        assertThat(admin.tenants()
                        .getTenant(GetTenantRequest.newBuilder()
                                .setName("tenants/acme")
                                .build())
                        .getTenant()
                        .getExpiryNoticeDaysList())
                .containsExactly(1, 30, 7);
        assertThat(admin.records().stream()
                        .filter(record -> record.key().kind() == RecordKind.TENANT)
                        .map(record -> RecordCompiler.tenant(record)
                                .fold(
                                        found -> found.rules().expiryNotice(),
                                        absent -> Duration.ZERO,
                                        unknown -> Duration.ZERO)))
                .containsExactly(Duration.ofDays(30));
    }

    @Test
    void updateTenant_wrongDays_refused() {
        List.of(
                        new int[] {0},
                        new int[] {366},
                        new int[] {7, 7},
                        IntStream.rangeClosed(1, 11).toArray())
                .forEach(days ->
                        assertThat(failure(() -> notice(days)).fields()).containsExactly("tenant.expiry_notice_days"));
        notice(IntStream.rangeClosed(356, 365).toArray());
    }

    private void notice(int... days) {
        update(
                Tenant.newBuilder()
                        .addAllExpiryNoticeDays(IntStream.of(days).boxed().toList()),
                "expiry_notice_days");
    }

    private void update(Tenant.Builder tenant, String path) {
        var unused = admin.tenants()
                .updateTenant(UpdateTenantRequest.newBuilder()
                        .setTenant(tenant.setName("tenants/acme"))
                        .setUpdateMask(FieldMask.newBuilder().addPaths(path))
                        .build());
    }

    private void make(int days) {
        make("CI", days);
    }

    private void make(String displayName, int days) {
        name = Fixtures.make(admin, createToken(token(displayName).setExpireTime(inDays(days))))
                .getToken()
                .getName();
    }

    private Timestamp inDays(int days) {
        return RecordWrites.timestamp(admin.clock.instant().plus(Duration.ofDays(days)));
    }

    private void tick() {
        admin.upkeep(watcher).tick();
    }

    private List<EventRecord> history() {
        return admin.history(RecordKey.token(new TokenId(name.substring(name.lastIndexOf('/') + 1))));
    }

    private List<String> notices() {
        return history().stream()
                .filter(event -> event.getKind().equals("ExpiryNotice"))
                .map(event -> event.getChanges(0).getAfter())
                .toList();
    }
}
