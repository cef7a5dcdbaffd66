package io.keywarden.redis;

import io.keywarden.redis.RedisSettings.Address;
import java.util.Optional;

/**
 * What a master of a cluster says of a key whose slot is not its own, or not wholly.
 *
 * @param to whom to ask
 * @param asking whether the slot is on its way there and has not arrived: this one question only is to be asked there, with
 *     ASKING before it
 */
record Redirection(Address to, boolean asking) {
    /**
     * Reads an error such as {@code MOVED 3999 10.0.0.1:6381}; empty for any other.
     *
     * @param from who said so: its host stands for one that is left out
     */
    static Optional<Redirection> of(Throwable failure, Address from) {
        String code = Failures.errorCode(failure);
        if (!code.equals("MOVED") && !code.equals("ASK")) {
            return Optional.empty();
        }
        String[] words = Failures.text(failure).split(" ", -1);
        String endpoint = words.length == 3 ? words[2] : "";
        int colon = endpoint.lastIndexOf(':');
        if (colon < 0) {
            return Optional.empty();
        }
        String host = colon == 0 ? from.host() : endpoint.substring(0, colon);
        try {
            int port = Integer.parseInt(endpoint.substring(colon + 1));
            return Optional.of(new Redirection(new Address(host, port, from.tls()), code.equals("ASK")));
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }
}
