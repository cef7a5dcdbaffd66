/** The behaviours that users of five products rely on, and the page that says which test shows each. */
@NullMarked
package io.keywarden.envoy.requirements;

import org.jspecify.annotations.NullMarked;
