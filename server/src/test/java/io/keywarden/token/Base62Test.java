package io.keywarden.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigInteger;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class Base62Test {
    @Test
    void encode_largestUid_fitsIn22Characters() {
        byte[] ones = new byte[16];
        java.util.Arrays.fill(ones, (byte) 0xff);

        assertThat(Base62.encode(ones, 22)).isEqualTo("7n42DGM5Tflk9n8mt7Fhc7");
    }

    @Test
    void encode_numberThatNeedsMore_refused() {
        assertThatThrownBy(() -> Base62.encode(new byte[] {1, 0}, 1)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void encode_numbersAtTheEdgeOfALength_fitOrAreRefused() {
        for (int length = 1; length <= 43; length++) {
            BigInteger first = BigInteger.valueOf(62).pow(length);
            int fits = length;

            assertThat(Base62.encode(first.subtract(BigInteger.ONE).toByteArray(), fits))
                    .isEqualTo("z".repeat(fits));
            assertThatThrownBy(() -> Base62.encode(first.toByteArray(), fits))
                    .hasMessageContaining(fits + " characters");
        }
    }

    @Test
    void encode_anyBytes_readsBackAsTheSameNumber() {
        Random random = new Random(1);
        for (int round = 0; round < 1_000; round++) {
            byte[] bytes = new byte[random.nextInt(33)];
            random.nextBytes(bytes);

            assertThat(decode(Base62.encode(bytes, 43))).isEqualTo(new BigInteger(1, bytes));
        }
    }

    @Test
    void isBase62_neighboursOfTheAlphabet_areNotInIt() {
        assertThat("/:@[`{_-é ".chars().anyMatch(c -> Base62.isBase62(Character.toString(c), 0, 1)))
                .isFalse();
    }

    @Test
    void pack_anyText_unpacksToItself() {
        Random random = new Random(2);
        for (int length = 0; length <= 3 * Base62.PACKED_LENGTH; length++) {
            String text = text(random, length);

            assertThat(packed(text)).as(text).isEqualTo(text);
        }
        assertThat(packed(Base62.ALPHABET.substring(0, 30))).isEqualTo(Base62.ALPHABET.substring(0, 30));
        assertThat(packed(Base62.ALPHABET.substring(30, 60))).isEqualTo(Base62.ALPHABET.substring(30, 60));
        assertThat(packed(Base62.ALPHABET.substring(60))).isEqualTo("yz");
    }

    @Test
    void pack_zeroesAtTheEnd_areNotNothing() {
        assertThat(Base62.pack("a0", 0, 2)).isNotEqualTo(Base62.pack("a", 0, 1)).isPositive();
        assertThat(Base62.pack("0", 0, 1)).isNotEqualTo(Base62.pack("", 0, 0)).isPositive();
    }

    @Test
    void pack_characterOutsideOfTheAlphabet_minusOne() {
        for (int i = 0; i < Base62.PACKED_LENGTH; i++) {
            String text = "0".repeat(i) + "-" + "0".repeat(Base62.PACKED_LENGTH - 1 - i);

            assertThat(Base62.pack(text, 0, text.length())).as(text).isEqualTo(-1);
            assertThat(Base62.pack(text.replace('-', 'é'), 0, text.length())).isEqualTo(-1);
        }
    }

    private static String packed(String text) {
        int length = text.length();
        return Base62.unpack(
                Base62.pack(text, 0, length),
                Base62.pack(text, Base62.PACKED_LENGTH, length),
                Base62.pack(text, 2 * Base62.PACKED_LENGTH, length));
    }

    private static String text(Random random, int length) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < length; i++) {
            text.append(Base62.ALPHABET.charAt(random.nextInt(62)));
        }
        return text.toString();
    }

    private static BigInteger decode(String text) {
        BigInteger number = BigInteger.ZERO;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            number = number.multiply(BigInteger.valueOf(62)).add(BigInteger.valueOf(Base62.ALPHABET.indexOf(c)));
        }
        return number;
    }
}
