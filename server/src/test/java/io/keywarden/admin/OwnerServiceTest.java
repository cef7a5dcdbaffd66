package io.keywarden.admin;

import static io.keywarden.admin.Failures.failure;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.FieldMask;
import io.keywarden.admin.Failures.Failure;
import io.keywarden.admin.v1.Action;
import io.keywarden.admin.v1.CreateOwnerRequest;
import io.keywarden.admin.v1.DeleteOwnerRequest;
import io.keywarden.admin.v1.DisableOwnerRequest;
import io.keywarden.admin.v1.Durability;
import io.keywarden.admin.v1.EnableOwnerRequest;
import io.keywarden.admin.v1.GetOwnerRequest;
import io.keywarden.admin.v1.Grant;
import io.keywarden.admin.v1.ListOwnersRequest;
import io.keywarden.admin.v1.ListOwnersResponse;
import io.keywarden.admin.v1.Owner;
import io.keywarden.admin.v1.UpdateOwnerRequest;
import io.keywarden.admin.v1.UpdateOwnerResponse;
import io.keywarden.store.Commit;
import io.keywarden.store.StoredRecord;
import io.keywarden.store.v1.EventRecord;
import io.keywarden.store.v1.RecordKind;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

final class OwnerServiceTest {
    private static final String ANN = "tenants/acme/owners/ann";
    private static final Grant READ =
            Grant.newBuilder().setModule("orders").addActions(Action.READ).build();

    @RegisterExtension
    private final AdminHarness admin = new AdminHarness();

    @BeforeEach
    void makeShop() {
        Fixtures.shop(admin);
    }

    @Test
    void updateOwner_validateOnly_answeredAndNothingWritten() {
        Owner before = admin.owners().createOwner(Fixtures.owner("val").build()).getOwner();
        int commits = admin.store.committed().size();
        UpdateOwnerRequest.Builder request = UpdateOwnerRequest.newBuilder()
                .setOwner(Owner.newBuilder().setName(before.getName()).setDisplayName("Val"))
                .setValidateOnly(true);
        UpdateOwnerResponse would = admin.owners().updateOwner(request.build());
        assertThat(would.getOwner().getDisplayName()).isEqualTo("Val");
        assertThat(would.getOwner().getEtag()).isEqualTo(before.getEtag());
        assertThat(would.getDurability()).isEqualTo(Durability.DURABILITY_UNSPECIFIED);
        assertThat(would.hasEffectiveTime()).isFalse();
        assertThat(admin.store.committed()).hasSize(commits);
        request.getOwnerBuilder().addGrants(Grant.newBuilder().setModule("none").addActions(Action.READ));
        assertThat(failure(() -> admin.owners().updateOwner(request.build())).fields())
                .isNotEmpty();
    }

    @Test
    void createOwner_valid_storedAndAnswered() {
        Owner made = create(Fixtures.owner("ann"));
        assertThat(made.getName()).isEqualTo(ANN);
        assertThat(made.getDisplayName()).isEqualTo("ann");
        assertThat(made.getState()).isEqualTo(Owner.State.ACTIVE);
        assertThat(made.getGrantsList())
                .isEqualTo(Fixtures.owner("ann").getOwner().getGrantsList());
        assertThat(get()).isEqualTo(made);
        assertThat(history()).extracting(EventRecord::getKind).containsExactly("CreateOwner");
    }

    @Test
    void createOwner_wrongFields_allTold() {
        CreateOwnerRequest.Builder request = CreateOwnerRequest.newBuilder()
                .setParent("acme")
                .setOwnerId("Ann")
                .setOwner(Owner.newBuilder()
                        .setDisplayName(" ")
                        .addGrants(Grant.newBuilder().setModule("orders"))
                        .putLabels("Team", "x"));
        assertThat(failure(() -> create(request)).fields())
                .containsExactly("parent", "owner_id", "owner.display_name", "owner.grants[0].actions", "owner.labels");
    }

    @Test
    void createOwner_unknownModule_refused() {
        CreateOwnerRequest.Builder request = Fixtures.owner("ann");
        request.getOwnerBuilder()
                .addGrants(Grant.newBuilder().setModule("films").addActions(Action.READ));
        assertThat(failure(() -> create(request)).fields()).containsExactly("owner.grants[3].module");
    }

    @Test
    void createOwner_unknownTenant_notFound() {
        assertThat(failure(() -> create(Fixtures.owner("ann").setParent("tenants/other")))
                        .what())
                .isEqualTo("NOT_FOUND TENANT_NOT_FOUND");
    }

