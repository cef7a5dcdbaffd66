/**
 * Renders Envoy's configuration from Keywarden's own.
 *
 * <p>Pure: values in, YAML text out. The YAML itself is in the resources beside this package, where it can be read as
 * what it is.
 */
@NullMarked
package io.keywarden.envoyconfig;

import org.jspecify.annotations.NullMarked;
