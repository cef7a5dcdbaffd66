/** History: the chain of events that every resource drags behind it. */
@NullMarked
package io.keywarden.history;

import org.jspecify.annotations.NullMarked;
