/**
 * Readers of what anybody may send, given any bytes at all. Each is compared with a naive model of itself, or with what must
 * hold whatever came. The build runs them on their seeds, {@code bench/nightly} looks for more.
 */
@NullMarked
package io.keywarden.fuzz;

import org.jspecify.annotations.NullMarked;