    @Test
    void createOwner_idTaken_alreadyExists() {
        create(Fixtures.owner("ann"));
        Failure failed = failure(() -> create(Fixtures.owner("ann")));
        assertThat(failed.what()).isEqualTo("ALREADY_EXISTS ID_TAKEN");
        assertThat(failed.resource()).isEqualTo("keywarden.io/Owner " + ANN);
    }

    @Test
    void createOwner_sameRequestId_sameOwner() {
        Owner made = create(Fixtures.owner("ann").setRequestId("r1"));
        assertThat(create(Fixtures.owner("ann").setRequestId("r1"))).isEqualTo(made);
        CreateOwnerRequest.Builder other = Fixtures.owner("ann").setRequestId("r1");
        other.getOwnerBuilder().setDisplayName("Ann");
        assertThat(failure(() -> create(other)).what()).isEqualTo("INVALID_ARGUMENT REQUEST_ID_REUSED");
    }

    @Test
    void createOwner_anotherFirst_idTaken() {
        admin.store.beforeNextCommit(() -> create(Fixtures.owner("ann")));
        assertThat(failure(() -> create(Fixtures.owner("ann"))).what()).isEqualTo("ALREADY_EXISTS ID_TAKEN");
    }

    @Test
    void getOwner_unknown_notFound() {
        Failure failed = failure(this::get);
        assertThat(failed.what()).isEqualTo("NOT_FOUND OWNER_NOT_FOUND");
        assertThat(failed.resource()).isEqualTo("keywarden.io/Owner " + ANN);
    }

    @Test
    void listOwners_pages_inTheOrderOfIds() {
        create(Fixtures.owner("ann-b"));
        create(Fixtures.owner("bob"));
        create(Fixtures.owner("ann"));
        ListOwnersResponse first = list(2, "");
        assertThat(first.getOwnersList()).extracting(Owner::getName).containsExactly(ANN, "tenants/acme/owners/ann-b");
        ListOwnersResponse second = list(2, first.getNextPageToken());
        assertThat(second.getOwnersList()).extracting(Owner::getName).containsExactly("tenants/acme/owners/bob");
        assertThat(second.getNextPageToken()).isEmpty();
    }

    @Test
    void updateOwner_maskNamesFields_onlyTheseChange() {
        Owner made = create(Fixtures.owner("ann"));
        Owner changed = update(
                Owner.newBuilder().setDisplayName("Ann").putLabels("team", "x").addGrants(READ), "labels", "grants");
        assertThat(changed.getDisplayName()).isEqualTo("ann");
        assertThat(changed.getLabelsMap()).containsEntry("team", "x");
        assertThat(changed.getGrantsList()).containsExactly(READ);
        assertThat(changed.getEtag()).isNotEqualTo(made.getEtag());
        assertThat(get()).isEqualTo(changed);
        assertThat(history().get(1).getChangesList())
                .extracting(change -> change.getPath())
                .containsExactly("grants", "labels");
    }

    @Test
    void updateOwner_noMask_whatIsSetChanges() {
        create(Fixtures.owner("ann"));
        Owner changed = update(Owner.newBuilder().setDisplayName("Ann"));
        assertThat(changed.getDisplayName()).isEqualTo("Ann");
        assertThat(changed.getGrantsCount()).isEqualTo(3);
    }

    @Test
    void updateOwner_star_allIsReplaced() {
        create(Fixtures.owner("ann"));
        Owner changed = update(Owner.newBuilder().setDisplayName("Ann"), "*");
        assertThat(changed.getGrantsList()).isEmpty();
    }

    @Test
    void updateOwner_pathThatCannotBeChanged_refused() {
        create(Fixtures.owner("ann"));
        assertThat(failure(() -> update(Owner.newBuilder(), "state", "films", "labels"))
                        .fields())
                .containsExactly("update_mask.paths[0]", "update_mask.paths[1]");
        assertThat(failure(() -> update(Owner.newBuilder())).fields()).containsExactly("update_mask");
    }

    @Test
    void updateOwner_otherEtag_aborted() {
        Owner made = create(Fixtures.owner("ann"));
        update(Owner.newBuilder().setDisplayName("Ann").setEtag(made.getEtag()));
        assertThat(failure(() -> update(Owner.newBuilder().setDisplayName("Ann").setEtag(made.getEtag())))
                        .what())
                .isEqualTo("ABORTED ETAG_MISMATCH");
    }

    @Test
    void updateOwner_repeated_noSecondEvent() {
        create(Fixtures.owner("ann"));
        Owner first = update(Owner.newBuilder().setDisplayName("Ann"));
        assertThat(update(Owner.newBuilder().setDisplayName("Ann"))).isEqualTo(first);
        assertThat(history()).hasSize(2);
    }

