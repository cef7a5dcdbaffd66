package io.keywarden.chaos;

import io.envoyproxy.envoy.service.auth.v3.AttributeContext;
import io.envoyproxy.envoy.service.auth.v3.CheckRequest;
import io.keywarden.store.RecordKey;
import io.keywarden.token.TokenId;

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

    /** The key of its record. */
    String key() {
        String id = name.substring(name.lastIndexOf('/') + 1);
        return RecordKey.token(new TokenId(id)).text();
    }

    /** Without the secret. */
    @Override
    public String toString() {
        return name;
    }
}
