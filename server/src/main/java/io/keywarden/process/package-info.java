/**
 * The processes and ports that Keywarden's demo and tests stand on: finds binaries, starts and ends children.
 *
 * <p>Needs nothing but the JDK. Linux is served fully; elsewhere what needs {@code /proc} says that it does not know.
 */
@NullMarked
package io.keywarden.process;

import org.jspecify.annotations.NullMarked;
