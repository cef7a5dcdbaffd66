/** What a client, an operator and a forger see: the packaged program and the shipped files behind a real Envoy. */
@NullMarked
package io.keywarden.envoy.e2e;

import org.jspecify.annotations.NullMarked;
