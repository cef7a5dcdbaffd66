/**
 * {@code ./keywarden demo}: everything on one machine, made new at each start, and a session to try on it.
 *
 * <p>The demo is a supervisor. Redis, Keywarden and Envoy are its children; the upstream is a part of itself. It talks to
 * Keywarden from outside only, as an operator would.
 */
@NullMarked
package io.keywarden.demo;

import org.jspecify.annotations.NullMarked;
