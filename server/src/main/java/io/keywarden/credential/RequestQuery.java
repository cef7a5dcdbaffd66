package io.keywarden.credential;

import io.keywarden.token.CredentialSource;
import io.keywarden.token.CredentialSource.Place;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The query of a request as it was sent. Prints nothing of itself: anything in it may be somebody's secret.
 *
 * <p>Parameters stand between ampersands, and are read as RFC 3986 says: a percent sign stands before two hexadecimal
 * digits, and a plus sign is neither a plus nor a space, since both readings exist.
 */
public final class RequestQuery {
    /** Of a request without one. */
    public static final RequestQuery NONE = new RequestQuery("");

    private static final int BROKEN = -1;

    private final String target;

    private RequestQuery(String target) {
        this.target = target;
    }

    /**
     * Takes the query of a request.
     *
     * @param target the path, and the query behind the first question mark if there is one
     */
    public static RequestQuery of(String target) {
        return target.indexOf('?') < 0 ? NONE : new RequestQuery(target);
    }

    /** What stands in a parameter that the sources name; null where there is none of them. */
    @Nullable
    Filled find(List<CredentialSource> sources) {
        Filled found = null;
        int end;
        for (int start = target.indexOf('?') + 1; start < target.length(); start = end + 1) {
            end = indexOf('&', start, target.length());
            Filled filled = fill(sources, start, indexOf('=', start, end), end);
            if (filled != null && found != null) {
                return Filled.TWICE;
            }
            found = filled == null ? found : filled;
        }
        return found;
    }

    /** Where a character is; {@code end} where it is not before that. */
    private int indexOf(char c, int start, int end) {
        int at = target.indexOf(c, start);
        return at < 0 || at > end ? end : at;
    }

    private @Nullable Filled fill(List<CredentialSource> sources, int start, int nameEnd, int end) {
        for (int i = 0; i < sources.size(); i++) {
            CredentialSource source = sources.get(i);
            if (source.place() == Place.QUERY_PARAMETER && spells(source.name(), start, nameEnd)) {
                String value = decode(Math.min(nameEnd + 1, end), end);
                // Envoy removes a parameter by the very characters that its name was sent in.
                Hiding hiding = new Hiding.RemoveQueryParameter(target.substring(start, nameEnd));
                return new Filled(Place.QUERY_PARAMETER, source.name(), value, 0, hiding);
            }
        }
        return null;
    }

    /** Whether a part of the query is a name, however much of it is escaped. */
    private boolean spells(String name, int start, int end) {
        int at = start;
        for (int i = 0; i < name.length(); i++) {
            if (at >= end || valueAt(at, end) != name.charAt(i)) {
                return false;
            }
            at += width(at);
        }
        return at == end;
    }

    /**
     * A part of the query, one character a byte. Empty text, which is no credential, where it can be read in more ways than
     * one, or is too long.
     */
    private String decode(int start, int end) {
        if (end - start > CredentialParser.MAX_LENGTH) {
            return "";
        }
        StringBuilder decoded = new StringBuilder();
        for (int at = start; at < end; at += width(at)) {
            char c = target.charAt(at);
            int value = c == '+' || c == '#' ? BROKEN : valueAt(at, end);
            if (value == BROKEN) {
                return "";
            }
            decoded.append((char) value);
        }
        return decoded.toString();
    }

    /** The byte or character that stands somewhere; {@link #BROKEN} for what is no escape but begins like one. */
    private int valueAt(int at, int end) {
        char c = target.charAt(at);
        if (c != '%') {
            return c;
        }
        boolean whole = at + 2 < end
                && HexFormat.isHexDigit(target.charAt(at + 1))
                && HexFormat.isHexDigit(target.charAt(at + 2));
        return whole ? HexFormat.fromHexDigits(target, at + 1, at + 3) : BROKEN;
    }

    private int width(int at) {
        return target.charAt(at) == '%' ? 3 : 1;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof RequestQuery query && target.equals(query.target);
    }

    @Override
    public int hashCode() {
        return target.hashCode();
    }

    @Override
    public String toString() {
        return "RequestQuery[hidden]";
    }
}
