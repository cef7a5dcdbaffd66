package io.keywarden.geo;

import io.keywarden.token.IpAddress;
import java.util.Arrays;

/** The countries of all addresses of one IP version: where each range begins, and its country up to where the next one does. */
final class CountryRanges {
    /** How many ints an address takes: 1 or 4, the most significant first. */
    private final int words;
    /** Ascending as unsigned numbers. */
    private final int[] starts;

    private final short[] countries;

    private CountryRanges(int words, int[] starts, short[] countries) {
        this.words = words;
        this.starts = starts;
        this.countries = countries;
    }

    /** The country of an address; {@link CountryCode#UNKNOWN} for one before the first range too. */
    short country(IpAddress address) {
        int from = 0;
        int to = countries.length;
        while (from < to) {
            int middle = (from + to) >>> 1;
            if (compare(starts, middle, words, address) <= 0) {
                from = middle + 1;
            } else {
                to = middle;
            }
        }
        return from == 0 ? CountryCode.UNKNOWN : countries[from - 1];
    }

    /** How many ranges there are. */
    int size() {
        return countries.length;
    }

    private static int compare(int[] starts, int index, int words, IpAddress address) {
        for (int i = 0; i < words; i++) {
            int order = Integer.compareUnsigned(starts[index * words + i], word(address, words, i));
            if (order != 0) {
                return order;
            }
        }
        return 0;
    }

    /** One of the last words of an address. */
    private static int word(IpAddress address, int words, int index) {
        int fromEnd = words - 1 - index;
        long half = fromEnd < 2 ? address.low() : address.high();
        return (int) (half >>> (fromEnd % 2 * Integer.SIZE));
    }

    /** Collects networks in ascending order. */
    static final class Builder {
        private static final int FIRST_SIZE = 1_024;

        private final int words;
        private int[] starts;
        private short[] countries = new short[FIRST_SIZE];
        private int size;

        private Builder(int words) {
            this.words = words;
            this.starts = new int[FIRST_SIZE * words];
        }

        static Builder ipv4() {
            return new Builder(1);
        }

        static Builder ipv6() {
            return new Builder(4);
        }

        /**
         * Adds a network. One that does not come after the others is left out: in a file that holds IPv4 twice, as itself and
         * as IPv4-mapped IPv6, the first one counts.
         *
         * @param behind how many bits of the address are behind its prefix, 0 to 32 times the words
         */
        void add(IpAddress first, int behind, short country) {
            boolean ascends = size == 0 || compare(starts, size - 1, words, first) <= 0;
            if (ascends) {
                begin(first, country);
                IpAddress next = after(first, behind);
                // Behind the last address there is none, and the count begins anew.
                if (!isZero(next)) {
                    begin(next, CountryCode.UNKNOWN);
                }
            }
        }

        private boolean isZero(IpAddress address) {
            int bits = 0;
            for (int i = 0; i < words; i++) {
                bits |= word(address, words, i);
            }
            return bits == 0;
        }

        /** What was unknown up to here begins there; neighbours of one country become one range. */
        private void begin(IpAddress start, short country) {
            if (size > 0 && compare(starts, size - 1, words, start) == 0) {
                size--;
            }
            if (size > 0 && countries[size - 1] == country) {
                return;
            }
            if (size == countries.length) {
                countries = Arrays.copyOf(countries, 2 * size);
                starts = Arrays.copyOf(starts, 2 * size * words);
            }
            for (int i = 0; i < words; i++) {
                starts[size * words + i] = word(start, words, i);
            }
            countries[size++] = country;
        }

        private static IpAddress after(IpAddress first, int behind) {
            long low = behind < Long.SIZE ? first.low() + (1L << behind) : first.low();
            boolean carry = behind < Long.SIZE && Long.compareUnsigned(low, first.low()) < 0;
            long step = behind < Long.SIZE || behind == 2 * Long.SIZE ? 0 : 1L << (behind - Long.SIZE);
            return new IpAddress(first.high() + step + (carry ? 1 : 0), low);
        }

        CountryRanges build() {
            return new CountryRanges(words, Arrays.copyOf(starts, size * words), Arrays.copyOf(countries, size));
        }
    }
}
