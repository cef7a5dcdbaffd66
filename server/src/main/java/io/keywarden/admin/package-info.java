/** The Admin API: thin services, one command class an RPC. */
@NullMarked
package io.keywarden.admin;

import org.jspecify.annotations.NullMarked;
