package io.keywarden.apispec;

import io.keywarden.token.Action;
import java.util.List;
import java.util.Optional;

/**
 * One thing that can be called.
 *
 * @param source where the description says so
 * @param groups what it belongs to there: the tags of an operation, or the service of a method
 * @param names what it is called
 * @param effect what it amounts to
 * @param request which requests it is
 */
public record DescribedCall(String source, List<String> groups, Names names, Effect effect, Request request) {
    /** Copies the list. */
    public DescribedCall {
        groups = List.copyOf(groups);
    }

    /**
     * What it is called. None of them is an id yet.
     *
     * @param chosen the id that the description asks for; a DNS label
     * @param usual what it would be called
     * @param exact what it would be called where that is taken
     */
    public record Names(Optional<String> chosen, String usual, String exact) {}

    /**
     * What it amounts to.
     *
     * @param action the action
     * @param rule what says so
     * @param explicit whether that was said for us, and does not merely follow from a method or a word
     * @param restricted whether only a grant that names it shall cover it; empty where nothing says so
     */
    public record Effect(Action action, String rule, boolean explicit, Optional<Boolean> restricted) {}

    /**
     * Which requests it is.
     *
     * @param method the HTTP method, or the name of the gRPC method
     * @param path the path template, or the full name of the gRPC service
     * @param grpc whether it is a gRPC method
     */
    public record Request(String method, String path, boolean grpc) {}
}
