package io.keywarden.admin;

import io.keywarden.admin.ResourceNames.ModuleName;
import io.keywarden.admin.ResourceNames.OwnerName;
import io.keywarden.admin.ResourceNames.TokenName;
import io.keywarden.store.IndexKey;
import io.keywarden.store.RecordKey;
import io.keywarden.store.StoredRecord;
import io.keywarden.store.v1.AliasRecord;
import io.keywarden.store.v1.AliasRecord.Namespace;
import io.keywarden.store.v1.CatalogRecord;
import io.keywarden.store.v1.ModuleRecord;
import io.keywarden.store.v1.OwnerRecord;
import io.keywarden.store.v1.SecretDigest;
import io.keywarden.store.v1.TenantRecord;
import io.keywarden.store.v1.TokenRecord;
import io.keywarden.token.SlotTag;
import io.keywarden.token.Tenant;
import io.keywarden.token.TokenId;
import io.keywarden.token.Uid;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * Goes through all records that something leads to, some hundred at a time: the store's own, those of catalogs, tenants, owners
 * and tokens, what remains of purged tokens, and the records of all their names. It keeps nothing: where it goes on is a text.
 */
final class StoreWalk {
    /** How many resources are read at once. */
    private static final int PART = 100;

    private final AdminStore store;
    private final Claims claims;
    private final TokenAliases aliases;

    StoreWalk(AdminStore store, Claims claims, TokenAliases aliases) {
        this.store = store;
        this.claims = claims;
        this.aliases = aliases;
    }

    /** Kinds of resources, in the order in which they come; from TENANT on tenant by tenant. */
    private enum Phase {
        STORE,
        CATALOGS,
        TENANT,
        OWNERS,
        TOKENS,
        PURGED
    }

    /**
     * Where it goes on.
     *
     * @param phase with what
     * @param id the catalog that was looked at last, or the tenant; empty text for the first one
     * @param after the entry of the tenant's list that was looked at last; empty text for the start
     */
    record Place(Phase phase, String id, String after) {
        /** Before all. */
        static final Place START = new Place(Phase.STORE, "", "");

        /** As a text. */
        String text() {
            return phase + "/" + id + "/" + after;
        }

        /** Reads what {@link #text} wrote; empty for anything else. */
        static Optional<Place> parse(String text) {
            String[] parts = text.split("/", 3);
            return parts.length < 3
                    ? Optional.empty()
                    : Stream.of(Phase.values())
                            .filter(phase -> phase.name().equals(parts[0]))
                            .map(phase -> new Place(phase, parts[1], parts[2]))
                            .findFirst();
        }
    }

    /**
     * A record.
     *
     * @param name the resource that it is, or that it leads to
     * @param alias the name that leads there; empty text where it is the resource's own record, or of a secret that stands alone
     * @param tenant its tenant; empty where it is of none
     * @param record the record
     */
    record Item(String name, String alias, Optional<Entry<TenantRecord>> tenant, StoredRecord record) {}

    /**
     * What belongs together.
     *
     * @param after where it goes on after it
     * @param items its records
     */
    record Unit(Place after, List<Item> items) {}

    /**
     * A part of the way.
     *
     * @param next where it goes on; empty where this is the end
     * @param units reads what is there
     */
    record Part(Optional<Place> next, Supplier<List<Unit>> units) {}

    /** The part at a place. What is there is read only when it is asked for. */
    Part at(Place place) {
        return switch (place.phase()) {
            case STORE -> part(new Place(Phase.CATALOGS, "", ""), this::marker);
            case CATALOGS -> catalog(place);
            case TENANT, OWNERS, TOKENS, PURGED -> ofTenant(place);
        };
    }

    /** Where it goes on if what is at a place cannot be read. */
    Optional<Place> past(Place place) {
        return switch (place.phase()) {
            case STORE -> Optional.of(new Place(Phase.CATALOGS, "", ""));
            case CATALOGS -> Optional.of(at(place).next().orElseThrow());
            case TENANT, OWNERS, TOKENS, PURGED -> nextTenant(place.id());
        };
    }

    private static Part part(Place next, Supplier<List<Unit>> units) {
        return new Part(Optional.of(next), units);
    }

