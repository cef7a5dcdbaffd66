/** The configuration file, as typed records. */
@NullMarked
package io.keywarden.config;

import org.jspecify.annotations.NullMarked;
