package io.keywarden.admin;

import static io.keywarden.admin.Failures.failure;
import static io.keywarden.admin.Fixtures.createToken;
import static io.keywarden.admin.Fixtures.token;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.FieldMask;
import com.google.protobuf.Timestamp;
import com.google.protobuf.util.Durations;
import com.google.protobuf.util.Timestamps;
import io.keywarden.admin.v1.DeleteTokenRequest;
import io.keywarden.admin.v1.ListTokensRequest;
import io.keywarden.admin.v1.ListTokensResponse;
import io.keywarden.admin.v1.Tenant;
import io.keywarden.admin.v1.Token;
import io.keywarden.admin.v1.TokenPolicy;
import io.keywarden.admin.v1.UpdateTenantRequest;
import io.keywarden.store.Commit;
import io.keywarden.store.IndexKey;
import io.keywarden.store.RecordWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

final class ListTokensTest {
    @RegisterExtension
    private final AdminHarness admin = new AdminHarness();

    private final List<String> names = new ArrayList<>();

    @BeforeEach
    void makeTokens() {
        Fixtures.shop(admin);
        List.of("zeta", "beta", "alpha", "delta").forEach(this::make);
    }

    @Test
    void listTokens_pages_eachOnceOldestFirst() {
        ListTokensResponse first = list(request(3));
        ListTokensResponse second = list(request(3).setPageToken(first.getNextPageToken()));
        assertThat(displayNames(first)).containsExactly("zeta", "beta", "alpha");
        assertThat(displayNames(second)).containsExactly("delta");
        assertThat(second.getNextPageToken()).isEmpty();
    }

    @Test
    void listTokens_tokensComeAndGoBetweenPages_othersComeOnce() {
        ListTokensResponse first = list(request(2));
        delete(names.get(0));
        delete(names.get(1));
        make("epsilon");
        ListTokensResponse second = list(request(2).setPageToken(first.getNextPageToken()));
        ListTokensResponse third = list(request(2).setPageToken(second.getNextPageToken()));
        assertThat(displayNames(second)).containsExactly("alpha", "delta");
        assertThat(displayNames(third)).containsExactly("epsilon");
    }

    @Test
    void listTokens_deleted_onlyWhenAskedFor() {
        delete(names.get(1));
        assertThat(displayNames(list(request(0)))).containsExactly("zeta", "alpha", "delta");
        assertThat(displayNames(list(request(0).setShowDeleted(true))))
                .containsExactly("zeta", "beta", "alpha", "delta");
    }

    @Test
    void listTokens_pageOfDeletedOnes_emptyWithMore() {
        delete(names.get(0));
        ListTokensResponse first = list(request(1));
        assertThat(first.getTokensList()).isEmpty();
        assertThat(displayNames(list(request(1).setPageToken(first.getNextPageToken()))))
                .containsExactly("beta");
    }

    @Test
    void listTokens_pageTokenOfOtherParentOrFilter_refused() {
        admin.tenants().createTenant(Fixtures.tenant("other"));
        String pageToken = list(request(1)).getNextPageToken();
        assertThat(failure(() -> list(request(1).setPageToken(pageToken).setParent("tenants/other")))
                        .fields())
                .containsExactly("page_token");
        assertThat(failure(() -> list(request(1).setPageToken(pageToken).setShowDeleted(true)))
                        .fields())
                .containsExactly("page_token");
        assertThat(failure(() -> list(request(-1))).fields()).containsExactly("page_size");
    }

    @Test
    void listTokens_entriesPutInByOthers_skipped() {
        admin.tenants().createTenant(Fixtures.tenant("other"));
        String foreign = Fixtures.make(admin, createToken(token("foreign")).setParent("tenants/other"))
                .getToken()
                .getName();
        IndexKey list = admin.store.committed().stream()
                .flatMap(commit -> commit.listings().stream())
                .map(Commit.Listing::index)
                .filter(index -> index.kind() == IndexKey.Kind.TOKENS)
                .findFirst()
                .orElseThrow();
        put(list, "0|" + foreign.substring(foreign.lastIndexOf('/') + 1));
        put(list, "nonsense");
        assertThat(displayNames(list(request(0)))).containsExactly("zeta", "beta", "alpha", "delta");
    }

