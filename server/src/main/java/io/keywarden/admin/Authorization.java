package io.keywarden.admin;

import com.google.protobuf.Message;
import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.MethodDescriptor;
import io.grpc.ServerCall;
import io.keywarden.admin.AdminFailure.NotPermitted;
import io.keywarden.admin.v1.Requirement;
import io.keywarden.admin.v1.TokenServiceGrpc;
import io.keywarden.store.RecordKey;
import io.keywarden.store.v1.TokenRecord;
import io.keywarden.token.Operation;
import io.keywarden.token.Tenant;
import io.keywarden.token.TokenId;
import java.util.Optional;
import java.util.Set;

/**
 * The one place where it is decided who may call which RPC: looks at each message before the RPC does. What an RPC gives to
 * others is bounded apart, by {@link CallerBounds}.
 */
final class Authorization {
    private static final String WATCH_SECRET = "WatchSecret";
    /** What a person may call about a tenant as a whole: these commands look at whose tokens they are themselves. */
    private static final Set<String> NARROWED = Set.of("CreateToken", "ListTokens");

    private final AdminStore store;

    Authorization(AdminStore store) {
        this.store = store;
    }

    /** Lets messages through to a call that their caller may make; the first other one ends it. */
    <Q> ServerCall.Listener<Q> guard(
            ServerCall.Listener<Q> listener, MethodDescriptor<Q, ?> method, Requirement needed, Caller caller) {
        return new Guarded<>(listener, message -> require(method, needed, message, caller));
    }

    /** Throws where a caller may not make a call with this message. */
    void require(MethodDescriptor<?, ?> method, Requirement needed, Object message, Caller caller) {
        RequestSubject subject = RequestSubject.of((Message) message, needed.getTenantField());
        if (watches(needed, subject, caller)) {
            return;
        }
        Operation operation = AdminOperations.find(needed.getOperation()).orElseThrow(() -> missing(needed));
        if (!caller.rights().cover(operation, subject.tenant())) {
            throw missing(needed);
        }
        if (caller.onlyOwner().isPresent() && !isTheirs(caller.onlyOwner().get(), needed, subject)) {
            throw missing(needed);
        }
        boolean reserved = subject.tenant().equals(Optional.of(Tenant.SYSTEM))
                && !TokenServiceGrpc.SERVICE_NAME.equals(method.getServiceName())
                && needed.getAction() != Requirement.Action.READ;
        if (reserved) {
            throw FieldChecks.invalid(
                    needed.getTenantField(), "another tenant than " + Tenant.SYSTEM + ", which nobody changes");
        }
    }

    /** Whether it is about a token whose secrets the caller may watch, and about nothing else. */
    private static boolean watches(Requirement needed, RequestSubject subject, Caller caller) {
        return needed.getOperation().equals(WATCH_SECRET)
                && subject.in("tokens").isPresent()
                && caller.watched().contains(String.join("/", subject.parts()));
    }

    /** Whether a person may call this for themselves. What this does not know is not theirs. */
    private boolean isTheirs(Caller.OnlyOwner owner, Requirement needed, RequestSubject subject) {
        boolean inTheirTenant = needed.getSelfService() && subject.tenant().equals(Optional.of(owner.tenant()));
        if (!inTheirTenant) {
            return false;
        }
        if (subject.isTenant()) {
            return NARROWED.contains(needed.getOperation());
        }
        return subject.in("tokens")
                .filter(TokenId::isTokenId)
                .map(id -> isTheirs(owner, new TokenId(id)))
                .orElse(false);
    }

    /** A token that is not there is nobody's; the command says so. */
    private boolean isTheirs(Caller.OnlyOwner owner, TokenId id) {
        return store.read(RecordKey.token(id))
                .map(stored -> owner.owns(Entry.of(stored, TokenRecord.parser()).payload()))
                .orElse(true);
    }

    private static AdminException missing(Requirement needed) {
        return new AdminException(new NotPermitted(needed.getOperation()));
    }

    /** Throws where a message may not pass. */
    private interface Gate {
        void require(Object message);
    }

    /** A call whose messages are looked at. Used by one thread at a time, as gRPC's own calls are. */
    private static final class Guarded<Q> extends SimpleForwardingServerCallListener<Q> {
        private final Gate gate;
        /** Whether no message came yet that may pass. */
        private boolean closed = true;
        /** Whether one came that may not. */
        private boolean ended;

        private Guarded(ServerCall.Listener<Q> listener, Gate gate) {
            super(listener);
            this.gate = gate;
        }

        @Override
        public void onMessage(Q message) {
            if (ended) {
                return;
            }
            ended = true;
            gate.require(message);
            ended = false;
            closed = false;
            super.onMessage(message);
        }

        /** A call that was ended is not begun after all, nor is one that never said for which tenant it is. */
        @Override
        public void onHalfClose() {
            if (ended) {
                return;
            }
            if (closed) {
                ended = true;
                throw new AdminException(new NotPermitted(""));
            }
            super.onHalfClose();
        }
    }
}
