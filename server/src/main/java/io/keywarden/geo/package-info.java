/** Where addresses are: databases of countries in MaxMind's format, read as a whole and looked up in memory. */
@NullMarked
package io.keywarden.geo;

import org.jspecify.annotations.NullMarked;
