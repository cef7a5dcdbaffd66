package io.keywarden.credential;

import io.keywarden.token.CredentialSource;
import io.keywarden.token.CredentialSource.Place;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Finds what stands behind a scheme in the authorization header, and in headers that hold a credential alone. */
final class HeaderPlaces {
    // Enough for the parameters of every registered scheme, and a bound on what a flood of commas costs.
    private static final int MAX_COMMAS = 16;

    private HeaderPlaces() {}

    /** What stands in a header, where that is a place that the sources name; null where it is none. */
    static @Nullable Filled find(List<CredentialSource> sources, String header, List<String> values) {
        for (int i = 0; i < values.size(); i++) {
            Filled filled = fill(sources, header, values.get(i));
            if (filled != null) {
                // One value that is ours makes its header a place of ours, and that must not be there twice.
                return values.size() > 1 ? Filled.TWICE : filled;
            }
        }
        return null;
    }

    private static @Nullable Filled fill(List<CredentialSource> sources, String header, String value) {
        if (Filled.isNamed(sources, Place.HEADER, header)) {
            return new Filled(Place.HEADER, header, value, 0, new Hiding.RemoveHeader(header));
        }
        int start = 0;
        for (int commas = 0; commas <= MAX_COMMAS; commas++) {
            int schemeStart = skipSpaces(value, start);
            int schemeEnd = schemeEnd(value, schemeStart);
            String scheme = value.substring(schemeStart, schemeEnd).toLowerCase(Locale.ROOT);
            if (!scheme.isEmpty() && Filled.isNamed(sources, Place.AUTHORIZATION_SCHEME, scheme)) {
                int text = value.startsWith(" ", schemeEnd) ? schemeEnd + 1 : Filled.BROKEN;
                return behindScheme(header, scheme, value, text);
            }
            start = value.indexOf(',', start) + 1;
            if (start == 0) {
                return null;
            }
        }
        // With so many commas it is no credential, whatever else it is.
        return behindScheme(header, "", value, Filled.BROKEN);
    }

    private static Filled behindScheme(String header, String scheme, String value, int start) {
        return new Filled(Place.AUTHORIZATION_SCHEME, scheme, value, start, new Hiding.RemoveHeader(header));
    }

    private static int skipSpaces(String value, int from) {
        int at = from;
        while (at < value.length() && (value.charAt(at) == ' ' || value.charAt(at) == '\t')) {
            at++;
        }
        return at;
    }

    /** Where the scheme ends: a token in the words of RFC 9110. */
    private static int schemeEnd(String value, int from) {
        int at = from;
        while (at < value.length() && isTokenCharacter(value.charAt(at))) {
            at++;
        }
        return at;
    }

    private static boolean isTokenCharacter(char c) {
        return (c >= 'a' && c <= 'z')
                || (c >= 'A' && c <= 'Z')
                || (c >= '0' && c <= '9')
                || "!#$%&'*+-.^_`|~".indexOf(c) >= 0;
    }
}
