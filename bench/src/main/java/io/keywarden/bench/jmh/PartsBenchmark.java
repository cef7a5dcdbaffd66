package io.keywarden.bench.jmh;

import io.keywarden.bench.compare.Requests;
import io.keywarden.credential.Credential;
import io.keywarden.credential.CredentialParser;
import io.keywarden.credential.Proof;
import io.keywarden.credential.RequestHeaders;
import io.keywarden.credential.RequestQuery;
import io.keywarden.policy.Access;
import io.keywarden.policy.CredentialOutcome;
import io.keywarden.policy.Decision;
import io.keywarden.policy.Facts;
import io.keywarden.policy.Need;
import io.keywarden.policy.PolicyEvaluator;
import io.keywarden.policy.RequestPath;
import io.keywarden.token.CredentialSource;
import io.keywarden.token.Operation;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** The parts of a check: the credential, its proof, the route, the decision. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
public class PartsBenchmark {
    private final World world = new World();
    private final Optional<io.keywarden.token.Token> token = Optional.of(world.token());
    private final RequestHeaders headers = RequestHeaders.builder()
            .add(":authority", Requests.HOST)
            .add(":path", Requests.ALLOWED_PATH)
            .add(":method", "GET")
            .add("user-agent", "shop-backend/4.2.1 (linux; amd64)")
            .add("accept", "application/json")
            .add("authorization", "Bearer " + world.text())
            .add("x-request-id", "5a3c2f3e-7d59-4f0e-9a6e-2f8f2f6f0b11")
            .build();
    private final Facts facts = facts();

    /** Finds the credential in the headers and reads it. */
    @Benchmark
    public Credential headers() {
        return CredentialParser.parse(CredentialSource.DEFAULTS, headers, RequestQuery.NONE);
    }

    /** Proves a secret: one HMAC, and the comparisons. */
    @Benchmark
    public Proof proof() {
        return world.hasher().prove(token, world.secret(), Instant.now());
    }

    /** Reads a path and finds its operation among 1,000 routes. */
    @Benchmark
    public Optional<Operation> path() {
        return world.catalog()
                .match(
                        Requests.HOST,
                        "GET",
                        RequestPath.parse(Requests.ALLOWED_PATH).orElseThrow());
    }

    /** Decides from facts. */
    @Benchmark
    public Decision decision() {
        return PolicyEvaluator.evaluate(facts);
    }

    private Facts facts() {
        Operation operation = path().orElseThrow();
        return new Facts(
                CredentialOutcome.LIVE,
                Optional.of(new Facts.Proven(world.token(), 1, Optional.of(world.tenant()), Optional.empty())),
                Optional.of(world.tenant()),
                Facts.Request.of(Access.REQUIRED, new Need.Known(operation)),
                Instant.now());
    }
}
