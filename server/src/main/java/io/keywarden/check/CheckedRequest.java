package io.keywarden.check;

import io.keywarden.credential.RequestHeaders;
import io.keywarden.policy.RequestPath;
import java.util.Optional;

/**
 * What a decision needs to know of a request.
 *
 * @param source the address that it came from; empty text where that is not known
 * @param headers its headers
 * @param host its host, canonical; empty where it has none that is one
 * @param method its method as it was sent; empty text where it has none
 * @param path its path in normal form; empty where it is not
 * @param grpc whether the caller expects the answer of a gRPC method
 * @param routeSpeaks whether its route says something about what it needs
 */
record CheckedRequest(
        String source,
        RequestHeaders headers,
        Optional<String> host,
        String method,
        Optional<RequestPath> path,
        boolean grpc,
        boolean routeSpeaks) {
    /** Stands for a request that could not be read. */
    static final CheckedRequest UNREADABLE = new CheckedRequest(
            "", RequestHeaders.builder().build(), Optional.empty(), "", Optional.empty(), false, false);
}
