package io.keywarden.credential;

import io.keywarden.token.CredentialSource;
import io.keywarden.token.CredentialSource.Place;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A header that is a list, of which a credential is one member: the other members go on to the upstream. It may come in
 * several headers, which mean the same as one (RFC 9113, section 8.2.3; RFC 6455, section 11.3.4).
 */
enum ListedHeader {
    /** Pairs of a name and a value (RFC 6265, section 4.2.1). Quotes belong to the value. */
    COOKIES("cookie", Place.COOKIE, ';', "; "),
    /** What a client offers to speak over a WebSocket. */
    SUBPROTOCOLS("sec-websocket-protocol", Place.WEBSOCKET_PROTOCOL, ',', ", ");

    private final String header;
    private final Place place;
    private final char separator;
    private final String joiner;

    ListedHeader(String header, Place place, char separator, String joiner) {
        this.header = header;
        this.place = place;
        this.separator = separator;
        this.joiner = joiner;
    }

    /** What stands in a member that the sources name; null where there is none of them. */
    @Nullable
    Filled find(List<CredentialSource> sources, RequestHeaders headers) {
        String found = null;
        List<String> members = members(headers.values(header));
        for (String member : members) {
            if (isNamed(sources, member)) {
                if (found != null) {
                    return Filled.TWICE;
                }
                found = member;
            }
        }
        return found == null ? null : fill(found, hiding(sources, members));
    }

    /** What stands between the separators, in all values. */
    private List<String> members(List<String> values) {
        List<String> members = new ArrayList<>();
        for (String value : values) {
            for (int start = 0; start < value.length(); ) {
                int separated = value.indexOf(separator, start);
                int end = separated < 0 ? value.length() : separated;
                members.add(trim(value, start, end));
                start = end + 1;
            }
        }
        return members;
    }

    private boolean isNamed(List<CredentialSource> sources, String member) {
        if (place == Place.COOKIE) {
            return Filled.isNamed(sources, place, nameOf(member));
        }
        for (int i = 0; i < sources.size(); i++) {
            CredentialSource source = sources.get(i);
            if (source.place() == place && member.startsWith(source.name())) {
                return true;
            }
        }
        return false;
    }

    private Filled fill(String member, Hiding hiding) {
        if (place != Place.COOKIE) {
            return new Filled(place, "", member, 0, hiding);
        }
        String name = nameOf(member);
        // Between the name and the equals sign there may be nothing, though some would read on over a space.
        boolean whole = member.startsWith("=", name.length());
        return whole
                ? new Filled(place, name, member.substring(name.length() + 1), 0, hiding)
                : new Filled(place, name, "", Filled.BROKEN, hiding);
    }

    private static String nameOf(String cookie) {
        int equals = cookie.indexOf('=');
        return trim(cookie, 0, equals < 0 ? cookie.length() : equals);
    }

    private Hiding hiding(List<CredentialSource> sources, List<String> members) {
        List<String> others = new ArrayList<>();
        for (String member : members) {
            String other = isNamed(sources, member) ? "" : asText(member);
            if (!other.isEmpty()) {
                others.add(other);
            }
        }
        return others.isEmpty()
                ? new Hiding.RemoveHeader(header)
                : new Hiding.ReplaceHeader(header, String.join(joiner, others));
    }

    /**
     * A member as an answer to Envoy can carry it, which holds texts, no bytes. Empty text for bytes that are no text: they
     * are left out rather than passed on as others.
     */
    private static String asText(String member) {
        if (member.chars().anyMatch(c -> c > 0xFF)) {
            return member;
        }
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(member.getBytes(StandardCharsets.ISO_8859_1)))
                    .toString();
        } catch (CharacterCodingException e) {
            return "";
        }
    }

    private static String trim(String text, int from, int to) {
        int start = from;
        int end = to;
        while (start < end && isSpace(text.charAt(start))) {
            start++;
        }
        while (end > start && isSpace(text.charAt(end - 1))) {
            end--;
        }
        return text.substring(start, end);
    }

    private static boolean isSpace(char c) {
        return c == ' ' || c == '\t';
    }
}
