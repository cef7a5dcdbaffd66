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
     * @param id the token that it says it is of
     * @param secret what it says is its secret
     * @param header the header that holds it, in lower case
     */
    record Presented(TokenId id, TokenSecret secret, String header) implements Credential {
        @Override
        public <R> R fold(Cases<R> cases) {
            return cases.onPresented().apply(this);
        }
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
