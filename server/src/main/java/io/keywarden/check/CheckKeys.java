package io.keywarden.check;

import io.keywarden.credential.OpaqueSecrets;
import io.keywarden.credential.SecretHasher;

/**
 * What credentials are looked at with.
 *
 * @param hasher proves secrets
 * @param opaque finds the tokens of secrets that come without an id
 */
public record CheckKeys(SecretHasher hasher, OpaqueSecrets opaque) {}
