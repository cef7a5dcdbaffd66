/** How a secret reaches its user: kept under a key of Admin's, or encrypted for a key of theirs. */
@NullMarked
package io.keywarden.delivery;

import org.jspecify.annotations.NullMarked;
