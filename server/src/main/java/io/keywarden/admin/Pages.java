package io.keywarden.admin;

import java.nio.charset.StandardCharsets;
import java.util.Base64;

/**
 * Where a page of a list begins. A page token holds the last entry that was looked at, and what is listed: entries that
 * come and go elsewhere do not move it.
 *
 * @param size how many entries at most
 * @param after the entry before the first one; empty text for the start
 * @param scope what is listed, under which filter
 */
record Pages(int size, String after, String scope) {
    /** How many entries a page has where the caller does not say. */
    static final int DEFAULT_SIZE = 50;
    /** How many entries a page has at most. */
    static final int MAX_SIZE = 1000;

    private static final int MAX_TOKEN = 1024;

    /** Reads a request's page_size and page_token; notes what is wrong with them. */
    static Pages of(FieldChecks checks, int pageSize, String pageToken, String scope) {
        checks.require(pageSize >= 0 && pageSize <= MAX_SIZE, "page_size", "0 to " + MAX_SIZE);
        int size = pageSize == 0 ? DEFAULT_SIZE : pageSize;
        if (pageToken.isEmpty()) {
            return new Pages(size, "", scope);
        }
        String text = decode(pageToken);
        String prefix = scope + "\n";
        boolean ours = text.startsWith(prefix) && text.length() > prefix.length();
        checks.require(ours, "page_token", "the next_page_token of a page of the same list and filter");
        return new Pages(size, ours ? text.substring(prefix.length()) : "", scope);
    }

    /** The page token of the page after the one that ends with this entry. */
    String next(String last) {
        byte[] text = (scope + "\n" + last).getBytes(StandardCharsets.UTF_8);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(text);
    }

    private static String decode(String pageToken) {
        if (pageToken.length() > MAX_TOKEN) {
            return "";
        }
        try {
            return new String(Base64.getUrlDecoder().decode(pageToken), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            // Not base64: no token of ours, as the caller is told.
            return "";
        }
    }
}
