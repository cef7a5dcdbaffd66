package io.keywarden.policy;

import io.keywarden.token.Operation;
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

    /**
     * The request may pass.
     *
     * @param tenant whose it is
     * @param token who asks
     * @param secretNumber with which of its secrets
     * @param operation what it is
     */
    record Allow(Tenant tenant, Token token, int secretNumber, Operation operation) implements Decision {
        @Override
        public <R> R fold(Function<Allow, R> onAllow, Function<Deny, R> onDeny, Function<CannotTell, R> onCannotTell) {
            return onAllow.apply(this);
        }
    }

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
