package io.keywarden.app;

import io.keywarden.credential.SecretHasher;
import io.keywarden.policy.CompiledCatalog;
import io.keywarden.store.CheckReader;
import io.keywarden.store.CheckView;
import io.keywarden.store.KnownView;
import io.keywarden.token.Action;
import io.keywarden.token.CredentialSource;
import io.keywarden.token.Grant;
import io.keywarden.token.IpRanges;
import io.keywarden.token.Operation;
import io.keywarden.token.OutagePolicy;
import io.keywarden.token.Owner;
import io.keywarden.token.SecretDigest;
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
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Knows one tenant with one token, which exist nowhere else, for checks that come from {@link #SOURCE}, so that an allow can
 * be tried without a word in the store; all other checks it hands on. Only the warm-up's own server has it.
 */
final class WarmUpReader implements CheckReader {
    /** What a check that is to be allowed gives as the address of its peer: no address is spelled so. */
    static final String SOURCE = "warm-up";

    static final String HOST = "warm-up.invalid";
    static final String PATH = "/warm/up";

    private final CheckReader real;
    private final CheckView known;

    private WarmUpReader(CheckReader real, CheckView known) {
        this.real = real;
        this.known = known;
    }

    /** Makes up a tenant and a token. */
    static WarmUpReader of(CheckReader real, SecretHasher hasher, TokenId id, TokenSecret secret, SecureRandom random) {
        Uid module = Uid.random(random);
        Tenant tenant = new Tenant(
                Uid.random(random),
                "warm-up",
                true,
                List.of(HOST),
                new Tenant.CatalogRef(Uid.random(random), id.slot()),
                CredentialSource.DEFAULTS,
                OutagePolicy.ERROR,
                TenantRules.DEFAULT);
        Owner owner = new Owner(
                Uid.random(random),
                "warm-up",
                tenant.uid(),
                true,
                0,
                List.of(new Grant.OfModule(module, Set.of(Action.READ))));
        Uid uid = Uid.random(random);
        SecretHasher.Digest digest = hasher.digest(tenant.uid(), uid, secret);
        Token token = new Token(
                id,
                uid,
                tenant.uid(),
                TokenState.ACTIVE,
                TokenTimes.from(Instant.EPOCH),
                new TokenRules(
                        Optional.of(new TokenRules.OwnerRef(owner.uid(), 0)),
                        0,
                        Set.of(),
                        IpRanges.EMPTY,
                        Set.of(),
                        ""),
                List.of(new Grant.OfModule(module, Set.of(Action.READ))),
                List.of(new SecretDigest(1, digest.pepper(), digest.bytes(), Optional.empty())));
        return new WarmUpReader(real, new KnownView(HOST, tenant, Optional.of(owner), token, catalog(module, random)));
    }

    private static CompiledCatalog catalog(Uid module, SecureRandom random) {
        Operation operation = new Operation(
                Uid.random(random),
                "warm.up",
                module,
                Action.READ,
                Operation.Closure.OPEN,
                Set.of("GET"),
                PATH,
                Optional.empty());
        return CompiledCatalog.compile(List.of(new CompiledCatalog.ModuleRoutes(
                new CompiledCatalog.Module(module, "warm", false, Optional.empty()), Set.of(), List.of(operation))));
    }

    @Override
    public CheckView begin(String source) {
        return source.equals(SOURCE) ? known : real.begin(source);
    }
}
