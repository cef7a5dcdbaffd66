package io.keywarden.admin;

import io.grpc.Context;
import io.keywarden.admin.AdminFailure.NotPermitted;
import io.keywarden.store.v1.GrantRecord;
import io.keywarden.store.v1.TokenRecord;
import io.keywarden.token.Operation;
import io.keywarden.token.Uid;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Who calls the Admin API.
 *
 * @param principal {@code bootstrap}, the resource name of a token, {@code certificate:} and its name, {@code journal}, or
 *     {@code keywarden}
 * @param peer the address that the call came from
 * @param rights what they may do
 * @param onlyOwner the owner to whose tokens they are kept; empty where they are not
 * @param token the token that they call with; empty where they call with something else
 * @param original what is done again; empty for what is done for the first time
 * @param watched the names of the tokens whose secrets they may watch, whatever their rights are
 */
record Caller(
        String principal,
        String peer,
        Rights rights,
        Optional<OnlyOwner> onlyOwner,
        Optional<TokenRecord> token,
        Optional<Original> original,
        Set<String> watched) {
    /** Who calls, in the context of a call that was let in. */
    static final Context.Key<Caller> KEY = Context.key("keywarden-admin-caller");

    private static final String JOURNAL = "journal";
    private static final String KEYWARDEN = "keywarden";

    /** Somebody who does something for the first time, and for nobody else. */
    Caller(String principal, String peer, Rights rights) {
        this(principal, peer, rights, Optional.empty(), Optional.empty(), Optional.empty(), Set.of());
    }

    /** Somebody who calls with a token. */
    static Caller of(String token, String peer, Rights rights, Optional<OnlyOwner> onlyOwner, TokenRecord record) {
        return new Caller(token, peer, rights, onlyOwner, Optional.of(record), Optional.empty(), Set.of());
    }

    /** The same caller, who may watch the secrets of these tokens too. */
    Caller watching(Set<String> tokens) {
        return new Caller(principal, peer, rights, onlyOwner, token, original, Set.copyOf(tokens));
    }

    /** Whether this is who calls with a token of this name. */
    boolean isToken(ResourceNames.TokenName name) {
        return token.isPresent() && principal.equals(name.text());
    }

    /**
     * An owner of a tenant, who calls, or for whom somebody calls.
     *
     * @param name their resource name
     * @param tenant their tenant's id
     * @param uid their identity
     * @param bounds what rights that are given have to be within: in each of these lists
     * @param acting whether somebody else calls for them
     */
    record OnlyOwner(String name, String tenant, Uid uid, List<List<GrantRecord>> bounds, boolean acting) {
        /** Copies the lists. */
        OnlyOwner {
            bounds = bounds.stream().map(List::copyOf).toList();
        }

        /** Whether a token is theirs. */
        boolean owns(TokenRecord token) {
            return token.hasOwner() && token.getOwner().getUid().equals(CatalogMessages.bytes(uid));
        }
    }

    /**
     * A write that was lost.
     *
     * @param time when it was made
     * @param version the version that it wrote: whoever saw it believes nothing but a higher one
     */
    record Original(Instant time, long version) {}

    /** Admin itself, which does something again. */
    static Caller again(Original original) {
        return new Caller(
                JOURNAL, "", Rights.EVERYTHING, Optional.empty(), Optional.empty(), Optional.of(original), Set.of());
    }

    /** Admin itself, which makes what has to be there. */
    static Caller itself() {
        return new Caller(KEYWARDEN, "", Rights.EVERYTHING);
    }

    /** Who makes the call that this thread works on. */
    static Caller current() {
        Caller caller = KEY.get();
        if (caller == null) {
            throw new IllegalStateException("no caller in the context (expected: AdminAuthentication in front)");
        }
        return caller;
    }

    /** The same caller, for an owner. */
    Caller actingFor(OnlyOwner owner) {
        return new Caller(principal, peer, rights, Optional.of(owner), token, original, Set.of());
    }

    /** The resource name of the owner for whom they call; empty text where they call for themselves. */
    String actingOwner() {
        return onlyOwner.filter(OnlyOwner::acting).map(OnlyOwner::name).orElse("");
    }

    /** Who this is as far as repeats of a request go: one who calls for another person is somebody else. */
    String identity() {
        String owner = actingOwner();
        return owner.isEmpty() ? principal : principal + " for " + owner;
    }

    /**
     * Throws where they lack a right, or the owner does for whom they call.
     *
     * @param operation an RPC's name, or one of the other names of {@link AdminOperations}
     * @param tenant the id of the tenant that it is done to
     */
    void require(String operation, String tenant) {
        require(operation, Optional.of(tenant));
    }

    /**
     * Throws where they lack a right for all tenants: to something that is of no single one.
     *
     * @param operation an RPC's name, or one of the other names of {@link AdminOperations}
     */
    void requireEverywhere(String operation) {
        require(operation, Optional.empty());
    }

    private void require(String operation, Optional<String> tenant) {
        Operation needed = AdminOperations.find(operation)
                .orElseThrow(() -> new IllegalArgumentException(operation + " (expected: an operation of Admin)"));
        boolean theirs = onlyOwner.isEmpty()
                || Rights.selfService(onlyOwner.get().tenant()).cover(needed, tenant);
        if (!theirs || !rights.cover(needed, tenant)) {
            throw new AdminException(new NotPermitted(operation));
        }
    }

    /** Throws where they are kept to the tokens of an owner, and a token is not one of them. */
    void requireOwn(TokenRecord token, String operation) {
        if (onlyOwner.isPresent() && !onlyOwner.get().owns(token)) {
            throw new AdminException(new NotPermitted(operation));
        }
    }
}
