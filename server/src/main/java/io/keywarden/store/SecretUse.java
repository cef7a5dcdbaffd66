package io.keywarden.store;

import io.keywarden.token.IpAddress;
import io.keywarden.token.TokenId;
import java.time.Instant;
import java.util.Optional;

/**
 * That one of a token's secrets was used.
 *
 * @param of which one
 * @param address from where; empty where that is not known
 * @param time when last, to a millisecond
 */
public record SecretUse(Of of, Optional<IpAddress> address, Instant time) {
    /**
     * One of a token's secrets.
     *
     * @param token the token's id
     * @param number its number
     */
    public record Of(TokenId token, int number) {}
}
