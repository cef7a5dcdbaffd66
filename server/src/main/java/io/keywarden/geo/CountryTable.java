package io.keywarden.geo;

import com.maxmind.db.CHMCache;
import com.maxmind.db.DatabaseRecord;
import com.maxmind.db.InvalidNetworkException;
import com.maxmind.db.Network;
import com.maxmind.db.Networks;
import com.maxmind.db.Reader;
import io.keywarden.token.IpAddress;
import java.io.IOException;
import java.net.Inet4Address;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What one file says, all of it read beforehand: a look-up touches neither the file nor the library that reads it, cannot
 * fail, and makes no garbage. Immutable.
 */
final class CountryTable {
    private static final long MAX_BYTES = 256L * 1024 * 1024;
    private static final int IPV6 = 6;
    private static final String EXPECTED =
            " (expected: countries of IPv4 and IPv6 addresses in MaxMind's format, .mmdb)";

    private final CountryRanges ipv4;
    private final CountryRanges ipv6;
    private final Instant buildTime;

    private CountryTable(CountryRanges ipv4, CountryRanges ipv6, Instant buildTime) {
        this.ipv4 = ipv4;
        this.ipv6 = ipv6;
        this.buildTime = buildTime;
    }

    /**
     * Reads a file into memory. It is not mapped: a mapped file that somebody cuts short ends the process.
     *
     * @throws IOException if it cannot be read, or cannot be believed; the message names the file and what is expected
     */
    // A file that is damaged makes the library throw whatever its bytes lead to.
    @SuppressWarnings("CatchingUnchecked")
    static CountryTable read(Path file) throws IOException {
        if (!Files.isRegularFile(file) || !Files.isReadable(file)) {
            throw new IOException(file + " is not a file that this user can read" + EXPECTED);
        }
        if (Files.size(file) > MAX_BYTES) {
            throw new IOException(file + " is of " + Files.size(file) + " bytes (expected: at most " + MAX_BYTES + ")");
        }
        try (Reader reader = new Reader(file.toFile(), Reader.FileMode.MEMORY, new CHMCache())) {
            return compiled(file, reader);
        } catch (Refused e) {
            throw e;
        } catch (Exception | StackOverflowError | OutOfMemoryError e) {
            throw new IOException(file + " is damaged or no such database: " + e + EXPECTED, e);
        }
    }

    private static CountryTable compiled(Path file, Reader reader) throws IOException, InvalidNetworkException {
        // An IPv4-only file answers for IPv6 addresses as if their first four bytes were one of IPv4.
        if (reader.getMetadata().ipVersion() != IPV6) {
            throw new Refused(file + " holds IPv4 addresses only" + EXPECTED);
        }
        CountryRanges.Builder ipv4 = CountryRanges.Builder.ipv4();
        CountryRanges.Builder ipv6 = CountryRanges.Builder.ipv6();
        boolean known = false;
        Networks<Object> networks = reader.networks(Object.class);
        while (networks.hasNext()) {
            DatabaseRecord<Object> next = networks.next();
            short country = country(next.data());
            known |= country != CountryCode.UNKNOWN;
            add(next.network(), country, ipv4, ipv6);
        }
        if (!known) {
            throw new Refused(file + " names no country (expected: country_code or country.iso_code in its records)");
        }
        return new CountryTable(ipv4.build(), ipv6.build(), reader.getMetadata().buildTime());
    }

    private static void add(Network network, short country, CountryRanges.Builder ipv4, CountryRanges.Builder ipv6) {
        int prefix = network.prefixLength();
        byte[] bytes = network.ipAddress().getAddress();
        boolean isIpv4 = network.ipAddress() instanceof Inet4Address;
        // The library counts the prefix of a network wider than all of IPv4 from IPv4's: below zero. Nobody means one
        // country.
        if (prefix < 0 || prefix > bytes.length * Byte.SIZE) {
            return;
        }
        int behind = bytes.length * Byte.SIZE - prefix;
        if (isIpv4) {
            ipv4.add(new IpAddress(0, ByteBuffer.wrap(bytes).getInt() & 0xFFFF_FFFFL), behind, country);
        } else {
            ByteBuffer halves = ByteBuffer.wrap(bytes);
            ipv6.add(new IpAddress(halves.getLong(), halves.getLong()), behind, country);
        }
    }

    /** Databases name the country in one of two places. */
    private static short country(@Nullable Object data) {
        if (!(data instanceof Map<?, ?> record)) {
            return CountryCode.UNKNOWN;
        }
        short flat = CountryCode.of(record.get("country_code"));
        return flat == CountryCode.UNKNOWN && record.get("country") instanceof Map<?, ?> country
                ? CountryCode.of(country.get("iso_code"))
                : flat;
    }

    Optional<String> country(IpAddress address) {
        return CountryCode.text((address.isIpv4() ? ipv4 : ipv6).country(address));
    }

    /** When its publisher made it. */
    Instant buildTime() {
        return buildTime;
    }

    @Override
    public String toString() {
        return "built=" + buildTime + " ipv4_ranges=" + ipv4.size() + " ipv6_ranges=" + ipv6.size();
    }

    /** A file that is understood, and that will not do. */
    private static final class Refused extends IOException {
        private static final long serialVersionUID = 1L;

        private Refused(String message) {
            super(message);
        }
    }
}
