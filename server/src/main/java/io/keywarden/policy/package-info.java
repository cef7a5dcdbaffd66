/** The decision: one pure function from a request and what is known of its token to allow, deny or cannot tell. */
@NullMarked
package io.keywarden.policy;

import org.jspecify.annotations.NullMarked;