    private List<Unit> marker() {
        return store.read(RecordKey.STORE).stream()
                .map(marker -> new Unit(
                        new Place(Phase.CATALOGS, "", ""), List.of(new Item("store", "", Optional.empty(), marker))))
                .toList();
    }

    private Part catalog(Place place) {
        List<String> ids = store.list(IndexKey.CATALOGS, place.id(), 1);
        if (ids.isEmpty()) {
            return part(new Place(Phase.TENANT, Tenant.SYSTEM, ""), List::of);
        }
        Place next = new Place(Phase.CATALOGS, ids.get(0), "");
        return part(next, () -> List.of(new Unit(next, catalog(ids.get(0)))));
    }

    private List<Item> catalog(String id) {
        Claims.Name name = new Claims.Name(Namespace.CATALOG_ID, id);
        List<Item> items = new ArrayList<>();
        Optional<StoredRecord> found = claims.find(name);
        if (found.isEmpty()) {
            return items;
        }
        String catalogName = ResourceNames.catalog(id);
        items.add(new Item(catalogName, "", Optional.empty(), found.get()));
        claims.claims(name).forEach(claim -> items.add(new Item(catalogName, id, Optional.empty(), claim)));
        Entry<CatalogRecord> catalog = Entry.of(found.get(), CatalogRecord.parser());
        SlotTag slot = catalog.stored().key().slot();
        store
                .read(catalog.payload().getModulesList().stream()
                        .map(module ->
                                RecordKey.module(slot, Uid.of(module.getUid().toByteArray())))
                        .toList())
                .stream()
                .flatMap(Optional::stream)
                .forEach(module -> items.add(new Item(
                        new ModuleName(
                                        id,
                                        Entry.of(module, ModuleRecord.parser())
                                                .payload()
                                                .getId())
                                .text(),
                        "",
                        Optional.empty(),
                        module)));
        return items;
    }

    private Part ofTenant(Place place) {
        Optional<Entry<TenantRecord>> tenant = claims.find(new Claims.Name(Namespace.TENANT_ID, place.id()))
                .map(stored -> Entry.of(stored, TenantRecord.parser()));
        if (tenant.isEmpty()) {
            return new Part(nextTenant(place.id()), List::of);
        }
        SlotTag slot = tenant.get().stored().key().slot();
        Uid uid = tenant.get().uid();
        return switch (place.phase()) {
            case OWNERS -> members(place, IndexKey.owners(slot, uid), list -> owners(tenant.get(), list));
            case TOKENS -> members(place, IndexKey.tokens(slot, uid), list -> tokens(tenant.get(), list));
            case PURGED -> members(place, IndexKey.purged(slot, uid), list -> tokens(tenant.get(), list));
            case STORE, CATALOGS, TENANT -> {
                Place next = new Place(Phase.OWNERS, place.id(), "");
                yield part(next, () -> List.of(new Unit(next, tenant(tenant.get()))));
            }
        };
    }

    /** The next tenant; tenant {@code system}, which is in no list, comes first. */
    private Optional<Place> nextTenant(String id) {
        return store.list(IndexKey.TENANTS, id.equals(Tenant.SYSTEM) ? "" : id, 1).stream()
                .findFirst()
                .map(next -> new Place(Phase.TENANT, next, ""));
    }

    private List<Item> tenant(Entry<TenantRecord> tenant) {
        String id = tenant.payload().getId();
        Claims.Target target =
                new Claims.Target(tenant.uid(), tenant.stored().key().slot());
        List<Item> items = new ArrayList<>();
        items.add(item(tenant, ResourceNames.tenant(id), "", tenant.stored()));
        Stream<Claims.Name> names = Stream.concat(
                Stream.of(new Claims.Name(Namespace.TENANT_ID, id)),
                tenant.payload().getHostsList().stream().map(host -> new Claims.Name(Namespace.HOST, host)));
        names.forEach(name -> claims.heldBy(target, List.of(name))
                .forEach(claim -> items.add(item(tenant, ResourceNames.tenant(id), name.text(), claim))));
        return items;
    }

    private static Item item(Entry<TenantRecord> tenant, String name, String alias, StoredRecord record) {
        return new Item(name, alias, Optional.of(tenant), record);
    }

