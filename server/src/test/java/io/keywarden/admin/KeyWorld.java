package io.keywarden.admin;

import static io.keywarden.admin.Fixtures.createToken;
import static io.keywarden.admin.Fixtures.token;

import com.google.protobuf.util.Durations;
import io.keywarden.admin.v1.CreateTenantRequest;
import io.keywarden.admin.v1.CreateTokenRequest;
import io.keywarden.admin.v1.CreateTokenResponse;
import io.keywarden.admin.v1.CredentialSource;
import io.keywarden.admin.v1.DeleteTokenRequest;
import io.keywarden.admin.v1.GetTokenRequest;
import io.keywarden.admin.v1.KeyUse;
import io.keywarden.admin.v1.ListKeyUsesRequest;
import io.keywarden.admin.v1.RotateTokenRequest;
import io.keywarden.admin.v1.Token;
import io.keywarden.policy.Explainer;
import io.keywarden.store.RecordKey;
import io.keywarden.store.StoredRecord;
import io.keywarden.token.TokenId;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** An Admin with a shop and a token, whose keys a test rotates, and what it then asks. */
final class KeyWorld {
    static final String HOST = "api.acme.example";
    static final String ALLOWED = "ALLOW";

    private final AdminHarness admin;
    final CreateTokenResponse made;
    /** How much was moved so far. */
    int moved;

    KeyWorld(AdminHarness admin) {
        this.admin = admin;
        Fixtures.shop(admin);
        made = Fixtures.make(admin, createToken(token("importer").setCredentialId("SU-1")));
    }

    void tick() {
        tick(Duration.ZERO);
    }

    void tick(Duration between) {
        Upkeep upkeep = admin.upkeep(new UpkeepObserver() {
            @Override
            public void moved() {
                moved++;
            }
        });
        for (int i = 0; i < 20; i++) {
            upkeep.tick();
            admin.clock.advance(between);
        }
    }

    static ListKeyUsesRequest.Builder request(KeyUse.Kind kind, int id) {
        return ListKeyUsesRequest.newBuilder().setKind(kind).setKeyId(id);
    }

    List<KeyUse> uses(KeyUse.Kind kind, int id) {
        return admin.servers()
                .listKeyUses(request(kind, id).setPageSize(1_000).build())
                .getUsesList();
    }

    List<String> decisions(Explainer... explainers) {
        return List.of(explainers).stream().map(this::decision).toList();
    }

    String decision(Explainer explainer) {
        return decision(explainer, made.getPlain().getSecret());
    }

    String decision(Explainer explainer, String secret) {
        return decision(explainer, HOST, "Bearer " + secret);
    }

    static String decision(Explainer explainer, String host, String authorization) {
        Explainer.Request request = new Explainer.Described(
                "GET",
                host,
                "/v1/orders",
                List.of(new Explainer.Header("authorization", authorization)),
                Optional.empty(),
                Map.of());
        return explainer
                .explain(request, Optional.empty())
                .toCompletableFuture()
                .join()
                .decision()
                .fold(
                        allow -> ALLOWED,
                        deny -> deny.reason().name(),
                        unknown -> unknown.reason().name());
    }

    String rotate(long graceSeconds) {
        String secret = admin.tokens()
                .rotateToken(RotateTokenRequest.newBuilder()
                        .setName(made.getToken().getName())
                        .setGracePeriod(Durations.fromSeconds(graceSeconds))
                        .build())
                .getPlain()
                .getSecret();
        admin.told(secret);
        return secret;
    }

    /** A tenant that takes secrets alone. */
    void strict() {
        CreateTenantRequest.Builder request = Fixtures.tenant("strict", "strict.example").toBuilder();
        request.getTenantBuilder()
                .addCredentialSources(CredentialSource.newBuilder()
                        .setAuthorizationScheme("SalureToken")
                        .setForm(CredentialSource.Form.OPAQUE));
        var unused = admin.tenants().createTenant(request.build());
    }

    static CreateTokenRequest.Builder strictToken() {
        return createToken(token("alone")).setParent("tenants/strict");
    }

    static String secretOf(CreateTokenResponse response) {
        String text = response.getPlain().getSecret();
        return text.substring(text.length() - 49, text.length() - 6);
    }

    void delete(String name) {
        var unused = admin.tokens()
                .deleteToken(DeleteTokenRequest.newBuilder().setName(name).build());
    }

    Token get() {
        return admin.tokens()
                .getToken(GetTokenRequest.newBuilder()
                        .setName(made.getToken().getName())
                        .build())
                .getToken();
    }

    StoredRecord record() {
        return admin.record(key(made.getToken().getName())).orElseThrow();
    }

    static RecordKey key(String name) {
        return RecordKey.token(new TokenId(name.substring(name.lastIndexOf('/') + 1)));
    }

    Map<RecordKey, StoredRecord> records() {
        Map<RecordKey, StoredRecord> records = new HashMap<>();
        admin.store.keys().forEach(key -> admin.record(key).ifPresent(record -> records.put(key, record)));
        return records;
    }
}
