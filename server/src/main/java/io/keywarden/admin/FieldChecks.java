package io.keywarden.admin;

import com.google.rpc.BadRequest;
import io.keywarden.credential.TokenText;
import io.keywarden.token.Names;
import java.util.ArrayList;
import java.util.List;

/** Collects all that is wrong with one request's fields. It never repeats a value: what is wrong could be a secret. */
final class FieldChecks {
    /** How many characters a display name has at most. */
    static final int MAX_DISPLAY_NAME = 200;
    /** How many characters a request_id has at most. */
    static final int MAX_REQUEST_ID = 128;
    /** How many violations fit in the trailers that clients and proxies accept. */
    private static final int MAX_TOLD = 20;
    /** So do descriptions of this length: some quote a part of a path. */
    private static final int MAX_DESCRIPTION = 200;

    private final List<BadRequest.FieldViolation> violations = new ArrayList<>();
    private int count;

    /** Notes a field where {@code right} is false. */
    void require(boolean right, String field, String expected) {
        if (!right) {
            reject(field, expected);
        }
    }

    /** Notes a field that is wrong. */
    void reject(String field, String expected) {
        count++;
        if (violations.size() < MAX_TOLD) {
            violations.add(BadRequest.FieldViolation.newBuilder()
                    .setField(field)
                    .setDescription(shorten(expected))
                    .build());
        }
    }

    /** Notes a text that is not a DNS label. */
    void label(String field, String text) {
        require(Names.isLabel(text), field, Names.LABEL_RULE);
    }

    /** Notes a text of people that is longer, counted in code points, or that holds a token. */
    void longest(String field, String text, int most) {
        require(length(text) <= most, field, "at most " + most + " characters");
        noToken(field, text);
    }

    /** Notes a text that holds a token. What people write is kept, and shown to more of them than may use the token. */
    void noToken(String field, String text) {
        require(!TokenText.isIn(text), field, "no token in it: it would be stored and shown with its secret");
    }

    /** Notes a display name that people could not tell from another one, or from none. */
    void displayName(String field, String text) {
        boolean plain = text.codePoints().noneMatch(Character::isISOControl);
        require(
                plain && !text.isBlank() && length(text) <= MAX_DISPLAY_NAME,
                field,
                "1 to " + MAX_DISPLAY_NAME + " characters, not only blanks, no control characters");
        noToken(field, text);
    }

    /** Notes a request_id that is too long, or that holds a token. */
    void requestId(String text) {
        longest("request_id", text, MAX_REQUEST_ID);
    }

    /** Whether nothing was noted so far. */
    boolean areClean() {
        return count == 0;
    }

    /** Ends the checks: throws if anything was noted. */
    void finish() {
        if (count > 0) {
            throw new AdminException(new AdminFailure.FieldsInvalid(List.copyOf(violations), count));
        }
    }

    /** A failure of one field. */
    static AdminException invalid(String field, String expected) {
        return new AdminException(new AdminFailure.FieldsInvalid(
                List.of(BadRequest.FieldViolation.newBuilder()
                        .setField(field)
                        .setDescription(expected)
                        .build()),
                1));
    }

    private static String shorten(String text) {
        return length(text) <= MAX_DESCRIPTION
                ? text
                : text.substring(0, text.offsetByCodePoints(0, MAX_DESCRIPTION - 1)) + "…";
    }

    private static int length(String text) {
        return text.codePointCount(0, text.length());
    }
}
