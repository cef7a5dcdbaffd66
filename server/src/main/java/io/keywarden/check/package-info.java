/** Envoy's question and our answer: {@code envoy.service.auth.v3.Authorization/Check}. */
@NullMarked
package io.keywarden.check;

import org.jspecify.annotations.NullMarked;
