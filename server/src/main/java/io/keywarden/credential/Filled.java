package io.keywarden.credential;

import io.keywarden.token.CredentialSource;
import io.keywarden.token.CredentialSource.Place;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A place of a request that holds something. Prints nothing of what it holds.
 *
 * @param place which part of the request
 * @param name the scheme in lower case, or the name of the header, parameter or cookie; empty text for a subprotocol
 * @param value what its length is taken of: all that stands there, decoded
 * @param start where in it the credential begins; {@link #BROKEN} where that can't be said
 * @param hiding how the place is kept from the upstream
 */
record Filled(Place place, String name, String value, int start, Hiding hiding) {
    /** For a place that is not written as one of its kind is. */
    static final int BROKEN = -1;

    /** Two places of one kind, or one that is there twice. */
    static final Filled TWICE = new Filled(Place.HEADER, "", "", BROKEN, new Hiding.RemoveHeader(""));

    /** Whether one of the sources names a place. */
    static boolean isNamed(List<CredentialSource> sources, Place place, String name) {
        for (int i = 0; i < sources.size(); i++) {
            CredentialSource source = sources.get(i);
            if (source.place() == place && source.name().equals(name)) {
                return true;
            }
        }
        return false;
    }

    /** The credential as a source that names this place reads it; null where the source names another, or it is broken. */
    @Nullable
    String text(CredentialSource source) {
        if (source.place() != place || start == BROKEN) {
            return null;
        }
        if (place == Place.WEBSOCKET_PROTOCOL) {
            return value.startsWith(source.name())
                    ? value.substring(source.name().length())
                    : null;
        }
        return source.name().equals(name) ? value.substring(start) : null;
    }

    @Override
    public String toString() {
        return "Filled[" + place + "]";
    }
}
