/** What is counted of checks, beside them, and kept in the store now and then: when each secret was used last, and from where. */
@NullMarked
package io.keywarden.usage;

import org.jspecify.annotations.NullMarked;
