package io.keywarden.admin;

import com.google.protobuf.ByteString;
import io.keywarden.admin.v1.ErrorReason;
import io.keywarden.store.Aliases;
import io.keywarden.store.Commit;
import io.keywarden.store.RecordKey;
import io.keywarden.store.RecordWriter.Outcome;
import io.keywarden.store.StoredRecord;
import io.keywarden.store.StoredRecord.ChainHead;
import io.keywarden.store.StoredRecord.Draft;
import io.keywarden.store.v1.AliasRecord;
import io.keywarden.store.v1.AliasRecord.Namespace;
import io.keywarden.store.v1.CatalogRecord;
import io.keywarden.store.v1.TenantRecord;
import io.keywarden.token.SlotTag;
import io.keywarden.token.Uid;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Names that are unique in the whole store: ids of tenants and catalogs, and hosts. Each is a record of its own in a slot of
 * its own, so it is claimed before what it leads to is written. A claim that leads to nothing is void after a while, since
 * its maker has crashed; until then its maker may still be at work.
 */
final class Claims {
    /** When a claim that leads to nothing may be taken over. */
    static final Duration VOID_AFTER = Duration.ofSeconds(60);
    /** How long after its first claim a maker may still write what they lead to: well before they are void. */
    static final Duration WRITE_WITHIN = Duration.ofSeconds(30);

    private static final Logger LOG = LoggerFactory.getLogger(Claims.class);

    private final AdminStore store;
    private final RecordWrites writes;
    private final Aliases aliases;
    private final SecureRandom random;

    Claims(AdminStore store, RecordWrites writes, Aliases aliases, SecureRandom random) {
        this.store = store;
        this.writes = writes;
        this.aliases = aliases;
        this.random = random;
    }

    /**
     * A name.
     *
     * @param namespace its kind
     * @param text the name
     */
    record Name(Namespace namespace, String text) {}

    /**
     * What a name leads to.
     *
     * @param uid its identity
     * @param slot the slot of its records
     */
    record Target(Uid uid, SlotTag slot) {}

    /** Reads what a name leads to; empty where it leads to nothing that has this name. */
    Optional<StoredRecord> find(Name name) {
        return claims(name).stream()
                .flatMap(alias -> holder(name, payload(alias)).stream())
                .findFirst();
    }

    /** The records of a name, under each live key: one, or two while it is moved from one key to the other, or none. */
    List<StoredRecord> claims(Name name) {
        return store.read(aliases.keys(name.namespace(), name.text())).stream()
                .flatMap(Optional::stream)
                .toList();
    }

    /** Reads what names lead to, in their order; empty where one leads to nothing that has this name. */
    List<Optional<StoredRecord>> find(List<Name> names) {
        int live = aliases.liveKeys().size();
        List<Optional<AliasRecord>> claims = store
                .read(names.stream()
                        .flatMap(name -> aliases.keys(name.namespace(), name.text()).stream())
                        .toList())
                .stream()
                .map(alias -> alias.map(Claims::payload))
                .toList();
        Iterator<Optional<StoredRecord>> targets = store.read(claims.stream()
                        .flatMap(Optional::stream)
                        .map(Claims::target)
                        .toList())
                .iterator();
        List<Optional<StoredRecord>> found = new ArrayList<>(names.size());
        for (int i = 0; i < claims.size(); i++) {
            Name name = names.get(i / live);
            Optional<StoredRecord> holder =
                    claims.get(i).isEmpty() ? Optional.empty() : targets.next().filter(target -> isOf(name, target));
            if (i % live == 0) {
                found.add(holder);
            } else if (found.get(i / live).isEmpty()) {
                found.set(i / live, holder);
            }
        }
        return found;
    }

    /**
     * Claims a name.
     *
     * @param taken what is said where it leads to something
     * @return the claim, for {@link #release}
     * @throws AdminException if it is taken, or is being claimed by another call
     */
    StoredRecord claim(Name name, Target target, AdminFailure taken) {
        AdminFailure.ResourceType type = name.namespace() == Namespace.CATALOG_ID
                ? AdminFailure.ResourceType.CATALOG
                : AdminFailure.ResourceType.TENANT;
        StoredRecord claim = Attempts.run(
                () -> {
                    List<StoredRecord> there = claims(name);
                    there.forEach(alias -> requireVoid(name, alias, taken, type));
                    return removed(others(there, name)) ? write(name, target, at(there, key(name))) : Optional.empty();
                },
                type,
                name.text());
        requireOnly(claim, name, taken, type);
        return claim;
    }

    /**
     * Another Admin may make claims under the other key, in another place, at the same time. Each looks there after it has written, so
     * at least one of them sees the other's; who does gives way.
     */
    private void requireOnly(StoredRecord claim, Name name, AdminFailure taken, AdminFailure.ResourceType type) {
        if (aliases.liveKeys().size() == 1) {
            return;
        }
        try {
            others(claims(name), name).forEach(alias -> requireVoid(name, alias, taken, type));
        } catch (AdminException e) {
            release(List.of(claim));
            throw e;
        }
    }

