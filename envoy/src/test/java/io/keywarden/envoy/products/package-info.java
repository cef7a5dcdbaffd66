/** What five real products promise their users, told behind a real Envoy, each with its own form of credential. */
@NullMarked
package io.keywarden.envoy.products;

import org.jspecify.annotations.NullMarked;
