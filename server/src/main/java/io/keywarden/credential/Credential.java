package io.keywarden.credential;

import io.keywarden.token.TokenId;
import io.keywarden.token.TokenSecret;
import java.util.function.Function;

/** What a request carries where a tenant looks for a credential. Nothing about it is proven. */
public sealed interface Credential {
    /** Nothing. */
    Credential ABSENT = new Absent();
    /** Something that is not written as a credential is. */
    Credential MALFORMED = new Malformed();
    /** More than one. */
    Credential DUPLICATE = new Duplicate();

    /** Turns each kind into something. */
    <R> R fold(Cases<R> cases);

    /**
     * What is made of each kind.
     *
     * @param onPresented of a credential
     * @param onAbsent of nothing
     * @param onMalformed of something else
     * @param onDuplicate of more than one
     * @param <R> what it is turned into
     */
    record Cases<R>(
            Function<Presented, R> onPresented,
            Function<Absent, R> onAbsent,
            Function<Malformed, R> onMalformed,
            Function<Duplicate, R> onDuplicate) {}

    /**
     * A credential that is written as one.
     *
     * @param claim whose it says it is
     * @param secret what it says is its secret
     * @param hiding how it is kept from the upstream
     */
    record Presented(Claim claim, TokenSecret secret, Hiding hiding) implements Credential {
        @Override
        public <R> R fold(Cases<R> cases) {
            return cases.onPresented().apply(this);
        }
    }

    /** Whose a credential says it is. */
    sealed interface Claim {
        /**
         * A token, by the id that we made.
         *
         * @param id the id
         */
        record OfToken(TokenId id) implements Claim {}

        /**
         * A token of the tenant that the request is for, by the id that its customer gave it.
         *
         * @param text the id
         */
        record OfCredentialId(String text) implements Claim {}

        /** It does not say: a token of the tenant that the request is for, which the secret alone leads to. */
        record OfSecret() implements Claim {}
    }

    /** No place where the tenant looks holds anything. */
    record Absent() implements Credential {
        @Override
        public <R> R fold(Cases<R> cases) {
            return cases.onAbsent().apply(this);
        }
    }

    /** A place holds something that is not written as a credential is, or is too long for one. */
    record Malformed() implements Credential {
        @Override
        public <R> R fold(Cases<R> cases) {
            return cases.onMalformed().apply(this);
        }
    }

    /** Two places hold something, or one holds two things. */
    record Duplicate() implements Credential {
        @Override
        public <R> R fold(Cases<R> cases) {
            return cases.onDuplicate().apply(this);
        }
    }
}
