/** Measures what Keywarden costs. Nothing here is shipped. */
@NullMarked
package io.keywarden.bench;

import org.jspecify.annotations.NullMarked;