    @Test
    void listTokens_expireTimeBefore_onlyThoseThatEndBefore() {
        Timestamp soon = Timestamps.add(RecordWrites.timestamp(admin.clock.instant()), Durations.fromDays(7));
        Fixtures.make(admin, createToken(token("at once").setExpireTime(soon)));
        Fixtures.make(
                admin, createToken(token("before").setExpireTime(Timestamps.subtract(soon, Durations.fromNanos(1)))));
        ListTokensRequest.Builder request = request(0).setExpireTimeBefore(soon);
        assertThat(displayNames(list(request))).containsExactly("before");
        admin.tenants()
                .updateTenant(UpdateTenantRequest.newBuilder()
                        .setTenant(Tenant.newBuilder()
                                .setName("tenants/acme")
                                .setTokenPolicy(TokenPolicy.newBuilder().setMaxLifetime(Durations.fromDays(6))))
                        .setUpdateMask(FieldMask.newBuilder().addPaths("token_policy.max_lifetime"))
                        .build());
        assertThat(displayNames(list(request)))
                .containsExactlyInAnyOrder("zeta", "beta", "alpha", "delta", "at once", "before");
    }

    @Test
    void listTokens_pageTokenOfAnotherTime_refused() {
        Timestamp soon = Timestamps.add(RecordWrites.timestamp(admin.clock.instant()), Durations.fromDays(7));
        ListTokensRequest.Builder request = request(1).setExpireTimeBefore(soon);
        String pageToken = list(request).getNextPageToken();
        assertThat(list(request.setPageToken(pageToken)).getTokensList()).isEmpty();
        assertThat(failure(() -> list(request(1).setPageToken(pageToken))).fields())
                .containsExactly("page_token");
        Timestamp wrong = Timestamp.newBuilder().setNanos(-1).build();
        assertThat(failure(() -> list(request(1).setExpireTimeBefore(wrong))).fields())
                .containsExactly("expire_time_before");
    }

    private void put(IndexKey list, String member) {
        Commit commit = new Commit(
                list.slot(),
                Commit.Urgency.GROWS,
                List.of(),
                List.of(),
                List.of(new Commit.Listing(list, member, true)),
                List.of(),
                Optional.empty());
        assertThat(admin.store
                        .inner()
                        .commit(commit, Duration.ofSeconds(1))
                        .toCompletableFuture()
                        .join())
                .isInstanceOf(RecordWriter.Outcome.Committed.class);
    }

    @Test
    void listTokens_unknownTenant_notFound() {
        assertThat(failure(() -> list(request(1).setParent("tenants/other"))).what())
                .isEqualTo("NOT_FOUND TENANT_NOT_FOUND");
    }

    private void make(String displayName) {
        admin.clock.advance(Duration.ofMillis(1));
        names.add(
                Fixtures.make(admin, createToken(token(displayName))).getToken().getName());
    }

    private void delete(String name) {
        Token deleted = admin.tokens()
                .deleteToken(DeleteTokenRequest.newBuilder().setName(name).build())
                .getToken();
        assertThat(deleted.getState()).isEqualTo(Token.State.DELETED);
    }

    private static ListTokensRequest.Builder request(int size) {
        return ListTokensRequest.newBuilder().setParent("tenants/acme").setPageSize(size);
    }

    private ListTokensResponse list(ListTokensRequest.Builder request) {
        return admin.tokens().listTokens(request.build());
    }

    private static List<String> displayNames(ListTokensResponse page) {
        return page.getTokensList().stream().map(Token::getDisplayName).toList();
    }
}
