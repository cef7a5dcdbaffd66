package io.keywarden.admin;

import io.keywarden.admin.v1.KeyUse;
import io.keywarden.admin.v1.ListKeyUsesRequest;
import io.keywarden.admin.v1.ListKeyUsesResponse;
import java.util.Optional;

/** Lists what still hangs on a version of a key, by pages that each look at no more than a bounded part of the store. */
final class ListKeyUses {
    /** How many parts of the store a page looks at, however little it finds. */
    static final int MOST_PARTS = 20;

    private final StoreWalk walk;
    private final KeyUses uses;
    private final BootstrapToken bootstrap;

    ListKeyUses(StoreWalk walk, KeyUses uses, BootstrapToken bootstrap) {
        this.walk = walk;
        this.uses = uses;
        this.bootstrap = bootstrap;
    }

    ListKeyUsesResponse run(ListKeyUsesRequest request) {
        FieldChecks checks = new FieldChecks();
        KeyUse.Kind kind = request.getKind();
        Optional<Integer> active = uses.active(kind);
        checks.require(active.isPresent(), "kind", "PEPPER, TAG, SIGNING, or SEALING where this Admin has such a key");
        checks.require(
                active.isEmpty() || uses.live(kind).contains(request.getKeyId()),
                "key_id",
                "the id of a version that this Admin has: one of " + uses.live(kind));
        Pages page = Pages.of(
                checks, request.getPageSize(), request.getPageToken(), "key uses " + kind + " " + request.getKeyId());
        Optional<StoreWalk.Place> start =
                page.after().isEmpty() ? Optional.of(StoreWalk.Place.START) : StoreWalk.Place.parse(page.after());
        checks.require(start.isPresent(), "page_token", "the next_page_token of a page of the same kind and key_id");
        checks.finish();
        ListKeyUsesResponse.Builder response = ListKeyUsesResponse.newBuilder().setActiveKeyId(active.orElseThrow());
        if (page.after().isEmpty() && kind == KeyUse.Kind.PEPPER) {
            bootstrap(request.getKeyId()).ifPresent(response::addUses);
        }
        return response.setNextPageToken(read(request, start.get(), page.size(), response)
                        .map(next -> page.next(next.text()))
                        .orElse(""))
                .build();
    }

    private Optional<KeyUse> bootstrap(int id) {
        return bootstrap
                .pepper()
                .filter(pepper -> pepper == id)
                .map(pepper -> KeyUse.newBuilder()
                        .setName(BootstrapToken.PRINCIPAL)
                        .setHow(KeyUse.How.SECRET_DIGEST)
                        .setSecretNumber(1)
                        .build());
    }

    /** Answers where the next page begins; empty where this is the last one. */
    private Optional<StoreWalk.Place> read(
            ListKeyUsesRequest request, StoreWalk.Place start, int most, ListKeyUsesResponse.Builder response) {
        Optional<StoreWalk.Place> place = Optional.of(start);
        for (int i = 0; i < MOST_PARTS && place.isPresent(); i++) {
            StoreWalk.Part part = walk.at(place.get());
            for (StoreWalk.Unit unit : part.units().get()) {
                response.addAllUses(uses.of(unit, request.getKind(), request.getKeyId()));
                if (response.getUsesCount() >= most) {
                    return Optional.of(unit.after());
                }
            }
            place = part.next();
        }
        return place;
    }
}
