package io.keywarden.admin;

import static io.keywarden.admin.Failures.failure;
import static io.keywarden.admin.Fixtures.createToken;
import static io.keywarden.admin.Fixtures.token;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.FieldMask;
import com.google.protobuf.Timestamp;
import io.keywarden.admin.Failures.Failure;
import io.keywarden.admin.v1.Action;
import io.keywarden.admin.v1.CreateTenantRequest;
import io.keywarden.admin.v1.DeleteTokenRequest;
import io.keywarden.admin.v1.DisableOwnerRequest;
import io.keywarden.admin.v1.DisableTokenRequest;
import io.keywarden.admin.v1.Durability;
import io.keywarden.admin.v1.EnableTokenRequest;
import io.keywarden.admin.v1.GetTokenRequest;
import io.keywarden.admin.v1.Grant;
import io.keywarden.admin.v1.Owner;
import io.keywarden.admin.v1.ReassignTokenRequest;
import io.keywarden.admin.v1.RevokeTokenRequest;
import io.keywarden.admin.v1.Token;
import io.keywarden.admin.v1.UpdateOwnerRequest;
import io.keywarden.admin.v1.UpdateTokenRequest;
import io.keywarden.admin.v1.UpdateTokenResponse;
import io.keywarden.store.Commit;
import io.keywarden.store.RecordKey;
import io.keywarden.store.v1.EventRecord;
import io.keywarden.token.TokenId;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

final class UpdateTokenTest {
    private static final String ANN = "tenants/acme/owners/ann";
    private static final Grant READ =
            Grant.newBuilder().setModule("orders").addActions(Action.READ).build();
    private static final Grant CREATE =
            Grant.newBuilder().setModule("orders").addActions(Action.CREATE).build();

    @RegisterExtension
    private final AdminHarness admin = new AdminHarness();

    private String name = "";

    @BeforeEach
    void makeToken() {
        Fixtures.shop(admin);
        admin.owners().createOwner(Fixtures.owner("ann").build());
        name = make(token("CI").setOwner(ANN));
    }

    @Test
    void updateToken_maskNamesFields_onlyTheseChange() {
        Token changed = update(
                Token.newBuilder()
                        .setDescription("new")
                        .addAllowedCidrs("10.0.0.0/8")
                        .putLabels("team", "x"),
                "description",
                "allowed_cidrs");
        assertThat(changed.getDescription()).isEqualTo("new");
        assertThat(changed.getAllowedCidrsList()).containsExactly("10.0.0.0/8");
        assertThat(changed.getLabelsMap()).isEmpty();
        assertThat(changed.getGrantsCount()).isEqualTo(3);
        assertThat(get()).isEqualTo(changed);
        EventRecord event = history().get(1);
        assertThat(event.getKind()).isEqualTo("UpdateToken");
        assertThat(event.getChangesList())
                .extracting(change -> change.getPath())
                .containsExactly("description", "allowed_cidrs");
    }

    @Test
    void updateToken_validateOnly_answeredAndNothingWritten() {
        Token before = get();
        int commits = admin.store.committed().size();
        UpdateTokenResponse would =
                validate(Token.newBuilder().setDescription("new").setCredentialId("SU-1"));
        assertThat(would.getToken().getDescription()).isEqualTo("new");
        assertThat(would.getToken().getName()).isEqualTo(name);
        assertThat(would.getToken().getEtag()).isEqualTo(before.getEtag());
        assertThat(would.hasEffectiveTime()).isFalse();
        assertThat(would.getDurability()).isEqualTo(Durability.DURABILITY_UNSPECIFIED);
        assertThat(admin.store.committed()).hasSize(commits);
        assertThat(get()).isEqualTo(before);
        assertThat(validate(Token.newBuilder().setDisplayName("CI")).getToken()).isEqualTo(before);
        assertThat(update(Token.newBuilder()
                                .setDescription("new")
                                .setEtag(would.getToken().getEtag()))
                        .getDescription())
                .isEqualTo("new");
    }

    @Test
    void updateToken_validateOnlyOfWhatIsSo_redisIsNotAskedToConfirmIt() throws IOException {
        admin.restart();
        AtomicInteger confirmed = new AtomicInteger();
        admin.store.beforeNextConfirm(confirmed::incrementAndGet);
        validate(Token.newBuilder().setDisplayName("CI"));
        assertThat(confirmed).hasValue(0);
        update(Token.newBuilder().setDisplayName("CI"));
        assertThat(confirmed).hasValue(1);
    }