    @Test
    void updateOwner_fewerRights_takenByAFullStore() {
        create(Fixtures.owner("ann"));
        update(Owner.newBuilder().addGrants(READ), "grants");
        assertThat(last().urgency()).isEqualTo(Commit.Urgency.NARROWS);
        update(
                Owner.newBuilder()
                        .addGrants(Grant.newBuilder().setModule("orders").addActions(Action.EDIT)),
                "grants");
        assertThat(last().urgency()).isEqualTo(Commit.Urgency.GROWS);
    }

    @Test
    void updateOwner_anotherFirst_madeOnTheNewState() {
        create(Fixtures.owner("ann"));
        admin.store.beforeNextCommit(() -> update(Owner.newBuilder().putLabels("team", "x")));
        Owner changed = update(Owner.newBuilder().setDisplayName("Ann"));
        assertThat(changed.getLabelsMap()).containsEntry("team", "x");
    }

    @Test
    void disableOwner_active_disabledOnceInHistory() {
        create(Fixtures.owner("ann"));
        Owner disabled = disable();
        assertThat(disabled.getState()).isEqualTo(Owner.State.DISABLED);
        assertThat(last().urgency()).isEqualTo(Commit.Urgency.NARROWS);
        assertThat(disable()).isEqualTo(disabled);
        Owner enabled = admin.owners()
                .enableOwner(EnableOwnerRequest.newBuilder().setName(ANN).build())
                .getOwner();
        assertThat(enabled.getState()).isEqualTo(Owner.State.ACTIVE);
        assertThat(history())
                .extracting(EventRecord::getKind)
                .containsExactly("CreateOwner", "DisableOwner", "EnableOwner");
    }

    @Test
    void disableOwner_otherEtag_aborted() {
        create(Fixtures.owner("ann"));
        assertThat(failure(() -> admin.owners()
                                .disableOwner(DisableOwnerRequest.newBuilder()
                                        .setName(ANN)
                                        .setEtag("other")
                                        .build()))
                        .what())
                .isEqualTo("ABORTED ETAG_MISMATCH");
    }

    @Test
    void deleteOwner_idUsedAgain_anotherOwner() {
        create(Fixtures.owner("ann"));
        delete("");
        assertThat(failure(this::get).what()).isEqualTo("NOT_FOUND OWNER_NOT_FOUND");
        assertThat(list(10, "").getOwnersList()).isEmpty();
        assertThat(failure(() -> delete("")).what()).isEqualTo("NOT_FOUND OWNER_NOT_FOUND");
        create(Fixtures.owner("ann"));
        assertThat(owners()).hasSize(2).extracting(StoredRecord::uid).doesNotHaveDuplicates();
    }

    @Test
    void deleteOwner_otherEtag_aborted() {
        create(Fixtures.owner("ann"));
        assertThat(failure(() -> delete("other")).what()).isEqualTo("ABORTED ETAG_MISMATCH");
        assertThat(get().getName()).isEqualTo(ANN);
    }

    private List<StoredRecord> owners() {
        return admin.records().stream()
                .filter(record -> record.key().kind() == RecordKind.OWNER)
                .toList();
    }

    private List<EventRecord> history() {
        return admin.history(owners().get(0).key());
    }

    private Commit last() {
        return admin.store.committed().get(admin.store.committed().size() - 1);
    }

    private Owner create(CreateOwnerRequest.Builder request) {
        return admin.owners().createOwner(request.build()).getOwner();
    }

    private Owner get() {
        return admin.owners()
                .getOwner(GetOwnerRequest.newBuilder().setName(ANN).build())
                .getOwner();
    }

    private ListOwnersResponse list(int size, String pageToken) {
        return admin.owners()
                .listOwners(ListOwnersRequest.newBuilder()
                        .setParent("tenants/acme")
                        .setPageSize(size)
                        .setPageToken(pageToken)
                        .build());
    }

    private Owner update(Owner.Builder owner, String... paths) {
        return admin.owners()
                .updateOwner(UpdateOwnerRequest.newBuilder()
                        .setOwner(owner.setName(ANN))
                        .setUpdateMask(FieldMask.newBuilder().addAllPaths(List.of(paths)))
                        .build())
                .getOwner();
    }

    private Owner disable() {
        return admin.owners()
                .disableOwner(DisableOwnerRequest.newBuilder().setName(ANN).build())
                .getOwner();
    }

    private void delete(String etag) {
        var unused = admin.owners()
                .deleteOwner(DeleteOwnerRequest.newBuilder()
                        .setName(ANN)
                        .setEtag(etag)
                        .build());
    }
}
