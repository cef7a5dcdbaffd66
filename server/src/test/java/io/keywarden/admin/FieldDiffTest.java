package io.keywarden.admin;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Duration;
import io.keywarden.admin.v1.OutagePolicy;
import io.keywarden.admin.v1.Tenant;
import io.keywarden.store.v1.FieldChange;
import org.junit.jupiter.api.Test;

class FieldDiffTest {
    private static final Tenant BEFORE = tenant(OutagePolicy.ServeKnown.getDefaultInstance());

    @Test
    void between_fieldThatIsThereAndEmpty_differsFromOneThatIsNot() {
        Tenant after = tenant(OutagePolicy.ServeKnown.newBuilder()
                .setMaxAge(Duration.getDefaultInstance())
                .build());

        assertThat(FieldDiff.between(BEFORE, after))
                .containsExactly(FieldChange.newBuilder()
                        .setPath("outage_policy.serve_known.max_age")
                        .setAfter("\"0s\"")
                        .build());
    }

    @Test
    void between_equalTenants_nothingDiffers() {
        assertThat(FieldDiff.between(BEFORE, BEFORE.toBuilder().build())).isEmpty();
    }

    private static Tenant tenant(OutagePolicy.ServeKnown policy) {
        return Tenant.newBuilder()
                .setDisplayName("Acme")
                .setOutagePolicy(OutagePolicy.newBuilder().setServeKnown(policy))
                .build();
    }
}
