package io.keywarden.admin;

import io.keywarden.credential.HmacKeys;
import io.keywarden.credential.SecretHasher;
import io.keywarden.delivery.SecretSealer;
import io.keywarden.store.RecordSigner;
import java.util.Optional;
import java.util.Set;

/**
 * The keys that Admin works with. Prints nothing of them.
 *
 * @param signer signs records
 * @param signingIds the ids of the live keys whose signatures are believed
 * @param tagKeys make the tags in token ids, and the digests of names and request_ids
 * @param hasher makes the digests of secrets
 * @param sealer keeps secrets that can be told again; empty where there is no key for that
 */
public record AdminKeys(
        RecordSigner signer,
        Set<Integer> signingIds,
        HmacKeys tagKeys,
        SecretHasher hasher,
        Optional<SecretSealer> sealer) {
    /** Copies the ids. */
    public AdminKeys {
        signingIds = Set.copyOf(signingIds);
    }
}