    @Test
    void updateToken_validateOnly_refusedAsTheCallWouldBe() {
        make(token("CD"));
        assertThat(failure(() -> validate(Token.newBuilder().setDisplayName("CD")))
                        .what())
                .isEqualTo("ALREADY_EXISTS NAME_TAKEN");
        assertThat(failure(() -> validate(Token.newBuilder().setDescription("x").setEtag("other")))
                        .what())
                .isEqualTo("ABORTED ETAG_MISMATCH");
        assertThat(failure(() -> validate(Token.newBuilder().addGrants(CREATE))).what())
                .isEqualTo("PERMISSION_DENIED BEYOND_OWNER");
    }

    private UpdateTokenResponse validate(Token.Builder token) {
        return admin.tokens()
                .updateToken(UpdateTokenRequest.newBuilder()
                        .setToken(token.setName(name))
                        .setValidateOnly(true)
                        .build());
    }

    @Test
    void updateToken_star_allButTheOwnerReplaced() {
        Token changed = update(Token.newBuilder().setDisplayName("CD"), "*");
        assertThat(changed.getGrantsList()).isEmpty();
        assertThat(changed.getOwner()).isEqualTo(ANN);
        assertThat(changed.getDisplayName()).isEqualTo("CD");
    }

    @Test
    void updateToken_pathThatCannotBeChanged_refused() {
        assertThat(failure(() -> update(Token.newBuilder(), "films", "state", "etag", "name"))
                        .fields())
                .hasSize(4);
    }

    @Test
    void updateToken_owner_refusedWithTheWayToChangeIt() {
        Failure failed = failure(() -> update(Token.newBuilder(), "owner"));
        assertThat(failed.fields()).containsExactly("update_mask.paths[0]");
        assertThat(failed.message()).contains("ReassignToken");
        Failure inStar =
                failure(() -> update(Token.newBuilder().setDisplayName("CI").setOwner(ANN + "a"), "*"));
        assertThat(inStar.fields()).containsExactly("token.owner");
    }

    @Test
    void updateToken_wrongFields_refused() {
        assertThat(failure(() -> update(Token.newBuilder().addAllowedCountries("EU")))
                        .fields())
                .containsExactly("token.allowed_countries[0]");
        assertThat(failure(() -> update(Token.newBuilder(), "display_name")).fields())
                .containsExactly("token.display_name");
        assertThat(failure(() -> update(Token.newBuilder().setPriority("fast"))).fields())
                .containsExactly("token.priority");
        assertThat(failure(() -> update(Token.newBuilder().setShadowUntil(inDays(31))))
                        .fields())
                .containsExactly("token.shadow_until");
        assertThat(failure(() -> update(Token.newBuilder().setExpireTime(inDays(0))))
                        .fields())
                .containsExactly("token.expire_time");
    }

    @Test
    void updateToken_moduleOfAnotherGrantGone_otherFieldsCanChange() {
        admin.catalogs()
                .deleteModule(io.keywarden.admin.v1.DeleteModuleRequest.newBuilder()
                        .setName("catalogs/shop/modules/orders")
                        .build());
        assertThat(update(Token.newBuilder().setDescription("new")).getGrantsCount())
                .isEqualTo(3);
    }

    @Test
    void updateToken_beyondTheOwner_refused() {
        Failure failed = failure(() -> update(Token.newBuilder().addGrants(CREATE)));
        assertThat(failed.what()).isEqualTo("PERMISSION_DENIED BEYOND_OWNER");
    }

    @Test
    void updateToken_ownerNarrowedMeanwhile_refused() {
        update(Token.newBuilder(), "grants");
        admin.store.beforeNextCommit(() -> admin.owners()
                .updateOwner(UpdateOwnerRequest.newBuilder()
                        .setOwner(Owner.newBuilder().setName(ANN))
                        .setUpdateMask(FieldMask.newBuilder().addPaths("grants"))
                        .build()));
        assertThat(failure(() -> update(Token.newBuilder().addGrants(READ))).what())
                .isEqualTo("PERMISSION_DENIED BEYOND_OWNER");
    }

    @Test
    void updateToken_immutable_refusedAndNeverUndone() {
        update(Token.newBuilder().setImmutable(true));
        assertThat(failure(() -> update(Token.newBuilder(), "immutable")).what())
                .isEqualTo("FAILED_PRECONDITION TOKEN_IMMUTABLE");
        assertThat(failure(() -> reassign("")).what()).isEqualTo("FAILED_PRECONDITION TOKEN_IMMUTABLE");
    }

    @Test
    void updateToken_tenantImmutable_refused() {
        CreateTenantRequest.Builder tenant = Fixtures.tenant("fixed").toBuilder();
        tenant.getTenantBuilder().getTokenPolicyBuilder().setImmutable(true);
        admin.tenants().createTenant(tenant.build());
        name = Fixtures.make(admin, createToken(token("CI")).setParent("tenants/fixed"))
                .getToken()
                .getName();
        assertThat(failure(() -> update(Token.newBuilder().setDescription("new")))
                        .what())
                .isEqualTo("FAILED_PRECONDITION TOKEN_IMMUTABLE");
    }

