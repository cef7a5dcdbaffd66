package io.keywarden.check;

import io.keywarden.policy.HostPattern;
import io.keywarden.store.CheckView;
import io.keywarden.store.Lookup;
import io.keywarden.token.Names;
import io.keywarden.token.Tenant;
import io.keywarden.token.TenantRef;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Finds the tenant that a request is for: its route, its host and a header of a trusted peer may name one, and all that do
 * must agree. A host that nobody has claimed, and a pattern whose label is no tenant, name none; a route or a header that
 * names a tenant that is not there names a wrong one. No request is ever for tenant {@code system}, whose tokens are for
 * Admin alone.
 */
final class TenantResolver {
    private final List<HostPattern> patterns;
    private final Optional<String> header;

    TenantResolver(CheckSettings settings) {
        this.patterns = settings.hostPatterns();
        this.header = settings.tenantHeader();
    }

    /** A tenant, and where its records are. */
    record Resolved(Tenant tenant, TenantRef ref) {}

    /** The tenant; not found where nothing names one, or not all of them the same. */
    Lookup<Resolved> resolve(CheckedRequest request, Origin origin, CheckView view) {
        Lookup<Resolved> host =
                request.host().isPresent() ? ofHost(request.host().get(), view) : new Lookup.NotFound<>();
        List<String> ids = ids(request, origin);
        if (ids.isEmpty() && patterns.isEmpty()) {
            return host;
        }
        List<Lookup<Resolved>> named = new ArrayList<>();
        named.add(host);
        for (HostPattern pattern : patterns) {
            Optional<String> id = request.host().flatMap(pattern::tenant);
            if (id.isPresent()) {
                named.add(ofId(id.get(), view));
            }
        }
        named.removeIf(one -> one instanceof Lookup.NotFound<?>);
        ids.forEach(id -> named.add(ofId(id, view)));
        return named.isEmpty() ? new Lookup.NotFound<>() : agreed(named);
    }

    private List<String> ids(CheckedRequest request, Origin origin) {
        List<String> ids = new ArrayList<>(2);
        request.route().tenant().ifPresent(ids::add);
        if (header.isPresent() && origin.trusted()) {
            ids.addAll(request.headers().values(header.get()));
        }
        return ids;
    }

    private static Lookup<Resolved> agreed(List<Lookup<Resolved>> named) {
        Lookup<Resolved> first = named.get(0);
        for (Lookup<Resolved> other : named) {
            if (other instanceof Lookup.CannotTell<?>) {
                return other;
            }
        }
        boolean same = named.stream()
                .allMatch(other ->
                        other.fold(found -> found.ref().uid().equals(uid(first)), absent -> false, unknown -> false));
        return same ? first : new Lookup.NotFound<>();
    }

    private static Object uid(Lookup<Resolved> named) {
        return named.fold(found -> found.ref().uid(), absent -> absent, unknown -> unknown);
    }

    /** A claim that its tenant does not list is void: left from a creation that broke off, or an old one put back. */
    private static Lookup<Resolved> ofHost(String host, CheckView view) {
        return tenant(view.tenantOfHost(host), view, tenant -> tenant.hosts().contains(host));
    }

    private static Lookup<Resolved> ofId(String id, CheckView view) {
        return Names.isLabel(id)
                ? tenant(view.tenantOfId(id), view, tenant -> tenant.id().equals(id))
                : new Lookup.NotFound<>();
    }

    private static Lookup<Resolved> tenant(Lookup<TenantRef> named, CheckView view, Predicate<Tenant> isSo) {
        return named.flatMap(ref -> view.tenant(ref)
                .flatMap(tenant -> !tenant.isSystem() && isSo.test(tenant)
                        ? new Lookup.Found<>(new Resolved(tenant, ref))
                        : new Lookup.NotFound<Resolved>()));
    }
}
