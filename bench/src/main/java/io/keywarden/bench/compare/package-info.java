/** One run that measures Keywarden beside other servers. */
@NullMarked
package io.keywarden.bench.compare;

import org.jspecify.annotations.NullMarked;
