package io.keywarden.credential;

import io.keywarden.token.Base62;
import io.keywarden.token.Names;
import io.keywarden.token.TokenId;
import io.keywarden.token.TokenSecret;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.zip.CRC32;

/**
 * A token's text: {@code PREFIX_ID_SECRETCHECKSUM}. The checksum is the CRC-32 of all before it in 6 base62 characters: it
 * finds typing errors, and lets a secret scanner tell a token from chance. It proves nothing.
 *
 * @param id the token's id
 * @param secret its secret
 */
public record TokenText(TokenId id, TokenSecret secret) {
    /** What a secret scanner looks for. */
    public static final String SCANNER_REGEX = "\\b[a-z][a-z0-9]{0,15}_[0-9A-Za-z]{26}_[0-9A-Za-z]{49}\\b";

    private static final Pattern SCANNER = Pattern.compile(SCANNER_REGEX);
    private static final Pattern PAIR_SCANNER = Pattern.compile("\\b[0-9A-Za-z]{26}:[0-9A-Za-z]{43}\\b");
    private static final int CHECKSUM_LENGTH = 6;
    private static final int TAIL_LENGTH = 1 + TokenId.LENGTH + 1 + TokenSecret.LENGTH + CHECKSUM_LENGTH;

    /** Writes the text of a token. For its owner's eyes only, once. */
    public static String format(String prefix, TokenId id, TokenSecret secret) {
        String unchecked = prefix + "_" + id.text() + "_" + new String(secret.reveal(), StandardCharsets.ISO_8859_1);
        return unchecked + checksum(unchecked, unchecked.length());
    }

    /** Writes the form of a token in which its id and its secret stand apart. For its owner's eyes only, once. */
    public static String formatPair(TokenId id, TokenSecret secret) {
        return id.text() + ":" + new String(secret.reveal(), StandardCharsets.ISO_8859_1);
    }

    /** Writes the form of a token in which its secret stands alone. For its owner's eyes only, once. */
    public static String formatOpaque(TokenSecret secret) {
        return new String(secret.reveal(), StandardCharsets.ISO_8859_1);
    }

    /** Reads a text; empty if it is not one of ours, down to its checksum. */
    public static Optional<TokenText> parse(String text) {
        int prefixLength = text.length() - TAIL_LENGTH;
        if (prefixLength < 1 || !Names.isTokenPrefix(text.substring(0, prefixLength))) {
            return Optional.empty();
        }
        int idStart = prefixLength + 1;
        int secretStart = idStart + TokenId.LENGTH + 1;
        int checksumStart = secretStart + TokenSecret.LENGTH;
        boolean separated = text.charAt(prefixLength) == '_' && text.charAt(secretStart - 1) == '_';
        if (!separated
                || !Base62.isBase62(text, idStart, idStart + TokenId.LENGTH)
                || !Base62.isBase62(text, secretStart, text.length())
                || !hasChecksum(text, checksumStart)) {
            return Optional.empty();
        }
        return Optional.of(new TokenText(
                new TokenId(text, idStart, idStart + TokenId.LENGTH),
                TokenSecret.of(text.substring(secretStart, checksumStart))));
    }

    /** Reads the form in which id and secret stand apart; empty if it is not one of ours. It has no checksum. */
    public static Optional<TokenText> parsePair(String text) {
        boolean paired = text.length() == TokenId.LENGTH + 1 + TokenSecret.LENGTH
                && text.charAt(TokenId.LENGTH) == ':'
                && Base62.isBase62(text, 0, TokenId.LENGTH)
                && Base62.isBase62(text, TokenId.LENGTH + 1, text.length());
        return paired
                ? Optional.of(new TokenText(
                        new TokenId(text, 0, TokenId.LENGTH), TokenSecret.of(text.substring(TokenId.LENGTH + 1))))
                : Optional.empty();
    }

    /** Whether a token stands somewhere in a text, in one of the two forms: the text is then as secret as the token. */
    public static boolean isIn(String text) {
        return SCANNER.matcher(text)
                        .results()
                        .anyMatch(found -> parse(found.group()).isPresent())
                || PAIR_SCANNER.matcher(text).find();
    }

    private static boolean hasChecksum(String text, int checksumStart) {
        return text.startsWith(checksum(text, checksumStart), checksumStart);
    }

    /** The checksum of the beginning of a text. */
    private static String checksum(String text, int end) {
        CRC32 crc = new CRC32();
        crc.update(text.getBytes(StandardCharsets.ISO_8859_1), 0, end);
        return Base62.encode(crc.getValue(), CHECKSUM_LENGTH);
    }
}
