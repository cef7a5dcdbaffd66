/** What is kept, as signed records, and the roles in which it is read and written. */
@NullMarked
package io.keywarden.store;

import org.jspecify.annotations.NullMarked;
