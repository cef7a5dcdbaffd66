package io.keywarden.check;

import io.keywarden.token.OutagePolicy;
import java.util.Optional;

/**
 * What one look at a view came to. Means nothing where the view was not complete.
 *
 * @param outcome the decision, as far as what was read is to be believed
 * @param newCredential whether the decision would be another one if the token, or whose the host is, had just become known
 * @param policy what the tenant that it is about wants while nothing can be proven to be current
 */
record Verdict(CheckOutcome outcome, boolean newCredential, Optional<OutagePolicy> policy) {}
