/** The demo as its users start it: a process of its own, judged by what it prints, writes and leaves behind. */
@NullMarked
package io.keywarden.envoy.demo;

import org.jspecify.annotations.NullMarked;
