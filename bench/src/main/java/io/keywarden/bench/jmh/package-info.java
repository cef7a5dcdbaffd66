/** What the pieces of a check cost. */
@NullMarked
package io.keywarden.bench.jmh;

import org.jspecify.annotations.NullMarked;
