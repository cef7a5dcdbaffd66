package io.keywarden.credential;

import io.keywarden.token.CredentialSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** A request that is written piece by piece, with the things of others between them. */
final class PlacedRequest {
    private final List<String> parameters = new ArrayList<>();
    private final List<String> cookies = new ArrayList<>();
    private final List<String> protocols = new ArrayList<>();
    private final RequestHeaders.Builder headers = RequestHeaders.builder();

    /** Adds a credential where a source names. */
    PlacedRequest with(CredentialSource source, String text) {
        switch (source.place()) {
            case AUTHORIZATION_SCHEME -> headers.add("authorization", source.name() + " " + text);
            case HEADER -> headers.add(source.name(), text);
            case QUERY_PARAMETER -> parameters.add(source.name() + "=" + text);
            case COOKIE -> cookies.add(source.name() + "=" + text);
            case WEBSOCKET_PROTOCOL -> protocols.add(source.name() + text);
        }
        return this;
    }

    /** Adds what is no credential. */
    PlacedRequest withOthers(Random random) {
        for (int i = random.nextInt(4); i > 0; i--) {
            parameters.add(random.nextInt(parameters.size() + 1), "other=%7Ex+" + i);
            cookies.add(random.nextInt(cookies.size() + 1), "other" + i + "=\"a,b\"");
            protocols.add(random.nextInt(protocols.size() + 1), "chat.v" + i);
            headers.add("accept", "text/" + i);
        }
        return this;
    }

    RequestQuery query() {
        return RequestQuery.of("/v1/orders?" + String.join("&", parameters));
    }

    RequestHeaders headers() {
        // Some come in one header, some in one for each.
        if (!cookies.isEmpty()) {
            cookies.forEach(cookie -> headers.add("cookie", cookie));
        }
        if (!protocols.isEmpty()) {
            headers.add("sec-websocket-protocol", String.join(", ", protocols));
        }
        return headers.build();
    }
}
