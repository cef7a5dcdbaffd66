package io.keywarden.envoy.e2e;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;

/** The ways in which a secret could be written down by somebody who does not know that it is one. */
final class SecretForms {
    /** A text that was cut keeps its beginning or its end: half of a secret is looked for too. */
    private static final int SHORTEST = 16;

    private final Map<String, String> byName = new LinkedHashMap<>();

    private SecretForms() {}

    /** All forms of a secret, and of its two halves, by their names. Texts stand for bytes: one character, one byte. */
    static Map<String, String> of(byte[] secret) {
        if (secret.length < 2 * SHORTEST) {
            throw new IllegalArgumentException(
                    "a secret of " + secret.length + " bytes (expected: 32 at least, or halves are found by chance)");
        }
        SecretForms forms = new SecretForms();
        int half = secret.length / 2;
        forms.add("", secret);
        forms.add("first half, ", Arrays.copyOf(secret, half));
        forms.add("second half, ", Arrays.copyOfRange(secret, half, secret.length));
        return forms.byName;
    }

    private void add(String part, byte[] secret) {
        HexFormat hex = HexFormat.of();
        byte[] reversed = reverse(secret);
        byName.put(part + "raw", latin1(secret));
        byName.put(part + "reversed", latin1(reversed));
        byName.put(part + "hex", hex.formatHex(secret));
        byName.put(part + "HEX", hex.withUpperCase().formatHex(secret));
        byName.put(part + "hex of reversed", hex.formatHex(reversed));
        byName.put(part + "%xx", hex.withPrefix("%").formatHex(secret));
        byName.put(part + "%XX", hex.withPrefix("%").withUpperCase().formatHex(secret));
        addBase64(part, secret);
    }

    /** Within a longer text, three bytes become four characters: where the secret begins among them makes three forms. */
    private void addBase64(String part, byte[] secret) {
        for (int before = 0; before < 3; before++) {
            int whole = (before + secret.length) / 3 * 3;
            byte[] shifted = new byte[whole];
            System.arraycopy(secret, 0, shifted, before, whole - before);
            int foreign = before == 0 ? 0 : before + 1;
            String base64 = Base64.getEncoder().encodeToString(shifted).substring(foreign);
            byName.put(part + "base64+" + before, base64);
            byName.put(part + "base64url+" + before, base64.replace('+', '-').replace('/', '_'));
            byName.put(
                    part + "base64+" + before + " in a URL",
                    base64.replace("+", "%2B").replace("/", "%2F"));
            byName.put(
                    part + "base64+" + before + " reversed",
                    new StringBuilder(base64).reverse().toString());
        }
    }

    private static byte[] reverse(byte[] bytes) {
        byte[] reversed = new byte[bytes.length];
        for (int i = 0; i < bytes.length; i++) {
            reversed[i] = bytes[bytes.length - 1 - i];
        }
        return reversed;
    }

    private static String latin1(byte[] bytes) {
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }
}