    @Test
    void updateToken_revokedOrDeleted_refused() {
        admin.tokens().revokeToken(RevokeTokenRequest.newBuilder().setName(name).build());
        assertThat(failure(() -> update(Token.newBuilder().setDescription("new")))
                        .what())
                .isEqualTo("FAILED_PRECONDITION TOKEN_REVOKED");
        admin.tokens().deleteToken(DeleteTokenRequest.newBuilder().setName(name).build());
        assertThat(failure(() -> update(Token.newBuilder().setDescription("new")))
                        .what())
                .isEqualTo("FAILED_PRECONDITION TOKEN_DELETED");
    }

    @Test
    void updateToken_otherEtag_aborted() {
        assertThat(failure(() -> update(Token.newBuilder().setDescription("new").setEtag("other")))
                        .what())
                .isEqualTo("ABORTED ETAG_MISMATCH");
    }

    @Test
    void updateToken_repeated_noSecondEvent() {
        Token first = update(Token.newBuilder().setDescription("new"));
        assertThat(update(Token.newBuilder().setDescription("new"))).isEqualTo(first);
        assertThat(history()).hasSize(2);
    }

    @Test
    void updateToken_renamed_oldNameIsFreeAndNewOneTaken() {
        update(Token.newBuilder().setDisplayName("CD"));
        assertThat(failure(() -> make(token("CD"))).what()).isEqualTo("ALREADY_EXISTS NAME_TAKEN");
        make(token("CI"));
        assertThat(failure(() -> update(Token.newBuilder().setDisplayName("CI")))
                        .what())
                .isEqualTo("ALREADY_EXISTS NAME_TAKEN");
    }

    @Test
    void updateToken_renamedWhileAnotherTakesTheName_refused() {
        admin.store.beforeNextCommit(() -> make(token("CD")));
        assertThat(failure(() -> update(Token.newBuilder().setDisplayName("CD")))
                        .what())
                .isEqualTo("ALREADY_EXISTS NAME_TAKEN");
    }

    @Test
    void updateToken_otherCredentialId_oldOneIsFreeAndNewOneTaken() {
        update(Token.newBuilder().setCredentialId("SU-1"));
        update(Token.newBuilder().setCredentialId("SU-2"));
        make(token("other").setCredentialId("SU-1"));
        assertThat(failure(() -> make(token("third").setCredentialId("SU-2"))).what())
                .isEqualTo("ALREADY_EXISTS CREDENTIAL_ID_TAKEN");
        assertThat(failure(() -> update(Token.newBuilder().setCredentialId("SU-1")))
                        .what())
                .isEqualTo("ALREADY_EXISTS CREDENTIAL_ID_TAKEN");
        assertThat(update(Token.newBuilder(), "credential_id").getCredentialId())
                .isEmpty();
        make(token("third").setCredentialId("SU-2"));
    }

    @Test
    void updateToken_onlyFewerRights_takenByAFullStore() {
        update(Token.newBuilder().addGrants(READ).addAllowedCidrs("10.0.0.0/8").setExpireTime(inDays(9)));
        assertThat(urgency()).isEqualTo(Commit.Urgency.NARROWS);
        update(Token.newBuilder().setExpireTime(inDays(10)));
        assertThat(urgency()).isEqualTo(Commit.Urgency.GROWS);
        update(Token.newBuilder(), "allowed_cidrs");
        assertThat(urgency()).isEqualTo(Commit.Urgency.GROWS);
        update(Token.newBuilder().setShadowUntil(inDays(1)));
        assertThat(urgency()).isEqualTo(Commit.Urgency.GROWS);
        update(Token.newBuilder(), "shadow_until");
        assertThat(urgency()).isEqualTo(Commit.Urgency.NARROWS);
        update(Token.newBuilder(), "grants");
        assertThat(urgency()).isEqualTo(Commit.Urgency.NARROWS);
        update(Token.newBuilder().setDescription("new"));
        assertThat(urgency()).isEqualTo(Commit.Urgency.GROWS);
    }

    @Test
    void updateToken_anotherFirst_madeOnTheNewState() {
        admin.store.beforeNextCommit(() -> update(Token.newBuilder().putLabels("team", "x")));
        assertThat(update(Token.newBuilder().setDescription("new")).getLabelsMap())
                .containsEntry("team", "x");
    }

