package io.keywarden.policy;

import io.keywarden.token.OpenPath;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/**
 * The path of a request in normal form: the one spelling that Keywarden, Envoy and the upstream cannot read differently. A
 * path in any other spelling is no path at all here, so that no rule is ever matched against it.
 */
public final class RequestPath {
    private final String text;
    private final List<String> segments;
    private final boolean trailingSlash;

    private RequestPath(String text, List<String> segments, boolean trailingSlash) {
        this.text = text;
        this.segments = segments;
        this.trailingSlash = trailingSlash;
    }

    /**
     * Reads the target of a request; empty if its path is not in normal form.
     *
     * <p>In normal form is what begins with a slash, has no empty, {@code .} or {@code ..} segment, no backslash,
     * semicolon, number sign, space, control or non-ASCII character, and whose percent signs stand before two hexadecimal
     * digits that spell well-formed UTF-8, but no backslash, semicolon, slash, percent sign or control character, and none
     * that needs no encoding. One slash at the end is allowed.
     *
     * @param target the path, and the query if there is one
     */
    public static Optional<RequestPath> parse(String target) {
        int query = target.indexOf('?');
        String path = query < 0 ? target : target.substring(0, query);
        if (!path.startsWith("/") || target.indexOf('#') >= 0) {
            return Optional.empty();
        }
        boolean trailingSlash = path.length() > 1 && path.endsWith("/");
        int end = trailingSlash ? path.length() - 1 : path.length();
        List<String> segments = new ArrayList<>();
        int start = 1;
        while (start <= end && end > 1) {
            int slash = path.indexOf('/', start);
            int stop = slash < 0 || slash > end ? end : slash;
            Optional<String> segment = decodeSegment(path.substring(start, stop));
            if (segment.isEmpty()) {
                return Optional.empty();
            }
            segments.add(segment.get());
            start = stop + 1;
        }
        boolean onlySlashes = trailingSlash && segments.isEmpty();
        return onlySlashes
                ? Optional.empty()
                : Optional.of(new RequestPath(path, Collections.unmodifiableList(segments), trailingSlash));
    }

    /** The path as it was sent, without the query: visible ASCII characters. */
    public String text() {
        return text;
    }

    /** Whether a request for this path needs no credential; one slash at the end is ignored. */
    public boolean isOpen(List<OpenPath> open, String method) {
        for (int i = 0; i < open.size(); i++) {
            if (open.get(i).matches(method, segments)) {
                return true;
            }
        }
        return false;
    }

    /** What stands between the slashes, decoded. */
    List<String> segments() {
        return segments;
    }

    /** Whether there is a slash behind the last segment. */
    boolean trailingSlash() {
        return trailingSlash;
    }

    /** One segment, decoded; empty if it is not in normal form. */
    static Optional<String> decodeSegment(String raw) {
        if (raw.isEmpty() || raw.equals(".") || raw.equals("..")) {
            return Optional.empty();
        }
        if (raw.indexOf('%') < 0) {
            return isPlain(raw) ? Optional.of(raw) : Optional.empty();
        }
        byte[] bytes = new byte[raw.length()];
        int length = 0;
        for (int i = 0; i < raw.length(); i++) {
            char c = raw.charAt(i);
            int value = c;
            if (c == '%') {
                value = i + 2 < raw.length() ? escaped(raw.charAt(i + 1), raw.charAt(i + 2)) : -1;
                i += 2;
            } else if (!isPlain(c)) {
                value = -1;
            }
            if (value < 0) {
                return Optional.empty();
            }
            bytes[length++] = (byte) value;
        }
        return decodeUtf8(bytes, length);
    }

    /** The byte that two hexadecimal digits spell; -1 for one that must not be spelled so. */
    private static int escaped(char high, char low) {
        if (!HexFormat.isHexDigit(high) || !HexFormat.isHexDigit(low)) {
            return -1;
        }
        int value = HexFormat.fromHexDigit(high) * 16 + HexFormat.fromHexDigit(low);
        boolean forbidden = value < 0x20 || value == 0x7F || "/\\%;".indexOf(value) >= 0 || isUnreserved(value);
        return forbidden ? -1 : value;
    }

    private static boolean isPlain(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (!isPlain(text.charAt(i))) {
                return false;
            }
        }
        return true;
    }

    private static boolean isPlain(char c) {
        return c > 0x20 && c < 0x7F && c != '\\' && c != ';' && c != '#';
    }

    /** Whether RFC 3986 says that encoding it makes no difference. */
    private static boolean isUnreserved(int c) {
        return (c >= 'a' && c <= 'z')
                || (c >= 'A' && c <= 'Z')
                || (c >= '0' && c <= '9')
                || c == '-'
                || c == '.'
                || c == '_'
                || c == '~';
    }

    private static Optional<String> decodeUtf8(byte[] bytes, int length) {
        try {
            String decoded = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes, 0, length))
                    .toString();
            return decoded.chars().anyMatch(Character::isISOControl) ? Optional.empty() : Optional.of(decoded);
        } catch (CharacterCodingException e) {
            return Optional.empty();
        }
    }

    @Override
    public String toString() {
        return text;
    }
}
