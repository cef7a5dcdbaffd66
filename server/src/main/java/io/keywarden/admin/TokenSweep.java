package io.keywarden.admin;

import io.grpc.Context;
import io.grpc.Deadline;
import io.keywarden.admin.ResourceNames.TokenName;
import io.keywarden.store.IndexKey;
import io.keywarden.store.v1.TenantRecord;
import io.keywarden.store.v1.TokenRecord;
import io.keywarden.token.TokenId;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/** Marks tokens of a list as revoked, one by one, as long as the call has time. */
final class TokenSweep {
    private static final int PAGE = 100;
    /** The longest that a call marks tokens: less than Envoy waits for Admin. */
    private static final Duration LONGEST = Duration.ofSeconds(15);
    /** What is left of a call's time for its answer. */
    private static final Duration RESERVE = Duration.ofSeconds(1);

    private final TokenPages pages;
    private final TokenChange change;
    private final RecordWrites writes;

    TokenSweep(TokenPages pages, TokenChange change, RecordWrites writes) {
        this.pages = pages;
        this.change = change;
        this.writes = writes;
    }

    /**
     * What is to be marked.
     *
     * @param tenant whose tokens
     * @param list the list that they are in
     * @param which those of the list that are meant
     * @param reason the number of the RevokeReason
     * @param journal whether a lost mark has to be made again: nothing else says then that they are revoked
     */
    record Order(
            Entry<TenantRecord> tenant, IndexKey list, Predicate<TokenRecord> which, int reason, boolean journal) {}

    /**
     * What was marked.
     *
     * @param times what is known of each write
     * @param last the last entry that was looked at; empty text where there is nothing after it
     */
    record Swept(List<Times> times, String last) {}

    /** Marks tokens after an entry of the list; empty text for the start. */
    Swept run(Order order, String after, Caller caller) {
        Instant end = writes.now().plus(left());
        List<Times> times = new ArrayList<>();
        String last = after;
        do {
            List<Entry<TokenRecord>> page = new ArrayList<>();
            last = pages.readAfter(order.tenant(), order.list(), last, PAGE, page::add);
            for (Entry<TokenRecord> token : page) {
                if (!hasEnded(token.payload()) && order.which().test(token.payload())) {
                    mark(order, token.payload(), caller).ifPresent(times::add);
                }
            }
        } while (!last.isEmpty() && writes.now().isBefore(end));
        return new Swept(times, last);
    }

    private Optional<Times> mark(Order order, TokenRecord token, Caller caller) {
        String name = new TokenName(order.tenant().payload().getId(), new TokenId(token.getId())).text();
        JournalRule journal =
                order.journal() ? JournalRule.again(Narrowing.REVOKE_TOKEN, name, order.reason()) : JournalRule.NONE;
        boolean[] marked = {false};
        Written<?> written = change.run(new TokenChange.Order(name, "", "RevokeTokens", journal), caller, found -> {
            TokenRecord now = found.token().payload();
            marked[0] = !hasEnded(now) && order.which().test(now);
            return Optional.of(
                    marked[0]
                            ? TokenChange.Decision.narrows(
                                    found,
                                    TokenSecrets.untold(now.toBuilder())
                                            .setState(TokenRecord.State.REVOKED)
                                            .setRevokeReason(order.reason()))
                            : TokenChange.Decision.already(found));
        });
        return marked[0] ? Optional.of(written.times()) : Optional.empty();
    }

    private static boolean hasEnded(TokenRecord token) {
        return token.getState() == TokenRecord.State.REVOKED || token.getState() == TokenRecord.State.DELETED;
    }

    private static Duration left() {
        Deadline deadline = Context.current().getDeadline();
        if (deadline == null) {
            return LONGEST;
        }
        Duration left =
                Duration.ofNanos(deadline.timeRemaining(TimeUnit.NANOSECONDS)).minus(RESERVE);
        return left.compareTo(LONGEST) < 0 ? left : LONGEST;
    }
}