    @Test
    void enableToken_beyondTheOwner_refused() {
        admin.tokens()
                .disableToken(DisableTokenRequest.newBuilder().setName(name).build());
        admin.owners()
                .updateOwner(UpdateOwnerRequest.newBuilder()
                        .setOwner(Owner.newBuilder().setName(ANN).addGrants(READ))
                        .build());
        assertThat(failure(() -> admin.tokens()
                                .enableToken(EnableTokenRequest.newBuilder()
                                        .setName(name)
                                        .build()))
                        .what())
                .isEqualTo("PERMISSION_DENIED BEYOND_OWNER");
    }

    /** Giving a token to somebody else. */
    @Nested
    final class Reassign {
        private static final String BOB = "tenants/acme/owners/bob";

        @Test
        void reassignToken_otherOwner_theirs() {
            admin.owners().createOwner(Fixtures.owner("bob").build());
            Token given = reassign(BOB);
            assertThat(given.getOwner()).isEqualTo(BOB);
            assertThat(get()).isEqualTo(given);
            assertThat(reassign(BOB)).isEqualTo(given);
            assertThat(history()).hasSize(2);
            var unused = admin.owners()
                    .deleteOwner(io.keywarden.admin.v1.DeleteOwnerRequest.newBuilder()
                            .setName(ANN)
                            .build());
            assertThat(failure(() -> admin.owners()
                                    .deleteOwner(io.keywarden.admin.v1.DeleteOwnerRequest.newBuilder()
                                            .setName(BOB)
                                            .build()))
                            .reason())
                    .isEqualTo("OWNER_HAS_TOKENS");
        }

        @Test
        void reassignToken_nobody_serviceToken() {
            assertThat(reassign("").getOwner()).isEmpty();
            assertThat(get().getOwner()).isEmpty();
        }

        @Test
        void reassignToken_ownerWithFewerRights_refused() {
            admin.owners()
                    .createOwner(Fixtures.owner("bob")
                            .setOwner(Owner.newBuilder().addGrants(READ))
                            .build());
            assertThat(failure(() -> reassign(BOB)).what()).isEqualTo("PERMISSION_DENIED BEYOND_OWNER");
        }

        @Test
        void reassignToken_ownerDisabledOrNotThere_refused() {
            assertThat(failure(() -> reassign(BOB)).what()).isEqualTo("NOT_FOUND OWNER_NOT_FOUND");
            admin.owners().createOwner(Fixtures.owner("bob").build());
            admin.owners()
                    .disableOwner(DisableOwnerRequest.newBuilder().setName(BOB).build());
            assertThat(failure(() -> reassign(BOB)).what()).isEqualTo("FAILED_PRECONDITION OWNER_DISABLED");
        }

        @Test
        void reassignToken_ownerDisabledMeanwhile_refused() {
            admin.owners().createOwner(Fixtures.owner("bob").build());
            admin.store.beforeNextCommit(() -> admin.owners()
                    .disableOwner(DisableOwnerRequest.newBuilder().setName(BOB).build()));
            assertThat(failure(() -> reassign(BOB)).what()).isEqualTo("FAILED_PRECONDITION OWNER_DISABLED");
        }

        @Test
        void reassignToken_ownerOfAnotherTenant_refused() {
            assertThat(failure(() -> reassign("tenants/other/owners/bob")).fields())
                    .containsExactly("owner");
        }

        @Test
        void reassignToken_revoked_refused() {
            admin.tokens()
                    .revokeToken(RevokeTokenRequest.newBuilder().setName(name).build());
            assertThat(failure(() -> reassign("")).what()).isEqualTo("FAILED_PRECONDITION TOKEN_REVOKED");
        }
    }

    private Timestamp inDays(int days) {
        return RecordWrites.timestamp(admin.clock.instant().plus(Duration.ofDays(days)));
    }

    private String make(Token.Builder token) {
        return Fixtures.make(admin, createToken(token)).getToken().getName();
    }

    private Token get() {
        return admin.tokens()
                .getToken(GetTokenRequest.newBuilder().setName(name).build())
                .getToken();
    }

    private Token update(Token.Builder token, String... paths) {
        return admin.tokens()
                .updateToken(UpdateTokenRequest.newBuilder()
                        .setToken(token.setName(name))
                        .setUpdateMask(FieldMask.newBuilder().addAllPaths(List.of(paths)))
                        .build())
                .getToken();
    }

    private Token reassign(String owner) {
        return admin.tokens()
                .reassignToken(ReassignTokenRequest.newBuilder()
                        .setName(name)
                        .setOwner(owner)
                        .build())
                .getToken();
    }

    private List<EventRecord> history() {
        return admin.history(RecordKey.token(new TokenId(name.substring(name.lastIndexOf('/') + 1))));
    }

    private Commit.Urgency urgency() {
        return admin.store.committed().get(admin.store.committed().size() - 1).urgency();
    }
}
