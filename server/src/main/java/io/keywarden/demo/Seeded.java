package io.keywarden.demo;

/**
 * The tokens that the demo made.
 *
 * <p>Not a record: the text of a token must not be printed by accident.
 */
final class Seeded {
    private final String token;
    private final String tokenId;
    private final String spareForCall;
    private final String spareForGrpcurl;

    /** {@code token} is the whole text of the token that works; the spares are names of tokens that can be revoked. */
    Seeded(String token, String tokenId, String spareForCall, String spareForGrpcurl) {
        this.token = token;
        this.tokenId = tokenId;
        this.spareForCall = spareForCall;
        this.spareForGrpcurl = spareForGrpcurl;
    }

    String token() {
        return token;
    }

    String tokenId() {
        return tokenId;
    }

    String spareForCall() {
        return spareForCall;
    }

    String spareForGrpcurl() {
        return spareForGrpcurl;
    }
}
