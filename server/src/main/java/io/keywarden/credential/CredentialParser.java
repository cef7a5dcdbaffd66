package io.keywarden.credential;

import io.keywarden.credential.Credential.Presented;
import io.keywarden.token.CredentialSource;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Finds the credential of a request in the places where a tenant looks for one. Strict, since whatever can be read in two
 * ways is read in two ways by somebody: one place, one value, one way of writing it.
 */
public final class CredentialParser {
    /** How many bytes a place with a credential in it has at most. */
    public static final int MAX_LENGTH = 512;

    private CredentialParser() {}

    /**
     * Finds the credential of a request.
     *
     * @param sources where it may stand, in the order in which they are tried where several name the same place
     * @param query looked at only where a source names a query parameter
     */
    public static Credential parse(List<CredentialSource> sources, RequestHeaders headers, RequestQuery query) {
        Filled filled = null;
        for (int i = 0; i < sources.size(); i++) {
            String header = sources.get(i).header();
            if (isNamedBefore(sources, i, header)) {
                continue;
            }
            Filled here = switch (sources.get(i).place()) {
                case AUTHORIZATION_SCHEME, HEADER -> HeaderPlaces.find(sources, header, headers.values(header));
                case QUERY_PARAMETER -> query.find(sources);
                case COOKIE -> ListedHeader.COOKIES.find(sources, headers);
                case WEBSOCKET_PROTOCOL -> ListedHeader.SUBPROTOCOLS.find(sources, headers);
            };
            // Two places hold something, or one holds two things.
            if (here != null && (filled != null || here.equals(Filled.TWICE))) {
                return Credential.DUPLICATE;
            }
            filled = here == null ? filled : here;
        }
        return filled == null ? Credential.ABSENT : read(sources, filled);
    }

    private static boolean isNamedBefore(List<CredentialSource> sources, int index, String header) {
        for (int i = 0; i < index; i++) {
            if (sources.get(i).header().equals(header)) {
                return true;
            }
        }
        return false;
    }

    private static Credential read(List<CredentialSource> sources, Filled filled) {
        if (filled.value().length() > MAX_LENGTH) {
            return Credential.MALFORMED;
        }
        // No credential has a comma in it: it is what two headers are joined with on their way.
        if (filled.value().indexOf(',') >= 0) {
            return Credential.DUPLICATE;
        }
        for (int i = 0; i < sources.size(); i++) {
            CredentialSource source = sources.get(i);
            @Nullable String text = filled.text(source);
            Optional<Presented> presented =
                    text == null ? Optional.empty() : CredentialForms.read(source.form(), text, filled.hiding());
            if (presented.isPresent()) {
                return presented.get();
            }
        }
        return Credential.MALFORMED;
    }
}
