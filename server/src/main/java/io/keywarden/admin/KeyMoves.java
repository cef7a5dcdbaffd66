package io.keywarden.admin;

import com.google.protobuf.ByteString;
import io.keywarden.delivery.SecretSealer;
import io.keywarden.policy.Reason;
import io.keywarden.store.Commit;
import io.keywarden.store.Commit.RecordChange;
import io.keywarden.store.RecordSigner;
import io.keywarden.store.StoredRecord;
import io.keywarden.store.v1.RecordKind;
import io.keywarden.store.v1.SecretDigest;
import io.keywarden.store.v1.TenantRecord;
import io.keywarden.store.v1.TokenRecord;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * While there are two versions of a key, takes what can be taken off the one that is not active: signs records again, seals secrets
 * again, and writes the records of names where the active tag key has them. It goes round after round, a part of the store at a
 * time. Several Admins may do so at once: each commit compares what was read. Used by one thread, which it blocks.
 */
final class KeyMoves {
    /** How long it rests after a round that moved something. */
    static final Duration REST = Duration.ofSeconds(10);
    /** How long it rests where there was nothing to do: two tag keys may be live for years. */
    static final Duration LONG_REST = Duration.ofMinutes(10);
    /** How many parts of the store it looks at in a turn. */
    private static final int PARTS = 5;

    private static final Logger LOG = LoggerFactory.getLogger(KeyMoves.class);

    private final StoreWalk walk;
    private final AdminStore store;
    private final AdminKeys keys;
    private final NameMoves names;
    private final RecordWrites writes;
    // Only used by the one thread, like what follows.
    private Optional<StoreWalk.Place> place = Optional.empty();
    private Instant next = Instant.MIN;
    private int moved;

    KeyMoves(StoreWalk walk, AdminStore store, AdminKeys keys, NameMoves names, RecordWrites writes) {
        this.walk = walk;
        this.store = store;
        this.keys = keys;
        this.names = names;
        this.writes = writes;
    }

    /** Looks at the next parts of the store, unless it rests or there is nothing to do. */
    void tick(UpkeepObserver observer) {
        boolean two = keys.signingIds().size() > 1
                || keys.tagKeys().ids().size() > 1
                || keys.sealer().filter(sealer -> sealer.ids().size() > 1).isPresent();
        if (!two || writes.now().isBefore(next)) {
            return;
        }
        StoreWalk.Place from = place.orElse(StoreWalk.Place.START);
        for (int i = 0; i < PARTS; i++) {
            Optional<StoreWalk.Place> after = step(from, observer);
            place = after;
            if (after.isEmpty()) {
                end();
                return;
            }
            from = after.get();
        }
    }

    /** Does a part, and answers where to go on. What cannot be read is passed over until the next round. */
    private Optional<StoreWalk.Place> step(StoreWalk.Place from, UpkeepObserver observer) {
        Optional<StoreWalk.Place> after = Optional.empty();
        boolean known = false;
        try {
            StoreWalk.Part part = walk.at(from);
            after = part.next();
            known = true;
            for (StoreWalk.Unit unit : part.units().get()) {
                unit.items().forEach(item -> move(item, observer));
            }
            return after;
        } catch (AdminException e) {
            if (!(e.failure() instanceof AdminFailure.StoreFailed failed)
                    || failed.reason() != Reason.RECORD_TAMPERED) {
                throw e;
            }
            LOG.warn("records_not_moved place={} reason={}", from.text(), failed.reason());
            return known ? after : walk.past(from);
        }
    }

    private void move(StoreWalk.Item item, UpkeepObserver observer) {
        boolean done = names.move(item);
        Optional<RecordChange> change = change(item);
        if (change.isPresent()) {
            // Somebody else has written it where it is not as it was read: with the active keys, or the next round sees
            // to it.
            done |= store.commit(Commit.of(change.get(), Commit.Urgency.GROWS)).isEmpty();
        }
        if (done) {
            moved++;
            observer.moved();
        }
    }

    private Optional<RecordChange> change(StoreWalk.Item item) {
        StoredRecord record = item.record();
        if (record.key().kind() == RecordKind.TOKEN) {
            Entry<TokenRecord> token = Entry.of(record, TokenRecord.parser());
            Optional<TokenRecord> sealed = item.tenant().flatMap(tenant -> sealedAgain(tenant, token));
            if (sealed.isPresent()) {
                return Optional.of(writes.sameAgain(record, sealed.get()));
            }
        }
        return RecordSigner.keyOf(record) == writes.signingKey()
                ? Optional.empty()
                : Optional.of(writes.signedAgain(record));
    }

    /** A token with what it keeps of its secrets under the active key; empty where it is so, or cannot be opened. */
    private Optional<TokenRecord> sealedAgain(Entry<TenantRecord> tenant, Entry<TokenRecord> token) {
        if (keys.sealer().isEmpty()) {
            return Optional.empty();
        }
        SecretSealer sealer = keys.sealer().get();
        TokenRecord.Builder again = token.payload().toBuilder();
        for (int i = 0; i < again.getSecretsCount(); i++) {
            SecretDigest secret = again.getSecrets(i);
            byte[] sealed = secret.getSealed().toByteArray();
            if (sealed.length > 0 && SecretSealer.keyId(sealed) != sealer.activeId()) {
                SecretSealer.Of of = new SecretSealer.Of(tenant.uid(), token.uid(), secret.getNumber());
                ByteString resealed = sealer.open(of, sealed)
                        .map(opened -> ByteString.copyFrom(sealer.seal(of, opened)))
                        .orElse(secret.getSealed());
                again.setSecrets(i, secret.toBuilder().setSealed(resealed));
            }
        }
        return Optional.of(again.build()).filter(record -> !record.equals(token.payload()));
    }

    private void end() {
        if (moved > 0) {
            LOG.info("records_moved count={}", moved);
        }
        next = writes.now().plus(moved > 0 ? REST : LONG_REST);
        moved = 0;
    }
}
