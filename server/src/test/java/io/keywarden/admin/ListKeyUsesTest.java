package io.keywarden.admin;

import static io.keywarden.admin.Failures.failure;
import static io.keywarden.admin.Fixtures.createToken;
import static io.keywarden.admin.Fixtures.token;
import static org.assertj.core.api.Assertions.assertThat;

import io.keywarden.admin.v1.KeyUse;
import io.keywarden.admin.v1.ListKeyUsesRequest;
import io.keywarden.admin.v1.ListKeyUsesResponse;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** How what hangs on a key is listed. */
final class ListKeyUsesTest {
    @RegisterExtension
    private final AdminHarness admin = new AdminHarness();

    @BeforeEach
    void makeWorld() {
        var unused = new KeyWorld(admin);
    }

    @Test
    void listKeyUses_manyTokens_pagesThatEndAndMissNothing() throws IOException {
        for (int i = 0; i < 230; i++) {
            Fixtures.make(admin, createToken(token("token " + i)));
        }
        admin.keys.peppers().distribute();
        admin.keys.peppers().activate();
        admin.restart();
        for (int size : List.of(1, 7, 100, 1_000)) {
            List<String> names = new ArrayList<>();
            String next = "";
            do {
                ListKeyUsesResponse page = admin.servers()
                        .listKeyUses(KeyWorld.request(KeyUse.Kind.PEPPER, 1)
                                .setPageSize(size)
                                .setPageToken(next)
                                .build());
                assertThat(page.getUsesCount()).isLessThanOrEqualTo(size);
                page.getUsesList().forEach(use -> names.add(use.getName()));
                next = page.getNextPageToken();
            } while (!next.isEmpty());
            assertThat(names).hasSize(231).doesNotHaveDuplicates();
        }
    }

    @Test
    void listKeyUses_nothingFound_pageEndsAllTheSame() {
        for (int i = 0; i < ListKeyUses.MOST_PARTS; i++) {
            admin.tenants().createTenant(Fixtures.tenant("t" + i));
        }
        int pages = 0;
        String next = "";
        do {
            ListKeyUsesResponse page = admin.servers()
                    .listKeyUses(KeyWorld.request(KeyUse.Kind.SEALING, 1)
                            .setPageToken(next)
                            .build());
            assertThat(page.getUsesList()).isEmpty();
            next = page.getNextPageToken();
            pages++;
        } while (!next.isEmpty());
        assertThat(pages).isBetween(3, 10);
    }

    @Test
    void listKeyUses_wrongFields_refused() {
        assertThat(fields(KeyWorld.request(KeyUse.Kind.KIND_UNSPECIFIED, 1))).contains("kind");
        assertThat(fields(KeyWorld.request(KeyUse.Kind.PEPPER, 2))).containsExactly("key_id");
        assertThat(fields(KeyWorld.request(KeyUse.Kind.PEPPER, 1).setPageSize(1_001)))
                .containsExactly("page_size");
        assertThat(fields(KeyWorld.request(KeyUse.Kind.PEPPER, 1).setPageToken("x")))
                .containsExactly("page_token");
    }

    @Test
    void listKeyUses_activeVersion_saysSo() {
        ListKeyUsesResponse page = admin.servers()
                .listKeyUses(KeyWorld.request(KeyUse.Kind.SIGNING, 7).build());
        assertThat(page.getActiveKeyId()).isEqualTo(7);
        assertThat(page.getUsesList()).isNotEmpty();
    }

    private List<String> fields(ListKeyUsesRequest.Builder request) {
        return failure(() -> admin.servers().listKeyUses(request.build())).fields();
    }
}
