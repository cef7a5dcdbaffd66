/** Tenants, catalogs and tokens as the decision sees them: pure values, no framework, no I/O. */
@NullMarked
package io.keywarden.token;

import org.jspecify.annotations.NullMarked;
