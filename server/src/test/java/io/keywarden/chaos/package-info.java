/**
 * Proves the bound on revocation: a load of checks and writes, faults, and a checker of what was seen. It knows nothing of
 * how the bound is kept.
 */
@NullMarked
package io.keywarden.chaos;

import org.jspecify.annotations.NullMarked;
