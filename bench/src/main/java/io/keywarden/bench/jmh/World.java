package io.keywarden.bench.jmh;

import io.keywarden.bench.compare.Requests;
import io.keywarden.credential.HmacKeys;
import io.keywarden.credential.IdTags;
import io.keywarden.credential.OpaqueSecrets;
import io.keywarden.credential.SecretHasher;
import io.keywarden.credential.TokenText;
import io.keywarden.policy.CompiledCatalog;
import io.keywarden.policy.CompiledCatalog.ModuleRoutes;
import io.keywarden.token.Action;
import io.keywarden.token.CredentialSource;
import io.keywarden.token.Grant;
import io.keywarden.token.Operation;
import io.keywarden.token.OutagePolicy;
import io.keywarden.token.SecretDigest;
import io.keywarden.token.SlotTag;
import io.keywarden.token.Tenant;
import io.keywarden.token.TenantRules;
import io.keywarden.token.Token;
import io.keywarden.token.TokenId;
import io.keywarden.token.TokenRules;
import io.keywarden.token.TokenSecret;
import io.keywarden.token.TokenState;
import io.keywarden.token.TokenTimes;
import io.keywarden.token.Uid;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** A tenant with a host, a catalog of 1,000 routes and a token: what the benchmarks decide about. */
final class World {
    static final SlotTag SLOT = new SlotTag("a1Z");
    private static final int MODULES = 10;
    private static final int OPERATIONS = 100;

    private final SecureRandom random = new SecureRandom();
    private final SecretHasher hasher = new SecretHasher(new HmacKeys(1, Map.of(1, key())), random);
    private final OpaqueSecrets opaque = new OpaqueSecrets(new HmacKeys(1, Map.of(1, key())));
    private final TokenSecret secret = TokenSecret.random(random);
    private final Tenant tenant = new Tenant(
            Uid.random(random),
            "bench",
            true,
            List.of(Requests.HOST),
            new Tenant.CatalogRef(Uid.random(random), SLOT),
            CredentialSource.DEFAULTS,
            OutagePolicy.ERROR,
            TenantRules.DEFAULT);
    private final List<Uid> modules = new ArrayList<>();
    private final CompiledCatalog catalog;
    private final Token token;

    World() {
        List<ModuleRoutes> routes = new ArrayList<>();
        for (int module = 0; module < MODULES; module++) {
            modules.add(Uid.random(random));
            List<Operation> operations = new ArrayList<>();
            for (int number = 0; number < OPERATIONS; number++) {
                operations.add(operation(module, number));
            }
            CompiledCatalog.Module named =
                    new CompiledCatalog.Module(modules.get(module), "module" + module, false, Optional.empty());
            routes.add(new ModuleRoutes(named, Set.of(), operations));
        }
        this.catalog = CompiledCatalog.compile(routes);
        this.token = newToken();
    }

    SecretHasher hasher() {
        return hasher;
    }

    OpaqueSecrets opaque() {
        return opaque;
    }

    TokenSecret secret() {
        return secret;
    }

    Tenant tenant() {
        return tenant;
    }

    CompiledCatalog catalog() {
        return catalog;
    }

    Token token() {
        return token;
    }

    /** The token as its owner presents it. */
    String text() {
        return TokenText.format("kw", token.id(), secret);
    }

    private Token newToken() {
        TokenId id = new IdTags(new HmacKeys(1, Map.of(1, key()))).issue(SLOT, random);
        Uid uid = Uid.random(random);
        SecretHasher.Digest digest = hasher.digest(tenant.uid(), uid, secret);
        return new Token(
                id,
                uid,
                tenant.uid(),
                TokenState.ACTIVE,
                new TokenTimes(
                        Instant.now(),
                        Optional.empty(),
                        Optional.of(Instant.now().plusSeconds(86_400)),
                        Optional.empty()),
                TokenRules.NONE,
                List.of(
                        new Grant.OfModule(modules.get(0), Set.of(Action.READ, Action.CREATE)),
                        new Grant.OfModule(modules.get(1), Set.of(Action.READ))),
                List.of(new SecretDigest(1, digest.pepper(), digest.bytes(), Optional.empty())));
    }

    private Operation operation(int module, int number) {
        return new Operation(
                Uid.random(random),
                "module" + module + ".read" + number,
                modules.get(module),
                Action.READ,
                Operation.Closure.OPEN,
                Set.of("GET"),
                "/v1/module" + module + "/resource" + number + "/{id}",
                Optional.empty());
    }

    private byte[] key() {
        byte[] key = new byte[32];
        random.nextBytes(key);
        return key;
    }
}
