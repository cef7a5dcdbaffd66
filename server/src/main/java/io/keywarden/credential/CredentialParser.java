package io.keywarden.credential;

import io.keywarden.credential.Credential.Presented;
import io.keywarden.token.CredentialSource;
import io.keywarden.token.CredentialSource.Place;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Finds the credential of a request in the places where a tenant looks for one. Strict, since whatever can be read in two
 * ways is read in two ways by somebody: one place, one value, one way of writing it.
 */
public final class CredentialParser {
    /** How many bytes a header with a credential in it has at most. */
    public static final int MAX_LENGTH = 512;

    private static final String AUTHORIZATION = "authorization";
    // Enough for the parameters of every registered scheme, and a bound on what a flood of commas costs.
    private static final int MAX_COMMAS = 16;

    private CredentialParser() {}

    /**
     * Finds the credential of a request.
     *
     * @param sources where it may stand; where two sources name the same place, it may be written in both ways
     */
    public static Credential parse(List<CredentialSource> sources, RequestHeaders headers) {
        Filled filled = null;
        for (int i = 0; i < sources.size(); i++) {
            String header = sources.get(i).header();
            if (isNamedBefore(sources, i, header)) {
                continue;
            }
            List<String> values = headers.values(header);
            if (values.isEmpty()) {
                continue;
            }
            for (String value : values) {
                Filled place = fill(sources, header, value);
                // Two places hold something, or one holds two things.
                if (place != null && filled != null) {
                    return Credential.DUPLICATE;
                }
                filled = place == null ? filled : place;
            }
            // One value that is ours makes its header a place of ours, and that must not be there twice.
            if (values.size() > 1 && filled != null && filled.header().equals(header)) {
                return Credential.DUPLICATE;
            }
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

    /** What stands in a header, where that is one of the places that the sources name; null where it is none. */
    private static @Nullable Filled fill(List<CredentialSource> sources, String header, String value) {
        if (names(sources, header, Filled.NO_SCHEME)) {
            return new Filled(header, Filled.NO_SCHEME, value, 0);
        }
        int start = 0;
        for (int commas = 0; commas <= MAX_COMMAS; commas++) {
            int schemeStart = skipSpaces(value, start);
            int schemeEnd = schemeEnd(value, schemeStart);
            String scheme = value.substring(schemeStart, schemeEnd).toLowerCase(Locale.ROOT);
            if (!scheme.isEmpty() && names(sources, header, scheme)) {
                return new Filled(header, scheme, value, schemeEnd);
            }
            start = value.indexOf(',', start) + 1;
            if (start == 0) {
                return null;
            }
        }
        // With so many commas it is no credential, whatever else it is.
        return new Filled(header, Filled.NO_SCHEME, value, 0);
    }

    private static boolean names(List<CredentialSource> sources, String header, String scheme) {
        for (int i = 0; i < sources.size(); i++) {
            if (isNamed(sources.get(i), header, scheme)) {
                return true;
            }
        }
        return false;
    }

    private static boolean isNamed(CredentialSource source, String header, String scheme) {
        return scheme.equals(Filled.NO_SCHEME)
                ? source.place() == Place.HEADER && source.name().equals(header)
                : source.place() == Place.AUTHORIZATION_SCHEME
                        && header.equals(AUTHORIZATION)
                        && source.name().equals(scheme);
    }

    private static Credential read(List<CredentialSource> sources, Filled place) {
        String value = place.value();
        if (value.length() > MAX_LENGTH) {
            return Credential.MALFORMED;
        }
        // No credential has a comma in it: it is what two headers are joined with on their way.
        if (value.indexOf(',') >= 0) {
            return Credential.DUPLICATE;
        }
        boolean hasScheme = !place.scheme().equals(Filled.NO_SCHEME);
        if (hasScheme && !value.startsWith(" ", place.schemeEnd())) {
            return Credential.MALFORMED;
        }
        String text = hasScheme ? value.substring(place.schemeEnd() + 1) : value;
        for (int i = 0; i < sources.size(); i++) {
            CredentialSource source = sources.get(i);
            if (isNamed(source, place.header(), place.scheme())) {
                Optional<TokenText> token = readForm(source.form(), text);
                if (token.isPresent()) {
                    return new Presented(token.get().id(), token.get().secret(), place.header());
                }
            }
        }
        return Credential.MALFORMED;
    }

    private static Optional<TokenText> readForm(CredentialSource.Form form, String text) {
        return switch (form) {
            case TOKEN -> TokenText.parse(text);
            case ID_AND_SECRET -> TokenText.parsePair(text);
        };
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

    /**
     * A place that holds something.
     *
     * @param header the header
     * @param scheme the scheme, in lower case; empty text where the header holds the credential alone
     * @param value the whole header
     * @param schemeEnd where the scheme ends; 0 where there is none
     */
    private record Filled(String header, String scheme, String value, int schemeEnd) {
        private static final String NO_SCHEME = "";

        @Override
        public String toString() {
            return "Filled[" + header + "]";
        }
    }
}
