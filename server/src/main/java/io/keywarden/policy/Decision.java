package io.keywarden.policy;

import io.keywarden.token.Operation;
import io.keywarden.token.Owner;
import io.keywarden.token.Tenant;
import io.keywarden.token.Token;
import java.util.Optional;
import java.util.function.Function;

/** What is answered: allow, deny, or cannot tell. */
public sealed interface Decision {
    /**
     * Turns each kind of decision into something; a new kind breaks every caller at compile time.
     */
    <R> R fold(Function<Allow, R> onAllow, Function<Deny, R> onDeny, Function<CannotTell, R> onCannotTell);

    /** Why the request does not pass, or would not, were there no shadow; empty where it simply passes. */
    default Optional<Reason> why() {
        return fold(Allow::shadowed, deny -> Optional.of(deny.reason()), unknown -> Optional.of(unknown.reason()));
    }

    /**
     * The request may pass.
     *
     * @param identity who asks; empty where nobody is proven to: then the upstream is told nobody
     * @param operation what it is; empty where nothing had to say so
     * @param shadowed why it would not pass, were there no shadow
     */
    record Allow(Optional<Identity> identity, Optional<Operation> operation, Optional<Reason> shadowed)
            implements Decision {
        /** What needs no credential passes so. */
        static final Allow ANONYMOUS = new Allow(Optional.empty(), Optional.empty(), Optional.empty());

        /** Rejects a shadow on what is never softened. */
        public Allow {
            if (shadowed.isPresent() && !shadowed.get().canBeShadowed()) {
                throw new IllegalArgumentException(shadowed.get() + " let pass (expected: a reason that may be)");
            }
        }

        @Override
        public <R> R fold(Function<Allow, R> onAllow, Function<Deny, R> onDeny, Function<CannotTell, R> onCannotTell) {
            return onAllow.apply(this);
        }
    }

    /**
     * Who asks, after the secret was proven.
     *
     * @param tenant whose the token is
     * @param token the token
     * @param secretNumber which of its secrets it was
     * @param owner the token's owner; empty for a service token
     * @param client the client of the tenant that the request is for; empty where nothing says so
     */
    record Identity(Tenant tenant, Token token, int secretNumber, Optional<Owner> owner, Optional<String> client) {}

    /**
     * The request may not pass.
     *
     * @param reason why; never of the group CANNOT_TELL
     * @param proven who asked, where the secret was proven
     * @param missing the operation that no grant covers, where that is why
     */
    record Deny(Reason reason, Optional<Proven> proven, Optional<Operation> missing) implements Decision {
        /** Rejects a reason that is not a deny, and a reason that needs a proof without one. */
        public Deny {
            if (reason.group() == Reason.Group.CANNOT_TELL) {
                throw new IllegalArgumentException(reason + " (expected: a reason to deny)");
            }
            if (reason.afterProof() != proven.isPresent()) {
                throw new IllegalArgumentException(
                        reason + (proven.isPresent() ? " with" : " without") + " a proven token");
            }
        }

        @Override
        public <R> R fold(Function<Allow, R> onAllow, Function<Deny, R> onDeny, Function<CannotTell, R> onCannotTell) {
            return onDeny.apply(this);
        }
    }

    /**
     * Neither: something that the decision needs is not known.
     *
     * @param reason why; always of the group CANNOT_TELL
     * @param detail what exactly, for the log; never part of the answer, and never a secret
     */
    record CannotTell(Reason reason, String detail) implements Decision {
        /** Rejects a reason that is a deny. */
        public CannotTell {
            if (reason.group() != Reason.Group.CANNOT_TELL) {
                throw new IllegalArgumentException(reason + " (expected: a reason that cannot tell)");
            }
        }

        @Override
        public <R> R fold(Function<Allow, R> onAllow, Function<Deny, R> onDeny, Function<CannotTell, R> onCannotTell) {
            return onCannotTell.apply(this);
        }
    }

    /**
     * Who asked, after the secret was proven.
     *
     * @param token the token
     * @param tenant its tenant's id; empty where its tenant is not there
     */
    record Proven(Token token, Optional<String> tenant) {}
}
