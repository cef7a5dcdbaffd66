package io.keywarden.check;

import io.keywarden.check.WireCursor.Unusual;
import io.keywarden.policy.RouteSettings;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads of a CheckRequest's bytes only what a decision needs, several times faster than the generated classes do. Whatever
 * it meets that is out of the ordinary (a field that it does not know, a message that comes in two parts, a character
 * outside of ASCII, anything malformed), it leaves the whole request to them; so it never means something else than they do.
 */
final class RequestScan implements ReceivedRequest {
    /** Deeper than what Envoy sends, and less deep than what the generated classes refuse. */
    private static final int MAX_DEPTH = 16;

    private final WireCursor in;
    private final ScannedHeaders headers;
    private String source = "";
    private String method = "";
    private String target = "";
    private String authority = "";
    private Set<String> extensions = Set.of();
    private RouteSettings.@Nullable Builder route;

    /** Where a message that is only gone through stands. */
    private enum Place {
        SOURCE,
        ROUTE,
        ELSEWHERE
    }

    private RequestScan(byte[] bytes) {
        this.in = new WireCursor(bytes);
        this.headers = new ScannedHeaders(bytes);
    }

    /** Reads a request; null where it is to be read as a whole. The bytes must not be changed afterwards. */
    static @Nullable RequestScan of(byte[] bytes) {
        try {
            RequestScan scan = new RequestScan(bytes);
            scan.checkRequest(bytes.length);
            return scan;
        } catch (Unusual e) {
            return null;
        }
    }

    @Override
    public CheckedRequest read() {
        return CheckAttributes.canonical(new CheckAttributes.Raw(
                source, headers, authority, method, target, route == null ? RouteSettings.NONE : route.build()));
    }

    private void checkRequest(int end) {
        int seen = 0;
        while (in.next(end)) {
            seen = once(seen, in.field());
            if (in.field() != 1) {
                throw Unusual.INSTANCE;
            }
            attributes(in.stop(end));
        }
    }

    private void attributes(int end) {
        int seen = 0;
        while (in.next(end)) {
            int field = in.field();
            int stop = in.stop(end);
            seen = field == 10 ? seen : once(seen, field);
            switch (field) {
                case 1 -> skim(MessageShape.PEER, Place.SOURCE, stop, 0);
                case 2 -> skim(MessageShape.PEER, Place.ELSEWHERE, stop, 0);
                case 4 -> request(stop);
                case 10 -> extension(stop);
                case 11 -> skim(MessageShape.METADATA, Place.ELSEWHERE, stop, 0);
                case 12 -> skim(MessageShape.TLS_SESSION, Place.ELSEWHERE, stop, 0);
                case 13 -> skim(MessageShape.METADATA, Place.ROUTE, stop, 0);
                default -> throw Unusual.INSTANCE;
            }
        }
    }

    /** An entry of the map from keys to values. Of two with one key the last one would count, so no key of ours comes twice. */
    private void extension(int end) {
        String key = "";
        String value = "";
        int seen = 0;
        while (in.next(end)) {
            int field = in.field();
            int stop = in.stop(end);
            seen = once(seen, field);
            switch (field) {
                case 1 -> key = in.text(stop);
                case 2 -> value = in.text(stop);
                default -> throw Unusual.INSTANCE;
            }
        }
        if (CheckAttributes.isOurs(key)) {
            extensions = extensions.isEmpty() ? new HashSet<>() : extensions;
            route = route == null ? new RouteSettings.Builder() : route;
            if (!extensions.add(key)) {
                throw Unusual.INSTANCE;
            }
            CheckAttributes.addExtension(route, key, value);
        }
    }

    private void request(int end) {
        int seen = 0;
        while (in.next(end)) {
            int field = in.field();
            int stop = in.stop(end);
            seen = once(seen, field);
            switch (field) {
                case 1 -> skim(MessageShape.TIMESTAMP, Place.ELSEWHERE, stop, 0);
                case 2 -> http(stop);
                default -> throw Unusual.INSTANCE;
            }
        }
    }

