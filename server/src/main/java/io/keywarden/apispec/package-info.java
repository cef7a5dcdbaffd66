/** Reads descriptions of APIs that others wrote. It never opens a file or a connection, whatever a description refers to. */
@NullMarked
package io.keywarden.apispec;

import org.jspecify.annotations.NullMarked;
