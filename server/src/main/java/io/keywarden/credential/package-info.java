/** Credentials: where they stand in a request, how they are written, and how a secret is proven. */
@NullMarked
package io.keywarden.credential;

import org.jspecify.annotations.NullMarked;
