package io.keywarden.check;

import io.keywarden.credential.RequestHeaders;
import io.keywarden.credential.RequestQuery;
import io.keywarden.policy.RequestPath;
import io.keywarden.policy.RouteSettings;
import java.util.Optional;

/**
 * What a decision needs to know of a request.
 *
 * @param source the address that it came from; empty text where that is not known
 * @param headers its headers
 * @param host its host, canonical; empty where it has none that is one
 * @param method its method as it was sent; empty text where it has none
 * @param path its path in normal form; empty where it is not
 * @param query what stands behind its path
 * @param grpc whether the caller expects the answer of a gRPC method
 * @param route what its route says about it
 */
record CheckedRequest(
        String source,
        RequestHeaders headers,
        Optional<String> host,
        String method,
        Optional<RequestPath> path,
        RequestQuery query,
        boolean grpc,
        RouteSettings route) {
    /** Stands for a request that could not be read. */
    static final CheckedRequest UNREADABLE = new CheckedRequest(
            "",
            RequestHeaders.builder().build(),
            Optional.empty(),
            "",
            Optional.empty(),
            RequestQuery.NONE,
            false,
            RouteSettings.UNCLEAR);

    /** Whether it is a CORS preflight request, as the Fetch standard describes it. */
    boolean isCorsPreflight() {
        return method.equals("OPTIONS")
                && !headers.values("origin").isEmpty()
                && !headers.values("access-control-request-method").isEmpty();
    }
}
