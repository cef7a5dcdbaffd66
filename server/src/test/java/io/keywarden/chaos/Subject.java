package io.keywarden.chaos;

import io.envoyproxy.envoy.service.auth.v3.AttributeContext;
import io.envoyproxy.envoy.service.auth.v3.CheckRequest;

/**
 * A token that is checked.
 *
 * @param name its resource name, for Admin
 * @param request asks about a call that it may make
 */
record Subject(String name, CheckRequest request) {
    /** A subject from what Admin told. */
    static Subject of(String name, String authorization, String host) {
        AttributeContext.HttpRequest http = AttributeContext.HttpRequest.newBuilder()
                .setMethod("GET")
                .setHost(host)
                .setPath("/v1/orders")
                .putHeaders("authorization", authorization)
                .build();
        CheckRequest request = CheckRequest.newBuilder()
                .setAttributes(AttributeContext.newBuilder()
                        .setRequest(AttributeContext.Request.newBuilder().setHttp(http)))
                .build();
        return new Subject(name, request);
    }

    /** Without the secret. */
    @Override
    public String toString() {
        return name;
    }
}
