/** The store on Redis: the only place that knows keys, commands and scripts. */
@NullMarked
package io.keywarden.redis;

import org.jspecify.annotations.NullMarked;
