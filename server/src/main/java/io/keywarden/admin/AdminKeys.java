package io.keywarden.admin;

import io.keywarden.credential.HmacKeys;
import io.keywarden.credential.SecretHasher;
import io.keywarden.store.RecordSigner;

/**
 * The keys that Admin works with. Prints nothing of them.
 *
 * @param signer signs records
 * @param tagKeys make the tags in token ids, and the digests of names and request_ids
 * @param hasher makes the digests of secrets
 */
public record AdminKeys(RecordSigner signer, HmacKeys tagKeys, SecretHasher hasher) {}
