package io.keywarden.admin;

import com.google.protobuf.Duration;
import com.google.protobuf.Timestamp;
import com.google.protobuf.util.Durations;
import com.google.protobuf.util.Timestamps;
import io.keywarden.admin.AdminFailure.StoreFailed;
import io.keywarden.admin.RotationObserver.Outcome;
import io.keywarden.store.Commit;
import io.keywarden.store.IndexKey;
import io.keywarden.store.StoredRecord;
import io.keywarden.store.v1.AliasRecord.Namespace;
import io.keywarden.store.v1.TenantRecord;
import io.keywarden.store.v1.TokenRecord;
import io.keywarden.token.TokenId;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Replaces the secrets of tokens whose time has come. All Admins look, one at a time does it. Each rotation is decided on the
 * record that its commit compares, so that none is done twice, whoever else does it at the same moment: by a turn of their own,
 * or by hand. One that was not done is still due. Used by one thread, which it blocks.
 */
public final class AutomaticRotation {
    /** How long one Admin looks, and how soon another one does after it was killed. */
    public static final java.time.Duration TURN = java.time.Duration.ofSeconds(10);

    private static final Logger LOG = LoggerFactory.getLogger(AutomaticRotation.class);
    private static final String NAME = "rotation";
    private static final int TENANTS = 100;
    private static final int TOKENS = 200;

    private final Turns turns;
    private final Reading reading;
    private final TokenChange change;
    private final SecretRotation secrets;
    private final RotationObserver observer;

    AutomaticRotation(
            Turns turns, Reading reading, TokenChange change, SecretRotation secrets, RotationObserver observer) {
        this.turns = turns;
        this.reading = reading;
        this.change = change;
        this.secrets = secrets;
        this.observer = observer;
    }

    /**
     * What it reads with.
     *
     * @param store the store
     * @param tenants the list of all tenants
     * @param writes knows the time
     */
    record Reading(AdminStore store, IdLists tenants, RecordWrites writes) {}

    /** Rotates what is due, if it is this Admin's turn. Throws where the store is away: a later look goes on. */
    public void look() {
        turns.take(NAME, TURN).ifPresent(this::look);
    }

    private void look(Turns.Turn turn) {
        IdLists.Part part = new IdLists.Part("", TENANTS);
        do {
            part = reading.tenants()
                    .readAfter(IndexKey.TENANTS, Namespace.TENANT_ID, part, tenant -> tenant(tenant, turn));
        } while (!part.after().isEmpty() && turn.lasts());
    }

    private void tenant(StoredRecord stored, Turns.Turn turn) {
        Entry<TenantRecord> tenant = Entry.of(stored, TenantRecord.parser());
        IndexKey list = RotationSchedule.list(tenant);
        // Of this moment, and without an id: what comes before it is due.
        String now = RotationSchedule.member(reading.writes().timestamp(), "");
        List<String> due;
        String after = "";
        do {
            due = reading.store().list(list, after, TOKENS).stream()
                    .filter(member -> member.compareTo(now) < 0)
                    .toList();
            for (String member : due) {
                if (!turn.lasts()) {
                    return;
                }
                token(tenant, member);
                after = member;
            }
        } while (due.size() == TOKENS);
    }

    private void token(Entry<TenantRecord> tenant, String member) {
        TokenId id = new TokenId(member.substring(member.indexOf('|') + 1));
        String name = new ResourceNames.TokenName(tenant.payload().getId(), id).text();
        try {
            rotate(name);
        } catch (AdminException e) {
            observer.rotation(Outcome.FAILED);
            LOG.warn(
                    "token_not_rotated token={} reason={}",
                    id.text(),
                    e.failure().reasonName());
            if (e.failure() instanceof StoreFailed) {
                throw e;
            }
        }
    }

    private void rotate(String name) {
        Caller caller = Caller.itself();
        TokenChange.Order order = new TokenChange.Order(name, "", "RotateToken", "", after -> journal(name, after));
        Outcome[] outcome = new Outcome[1];
        var unused = change.run(order, caller, found -> {
            outcome[0] = null;
            return Optional.of(decide(found, outcome));
        });
        if (outcome[0] != null) {
            observer.rotation(outcome[0]);
        }
    }

    private static boolean hasEnded(TokenFinder.Found found, TokenRecord token, Timestamp now) {
        return TokenEnd.of(found.above().tenant().payload(), token)
                .filter(end -> Timestamps.compare(end, now) <= 0)
                .isPresent();
    }

    /** Only what was to end at once is worth a place in the journal: there are more of these than of all others. */
    private static JournalRule journal(String name, TokenRecord after) {
        boolean atOnce = after.hasRotationGracePeriod() && Durations.toNanos(after.getRotationGracePeriod()) == 0;
        return atOnce ? RotateToken.journal(name, after) : JournalRule.NONE;
    }

    private TokenChange.Decision decide(TokenFinder.Found found, Outcome[] outcome) {
        TokenRecord token = found.token().payload();
        Timestamp now = reading.writes().timestamp();
        boolean ended = found.above().hasRevoked(token) || hasEnded(found, token, now);
        if (ended || !RotationSchedule.isDue(token, now)) {
            return TokenChange.Decision.already(found);
        }
        if (!RotationSchedule.hasConsumer(found.above().tenant().payload(), token)) {
            outcome[0] = Outcome.NO_CONSUMER;
            return TokenChange.Decision.already(found);
        }
        outcome[0] = Outcome.ROTATED;
        Optional<Duration> grace =
                token.hasRotationGracePeriod() ? Optional.of(token.getRotationGracePeriod()) : Optional.empty();
        SecretRotation.Rotated rotated = secrets.next(found, grace);
        return new TokenChange.Decision(
                Optional.of(rotated.record()),
                Commit.Urgency.GROWS,
                new TokenChange.With(false, rotated.aliases(), List.of(), List.of()),
                found.above());
    }
}
