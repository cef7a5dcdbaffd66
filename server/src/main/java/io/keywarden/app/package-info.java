/** The wiring: the only place that knows every part. */
@NullMarked
package io.keywarden.app;

import org.jspecify.annotations.NullMarked;