    /** Reads some entries of a list: for each the records that belong to it. */
    private interface Reading {
        List<List<Item>> of(List<String> members);
    }

    private Part members(Place place, IndexKey list, Reading reading) {
        List<String> members = store.list(list, place.after(), PART);
        Optional<Place> next = members.size() == PART
                ? Optional.of(new Place(place.phase(), place.id(), members.get(PART - 1)))
                : afterwards(place);
        return new Part(next, () -> {
            List<List<Item>> found = reading.of(members);
            List<Unit> units = new ArrayList<>();
            for (int i = 0; i < members.size(); i++) {
                units.add(new Unit(new Place(place.phase(), place.id(), members.get(i)), found.get(i)));
            }
            return units;
        });
    }

    private Optional<Place> afterwards(Place place) {
        return switch (place.phase()) {
            case OWNERS -> Optional.of(new Place(Phase.TOKENS, place.id(), ""));
            case TOKENS -> Optional.of(new Place(Phase.PURGED, place.id(), ""));
            case STORE, CATALOGS, TENANT, PURGED -> nextTenant(place.id());
        };
    }

    private List<List<Item>> owners(Entry<TenantRecord> tenant, List<String> members) {
        SlotTag slot = tenant.stored().key().slot();
        List<List<Item>> found = new ArrayList<>();
        for (Optional<StoredRecord> owner : read(
                members.stream().map(member -> ListOwners.key(slot, member)).toList())) {
            found.add(owner.filter(record -> OwnerFinder.isOf(tenant, Entry.of(record, OwnerRecord.parser()))).stream()
                    .map(record -> item(tenant, ownerName(tenant, record), "", record))
                    .toList());
        }
        return found;
    }

    private static String ownerName(Entry<TenantRecord> tenant, StoredRecord owner) {
        String id = Entry.of(owner, OwnerRecord.parser()).payload().getId();
        return new OwnerName(tenant.payload().getId(), id).text();
    }

    private List<List<Item>> tokens(Entry<TenantRecord> tenant, List<String> members) {
        List<List<Item>> found = new ArrayList<>();
        for (Optional<StoredRecord> token :
                read(members.stream().map(TokenPages::key).toList())) {
            found.add(token.map(record -> Entry.of(record, TokenRecord.parser()))
                    .filter(entry -> entry.payload().getTenantUid().equals(CatalogMessages.bytes(tenant.uid())))
                    .map(entry -> token(tenant, entry))
                    .orElse(List.of()));
        }
        return found;
    }

    private List<Item> token(Entry<TenantRecord> tenant, Entry<TokenRecord> token) {
        TokenRecord record = token.payload();
        String name = new TokenName(tenant.payload().getId(), new TokenId(record.getId())).text();
        List<Item> items = new ArrayList<>();
        items.add(item(tenant, name, "", token.stored()));
        if (!record.getCredentialId().isEmpty()) {
            aliases.found(tenant, record.getCredentialId()).stream()
                    .filter(alias -> leadsTo(alias, record))
                    .forEach(alias -> items.add(item(tenant, name, record.getCredentialId(), alias)));
        }
        List<RecordKey> alone = record.getSecretsList().stream()
                .map(SecretDigest::getAlias)
                .filter(RecordKey::isId)
                .map(id -> RecordKey.alias(tenant.stored().key().slot(), id))
                .toList();
        store.read(alone).stream()
                .flatMap(Optional::stream)
                .filter(alias -> leadsTo(alias, record))
                .forEach(alias -> items.add(item(tenant, name, "", alias)));
        return items;
    }

    private static boolean leadsTo(StoredRecord alias, TokenRecord token) {
        return Entry.of(alias, AliasRecord.parser()).payload().getTokenId().equals(token.getId());
    }

    /** Reads records together, of which some may have no key. */
    private List<Optional<StoredRecord>> read(List<Optional<RecordKey>> keys) {
        List<Optional<StoredRecord>> records =
                store.read(keys.stream().flatMap(Optional::stream).toList());
        List<Optional<StoredRecord>> found = new ArrayList<>();
        int next = 0;
        for (Optional<RecordKey> key : keys) {
            found.add(key.isPresent() ? records.get(next++) : Optional.empty());
        }
        return found;
    }
}
