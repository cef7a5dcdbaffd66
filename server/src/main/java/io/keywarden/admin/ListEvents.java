package io.keywarden.admin;

import com.google.protobuf.ByteString;
import io.keywarden.admin.v1.Event;
import io.keywarden.admin.v1.ListEventsRequest;
import io.keywarden.admin.v1.ListEventsResponse;
import io.keywarden.store.StoredRecord;
import java.util.List;
import java.util.regex.Pattern;

/** Reads the history of a resource, the newest event first. */
final class ListEvents {
    private static final Pattern SEQUENCE = Pattern.compile("[1-9][0-9]{0,17}");

    private final HistorySubjects subjects;
    private final AdminStore store;

    ListEvents(HistorySubjects subjects, AdminStore store) {
        this.subjects = subjects;
        this.store = store;
    }

    ListEventsResponse run(ListEventsRequest request, Caller caller) {
        StoredRecord subject = subjects.find(request.getParent(), caller, "ListEvents");
        FieldChecks checks = new FieldChecks();
        Pages page = Pages.of(checks, request.getPageSize(), request.getPageToken(), "events " + subject.uid());
        boolean numbered =
                page.after().isEmpty() || SEQUENCE.matcher(page.after()).matches();
        checks.require(numbered, "page_token", "the next_page_token of a page of the same list and filter");
        checks.finish();
        long newest = page.after().isEmpty() ? subject.chain().count() : Long.parseLong(page.after()) - 1;
        long oldest = Math.max(1, newest - page.size() + 1);
        ListEventsResponse.Builder response = ListEventsResponse.newBuilder();
        if (newest > 0) {
            List<ByteString> events = store.events(subject.key(), oldest, page.size());
            for (int i = events.size() - 1; i >= 0; i--) {
                Event event = EventMessages.event(request.getParent(), subject.key(), events.get(i));
                // Where some are missing, later ones come in their place; those were on the page before.
                if (event.getSequence() <= newest) {
                    response.addEvents(event);
                }
            }
        }
        boolean more = oldest > 1 && isKept(subject, oldest - 1);
        return response.setNextPageToken(more ? page.next(Long.toString(oldest)) : "")
                .build();
    }

    /** Whether this or an older one may be there: those that a history_retention dropped are not. */
    private boolean isKept(StoredRecord subject, long sequence) {
        return store.events(subject.key(), 1, 1).stream()
                .anyMatch(first -> HistoryWalk.parse(first).getSequence() <= sequence);
    }
}
