package io.keywarden.admin;

import io.keywarden.store.v1.FieldChange;
import java.util.List;

/**
 * What a history event tells besides its time and its place in the chain.
 *
 * @param caller who did it
 * @param requestId the call's request_id; empty text where there is none
 * @param kind what was done: the RPC's name
 * @param changes what is different now
 */
record EventDraft(Caller caller, String requestId, String kind, List<FieldChange> changes) {
    /** Copies the list. */
    EventDraft {
        changes = List.copyOf(changes);
    }
}
