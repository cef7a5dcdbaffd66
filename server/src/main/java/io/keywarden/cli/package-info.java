/** The command line. */
@NullMarked
package io.keywarden.cli;

import org.jspecify.annotations.NullMarked;
