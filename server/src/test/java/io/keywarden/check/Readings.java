package io.keywarden.check;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.InvalidProtocolBufferException;
import io.envoyproxy.envoy.service.auth.v3.CheckRequest;
import io.keywarden.credential.RequestQuery;
import io.keywarden.policy.RequestPath;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** The two ways in which a request is read: the fast one, and the one of the generated classes. */
public final class Readings {
    private Readings() {}

    /** Requires that the fast one, if it takes a request, means what the other one does. Answers the query if it takes it. */
    public static Optional<RequestQuery> agree(byte[] bytes) {
        RequestScan scan = RequestScan.of(bytes);
        if (scan == null) {
            return Optional.empty();
        }
        CheckedRequest fast = scan.read();
        CheckedRequest whole = whole(bytes);
        assertThat(meaning(fast)).isEqualTo(meaning(whole));
        assertThat(fast.query().equals(whole.query())).as("one query").isTrue();
        return Optional.of(fast.query());
    }

    private static CheckedRequest whole(byte[] bytes) {
        try {
            return CheckAttributes.read(CheckRequest.parseFrom(bytes));
        } catch (InvalidProtocolBufferException e) {
            throw new AssertionError("malformed", e);
        }
    }

    private static String meaning(CheckedRequest request) {
        Set<String> names = request.headers().names();
        Map<String, List<String>> headers = names.stream()
                .collect(
                        Collectors.toMap(name -> name, name -> request.headers().values(name)));
        return String.join(
                "\n",
                request.source(),
                List.copyOf(names).toString(),
                headers.toString(),
                List.copyOf(request.headers().namesLike("x-keywarden-")).toString(),
                request.host().toString(),
                request.method(),
                request.path().map(RequestPath::text).toString(),
                Boolean.toString(request.grpc()),
                request.route().toString());
    }
}
