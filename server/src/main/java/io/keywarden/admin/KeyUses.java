package io.keywarden.admin;

import com.google.protobuf.util.Timestamps;
import io.keywarden.admin.v1.KeyUse;
import io.keywarden.credential.IdTags;
import io.keywarden.delivery.SecretSealer;
import io.keywarden.store.RecordSigner;
import io.keywarden.store.v1.AliasRecord;
import io.keywarden.store.v1.AliasRecord.Namespace;
import io.keywarden.store.v1.RecordKind;
import io.keywarden.store.v1.SecretDigest;
import io.keywarden.store.v1.TokenRecord;
import io.keywarden.token.TokenId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Tells how records hang on versions of keys. What can never work again hangs on none but the one that it is signed with. */
final class KeyUses {
    private final AdminKeys keys;
    private final IdTags tags;
    private final RecordWrites writes;

    KeyUses(AdminKeys keys, RecordWrites writes) {
        this.keys = keys;
        this.tags = new IdTags(keys.tagKeys());
        this.writes = writes;
    }

    /** The id of the active version of a kind; empty where there is none, or no such kind. */
    Optional<Integer> active(KeyUse.Kind kind) {
        return switch (kind) {
            case PEPPER -> Optional.of(keys.hasher().activePepper());
            case TAG -> Optional.of(keys.tagKeys().activeId());
            case SIGNING -> Optional.of(keys.signer().keyId());
            case SEALING -> keys.sealer().map(SecretSealer::activeId);
            case KIND_UNSPECIFIED, UNRECOGNIZED -> Optional.empty();
        };
    }

    /** The ids of the live versions of a kind. */
    Set<Integer> live(KeyUse.Kind kind) {
        return switch (kind) {
            case PEPPER -> Set.copyOf(keys.hasher().pepperIds());
            case TAG -> Set.copyOf(keys.tagKeys().ids());
            case SIGNING -> keys.signingIds();
            case SEALING ->
                keys.sealer().map(sealer -> Set.copyOf(sealer.ids())).orElse(Set.of());
            case KIND_UNSPECIFIED, UNRECOGNIZED -> Set.of();
        };
    }

    /** How the records of a unit hang on a version of a key. */
    List<KeyUse> of(StoreWalk.Unit unit, KeyUse.Kind kind, int id) {
        List<KeyUse> uses = new ArrayList<>();
        Optional<TokenRecord> token = unit.items().stream()
                .filter(item -> item.record().key().kind() == RecordKind.TOKEN)
                .map(item -> Entry.of(item.record(), TokenRecord.parser()).payload())
                .findFirst();
        for (StoreWalk.Item item : unit.items()) {
            switch (kind) {
                case SIGNING -> signature(item, id).ifPresent(uses::add);
                case TAG -> uses.addAll(tag(item, token, id));
                case PEPPER, SEALING -> secrets(item, kind, id).forEach(uses::add);
                case KIND_UNSPECIFIED, UNRECOGNIZED -> throw new IllegalArgumentException(kind + " (expected: a kind)");
            }
        }
        return uses;
    }

    private static Optional<KeyUse> signature(StoreWalk.Item item, int id) {
        return RecordSigner.keyOf(item.record()) == id
                ? Optional.of(use(item, KeyUse.How.SIGNATURE).build())
                : Optional.empty();
    }

    private List<KeyUse> tag(StoreWalk.Item item, Optional<TokenRecord> token, int id) {
        if (item.record().key().kind() == RecordKind.TOKEN) {
            return token
                    .filter(KeyUses::mayWork)
                    .filter(record -> tags.keyOf(new TokenId(record.getId())).equals(Optional.of(id)))
                    .map(record -> use(item, KeyUse.How.ID_TAG).build())
                    .stream()
                    .toList();
        }
        if (item.record().key().kind() != RecordKind.ALIAS) {
            return List.of();
        }
        AliasRecord alias = Entry.of(item.record(), AliasRecord.parser()).payload();
        KeyUse.Builder use = use(item, KeyUse.How.NAME);
        if (alias.getNamespace() == Namespace.OPAQUE_SECRET) {
            Optional<SecretDigest> secret = token.filter(KeyUses::mayWork).stream()
                    .flatMap(record -> record.getSecretsList().stream())
                    .filter(digest ->
                            digest.getAlias().equals(item.record().key().id()) && isLive(digest))
                    .findFirst();
            if (secret.isEmpty()) {
                return List.of();
            }
            use.setSecretNumber(secret.get().getNumber());
        }
        return alias.getTagKey() == id ? List.of(use.build()) : List.of();
    }

    private List<KeyUse> secrets(StoreWalk.Item item, KeyUse.Kind kind, int id) {
        if (item.record().key().kind() != RecordKind.TOKEN) {
            return List.of();
        }
        TokenRecord token = Entry.of(item.record(), TokenRecord.parser()).payload();
        return token.getSecretsList().stream()
                .filter(secret -> kind == KeyUse.Kind.PEPPER
                        ? mayWork(token) && isLive(secret) && secret.getPepper() == id
                        : !secret.getSealed().isEmpty()
                                && SecretSealer.keyId(secret.getSealed().toByteArray()) == id)
                .map(secret -> use(
                                item, kind == KeyUse.Kind.PEPPER ? KeyUse.How.SECRET_DIGEST : KeyUse.How.SEALED_SECRET)
                        .setSecretNumber(secret.getNumber())
                        .build())
                .toList();
    }

    /** Whether a token's own state lets it work, now or once it is enabled: from any other one it does not come back as it was. */
    private static boolean mayWork(TokenRecord token) {
        return token.getState() == TokenRecord.State.ACTIVE || token.getState() == TokenRecord.State.DISABLED;
    }

    private boolean isLive(SecretDigest secret) {
        return !secret.hasEndTime() || Timestamps.compare(writes.timestamp(), secret.getEndTime()) < 0;
    }

    private static KeyUse.Builder use(StoreWalk.Item item, KeyUse.How how) {
        return KeyUse.newBuilder().setName(item.name()).setAlias(item.alias()).setHow(how);
    }
}