    private List<StoredRecord> others(List<StoredRecord> claims, Name name) {
        return claims.stream().filter(alias -> !alias.key().equals(key(name))).toList();
    }

    private static Optional<StoredRecord> at(List<StoredRecord> claims, RecordKey key) {
        return claims.stream().filter(alias -> alias.key().equals(key)).findFirst();
    }

    /** Removes void claims, which would else stand in the way of the new one; false where somebody was there before. */
    private boolean removed(List<StoredRecord> claims) {
        return claims.stream()
                .allMatch(claim -> store.commit(Commit.of(Commit.RecordChange.remove(claim), Commit.Urgency.NARROWS))
                        .isEmpty());
    }

    /** The claims of names that lead to a target. */
    List<StoredRecord> heldBy(Target target, List<Name> names) {
        return names.stream()
                .flatMap(name -> claims(name).stream())
                .filter(alias -> Arrays.equals(
                        payload(alias).getTargetUid().toByteArray(),
                        target.uid().toBytes()))
                .toList();
    }

    /** Gives claims back, as far as the store takes it; what remains is void after a while. */
    void release(List<StoredRecord> claims) {
        for (StoredRecord claim : claims) {
            Outcome outcome = store.tryCommit(Commit.of(Commit.RecordChange.remove(claim), Commit.Urgency.NARROWS));
            if (!(outcome instanceof Outcome.Committed)) {
                LOG.info("claim not released key={} outcome={}", claim.key().text(), outcome);
            }
        }
    }

    /** Gives a name back that led to something which is gone, as far as the store takes it; what remains is void. */
    void release(Name name, Uid gone) {
        List<StoredRecord> claim = claims(name).stream()
                .filter(alias -> payload(alias).getTargetUid().equals(ByteString.copyFrom(gone.toBytes())))
                .toList();
        release(claim);
    }

    private void requireVoid(Name name, StoredRecord alias, AdminFailure taken, AdminFailure.ResourceType type) {
        AliasRecord claim = payload(alias);
        if (holder(name, claim).isPresent()) {
            throw new AdminException(taken);
        }
        Instant end = Instant.ofEpochSecond(claim.getCreateTime().getSeconds()).plus(VOID_AFTER);
        if (!writes.now().isAfter(end)) {
            throw new AdminException(new AdminFailure.LostRace(
                    type, name.text(), "is being claimed by another call: repeat the call in a minute"));
        }
    }

    private Optional<StoredRecord> write(Name name, Target target, Optional<StoredRecord> there) {
        ByteString payload = AliasRecord.newBuilder()
                .setNamespace(name.namespace())
                .setText(name.text())
                .setTargetUid(ByteString.copyFrom(target.uid().toBytes()))
                .setTargetSlot(target.slot().text())
                .setCreateTime(writes.timestamp())
                .setTagKey(aliases.activeKey())
                .build()
                .toByteString();
        Draft draft = there.map(alias -> alias.next(payload, ChainHead.EMPTY))
                .orElseGet(() -> Draft.first(key(name), Uid.random(random), ChainHead.EMPTY, payload));
        StoredRecord claim = writes.signed(draft);
        Commit.RecordChange change =
                Commit.RecordChange.write(claim.key(), there.map(StoredRecord::bytes), claim.bytes());
        return store.commit(Commit.of(change, Commit.Urgency.GROWS)).isEmpty() ? Optional.of(claim) : Optional.empty();
    }

    private Optional<StoredRecord> holder(Name name, AliasRecord claim) {
        return store.read(target(claim)).filter(target -> isOf(name, target));
    }

    private RecordKey key(Name name) {
        return aliases.key(name.namespace(), name.text());
    }

    private static RecordKey target(AliasRecord claim) {
        SlotTag slot = new SlotTag(claim.getTargetSlot());
        Uid uid = Uid.of(claim.getTargetUid().toByteArray());
        return claim.getNamespace() == Namespace.CATALOG_ID
                ? RecordKey.catalog(slot, uid)
                : RecordKey.tenant(slot, uid);
    }

    private static boolean isOf(Name name, StoredRecord target) {
        return switch (name.namespace()) {
            case HOST ->
                Entry.of(target, TenantRecord.parser()).payload().getHostsList().contains(name.text());
            case TENANT_ID ->
                Entry.of(target, TenantRecord.parser()).payload().getId().equals(name.text());
            case CATALOG_ID ->
                Entry.of(target, CatalogRecord.parser()).payload().getId().equals(name.text());
            case CREDENTIAL_ID, OPAQUE_SECRET, NAMESPACE_UNSPECIFIED, UNRECOGNIZED ->
                throw new IllegalArgumentException(name.namespace() + " (expected: a name in the whole store)");
        };
    }

    private static AliasRecord payload(StoredRecord alias) {
        return Entry.of(alias, AliasRecord.parser()).payload();
    }

    /** What is said of an id that is taken. */
    static AdminFailure idTaken(AdminFailure.ResourceType type, String name) {
        return new AdminFailure.Taken(ErrorReason.ID_TAKEN, type, name);
    }
}