    private void http(int end) {
        int seen = 0;
        while (in.next(end)) {
            int field = in.field();
            if (field == 9) {
                in.skipNumber(WireCursor.VARINT, end);
                continue;
            }
            int stop = in.stop(end);
            switch (field) {
                case 2 -> method = in.text(stop);
                case 3 -> header(stop, false);
                case 4 -> target = in.text(stop);
                case 5 -> authority = in.text(stop);
                case 12 -> in.skipTo(stop);
                case 13 -> {
                    seen = once(seen, field);
                    headerMap(stop);
                }
                case 1, 6, 7, 8, 10, 11 -> in.skipText(stop);
                default -> throw Unusual.INSTANCE;
            }
        }
    }

    private void headerMap(int end) {
        while (in.next(end)) {
            if (in.field() != 1) {
                throw Unusual.INSTANCE;
            }
            header(in.stop(end), true);
        }
    }

    /** A HeaderValue, or an entry of the map from names to values: the first has bytes too. */
    private void header(int end, boolean listed) {
        int nameStart = end;
        int nameEnd = end;
        int valueStart = end;
        int valueEnd = end;
        int seen = 0;
        while (in.next(end)) {
            int field = in.field();
            int stop = in.stop(end);
            seen = once(seen, field);
            if (field == 1) {
                nameStart = in.at();
                nameEnd = stop;
                in.skipText(stop);
            } else if (field == 2 || (field == 3 && listed)) {
                boolean replaces = field == 2 ? valueStart == valueEnd : stop > in.at();
                valueStart = replaces ? in.at() : valueStart;
                valueEnd = replaces ? stop : valueEnd;
                skip(field == 2, stop);
            } else {
                throw Unusual.INSTANCE;
            }
        }
        headers.add(listed, nameStart, nameEnd, valueStart, valueEnd);
    }

    private void skip(boolean text, int stop) {
        if (text) {
            in.skipText(stop);
        } else {
            in.skipTo(stop);
        }
    }

    /** Goes through a message, and takes what is needed of it. */
    private void skim(MessageShape shape, Place place, int end, int depth) {
        if (depth > MAX_DEPTH) {
            throw Unusual.INSTANCE;
        }
        int seen = 0;
        while (in.next(end)) {
            int field = in.field();
            char letter = shape.letterOf(field);
            // Of the kinds of address, the last one counts: then there must be no other.
            int number = shape == MessageShape.ADDRESS ? 1 : field;
            switch (letter) {
                case 's' -> text(shape, place, field, in.stop(end));
                case 'b' -> in.skipTo(in.stop(end));
                case 'v' -> in.skipNumber(WireCursor.VARINT, end);
                case '8' -> in.skipNumber(WireCursor.FIXED64, end);
                case MessageShape.NONE -> throw Unusual.INSTANCE;
                default -> {
                    MessageShape inner = MessageShape.of(letter);
                    skim(inner, place, in.stop(end), depth + 1);
                    number = inner.isRepeated() ? 0 : number;
                }
            }
            seen = number == 0 ? seen : once(seen, number);
        }
    }

    private void text(MessageShape shape, Place place, int field, int stop) {
        if (place == Place.SOURCE && shape == MessageShape.SOCKET_ADDRESS && field == 2) {
            source = in.text(stop);
        } else if (place == Place.ROUTE && field == 1 && isEntry(shape)) {
            // Of two entries with one key the last one counts.
            if (CheckAttributes.isOurs(in.text(stop))) {
                throw Unusual.INSTANCE;
            }
        } else {
            in.skipText(stop);
        }
    }

    private static boolean isEntry(MessageShape shape) {
        return shape == MessageShape.FILTER_ENTRY || shape == MessageShape.TYPED_ENTRY;
    }

    /** Notes that a field was there, and that it is not there again. */
    private static int once(int seen, int field) {
        int bit = 1 << field;
        if ((seen & bit) != 0) {
            throw Unusual.INSTANCE;
        }
        return seen | bit;
    }
}
