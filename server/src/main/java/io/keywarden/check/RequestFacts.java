package io.keywarden.check;

import io.keywarden.policy.CountryLookup;
import io.keywarden.policy.Decision;
import io.keywarden.policy.Facts;
import io.keywarden.policy.Need;
import io.keywarden.policy.RequestClient;
import io.keywarden.store.CheckView;
import io.keywarden.token.ClientSource;
import io.keywarden.token.Tenant;
import io.keywarden.token.Token;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** Finds what a request needs, for which client of its tenant it is, and from which country it comes. */
final class RequestFacts {
    private static final Need UNKNOWN_NEED = new Need.Unknown();
    /** What a client can be called: it goes into a header. */
    private static final Pattern CLIENT = Pattern.compile("[A-Za-z0-9._-]{1,63}");

    private final CountryLookup countries;

    RequestFacts(CountryLookup countries) {
        this.countries = countries;
    }

    /** What a request needs: its route says so, or else its path at its host does. */
    static Need need(CheckedRequest request, Tenant tenant, CheckView view) {
        boolean byRoute = request.route().namesNeed();
        boolean byPath = request.path().isPresent() && request.host().isPresent();
        if (!byRoute && !byPath) {
            return UNKNOWN_NEED;
        }
        return view.catalog(tenant.catalog())
                .fold(
                        catalog -> (byRoute
                                        ? catalog.named(request.route(), request.method())
                                        : catalog.match(
                                                request.host().get(),
                                                request.method(),
                                                request.path().get()))
                                .<Need>map(Need.Known::new)
                                .orElse(UNKNOWN_NEED),
                        absent -> UNKNOWN_NEED,
                        unknown -> new Need.CannotTell(new Decision.CannotTell(unknown.reason(), unknown.detail())));
    }

    /** All of it. The country is looked up only where the token asks for it. */
    Facts.Request of(CheckedRequest request, Origin origin, Optional<Tenant> tenant, Need need, Token token) {
        Optional<ClientSource> source = tenant.flatMap(known -> known.rules().clientSource());
        Optional<String> country = token.rules().countries().isEmpty()
                ? Optional.empty()
                : origin.address().flatMap(countries::country);
        return new Facts.Request(
                request.route().accessOrRequired(),
                need,
                source.isEmpty() ? Optional.empty() : client(source.get(), request, origin, need),
                origin.address(),
                country);
    }

    private static Optional<String> client(ClientSource source, CheckedRequest request, Origin origin, Need need) {
        Optional<String> found;
        if (source instanceof ClientSource.PathVariable variable) {
            found = ofPath(variable, request, need);
        } else if (source instanceof ClientSource.HostLabel label) {
            found = request.host().flatMap(host -> RequestClient.ofHost(host, label.number()));
        } else {
            found = ofHeader((ClientSource.Header) source, request, origin);
        }
        return found.filter(text -> CLIENT.matcher(text).matches());
    }

    /** Only where the path itself led to the operation: its variables mean nothing where the route named another one. */
    private static Optional<String> ofPath(ClientSource.PathVariable variable, CheckedRequest request, Need need) {
        return request.route().namesNeed() || request.path().isEmpty() || !(need instanceof Need.Known known)
                ? Optional.empty()
                : RequestClient.ofPath(
                        known.operation(), variable.name(), request.path().get());
    }

    private static Optional<String> ofHeader(ClientSource.Header header, CheckedRequest request, Origin origin) {
        List<String> values = request.headers().values(header.name());
        return origin.trusted() && values.size() == 1 ? Optional.of(values.get(0)) : Optional.empty();
    }
}
