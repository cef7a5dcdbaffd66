/** The near cache: what a replica knows of the records, and for how long it may believe it. */
@NullMarked
package io.keywarden.cache;

import org.jspecify.annotations.NullMarked;
