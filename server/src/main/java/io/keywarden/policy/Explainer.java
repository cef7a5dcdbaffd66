package io.keywarden.policy;

import io.keywarden.token.Grant;
import io.keywarden.token.IpAddress;
import io.keywarden.token.TokenId;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/** Tells how a check would be decided. Never blocks, never completes exceptionally. Safe for use by several threads. */
public interface Explainer {
    /**
     * Explains a check.
     *
     * @param as the token whose newest secret comes with it, where there is one; empty where the request's own credential counts
     * @throws IllegalArgumentException if the request is not one
     */
    CompletionStage<Explained> explain(Request request, Optional<TokenId> as);

    /** A request. Its text names no part of it, since any could hold a secret. */
    sealed interface Request {}

    /**
     * A request in a few words.
     *
     * @param method its method
     * @param host its host
     * @param path its path and query
     * @param headers its headers
     * @param client the client's address; empty where it is not known
     * @param route what its route says
     */
    record Described(
            String method,
            String host,
            String path,
            List<Header> headers,
            Optional<IpAddress> client,
            Map<String, String> route)
            implements Request {
        /** Copies the collections. */
        public Described {
            headers = List.copyOf(headers);
            route = Map.copyOf(route);
        }

        @Override
        public String toString() {
            return "Described";
        }
    }

    /** A header of a request. */
    record Header(String name, String value) {
        @Override
        public String toString() {
            return "Header";
        }
    }

    /**
     * What Envoy asks.
     *
     * @param json its message in protobuf's JSON form
     */
    record OfEnvoy(String json) implements Request {
        @Override
        public String toString() {
            return "OfEnvoy";
        }
    }

    /**
     * How a check would be decided.
     *
     * @param decision what would be answered
     * @param facts what that is decided from; empty where that is not needed, or could not be read
     * @param steps how it came about; none without facts
     * @param missing the smallest right that is missing; empty where none is, or another right is no way out
     * @param age how long ago the oldest of it was read
     */
    record Explained(
            Decision decision,
            Optional<Facts> facts,
            List<DecisionTrace.Step> steps,
            Optional<Grant> missing,
            Duration age) {
        /** Copies the steps. */
        public Explained {
            steps = List.copyOf(steps);
        }
    }
}
